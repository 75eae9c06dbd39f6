//! The log of changes: searched by person, object, kind, period and words.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    MOST_IN_A_FILE, chosen_user, exports, file, log_export, period, query_of, tabs, too_much, users,
};
use crate::{
    areas::audit::{
        Cursor, Event, History, Op, PROTECTED, Part, Viewer, What, labels, log,
        queries::{self, LogFilter, TextFilter},
    },
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    tabular::write::Value,
    web::{
        ctx::Ctx,
        download::FileKind,
        extract::Query,
        filters,
        form::Faults,
        format::{capital, moment_of, number_of},
        page::{Link, Page},
        page_parts::{Choice, Tab},
    },
};

/// How many changes a page shows.
const PER_PAGE: usize = 50;

/// What is asked for, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    user: String,
    object: String,
    table: String,
    op: String,
    from: String,
    until: String,
    before: String,
    format: String,
}

impl Asked {
    /// The query string without the place to go on from.
    fn query(&self) -> String {
        query_of(&[
            ("q", &self.q),
            ("user", &self.user),
            ("object", &self.object),
            ("table", &self.table),
            ("op", &self.op),
            ("from", &self.from),
            ("until", &self.until),
        ])
    }
}

#[derive(Template)]
#[template(path = "audit/log.html")]
struct LogPage {
    page: Page,
    exports: Vec<Link>,
    tabs: Vec<Tab>,
    seal: String,
    alarm: Option<String>,
    asked: Asked,
    users: Vec<Choice>,
    tables: Vec<Choice>,
    ops: Vec<Choice>,
    fault_q: Option<&'static str>,
    fault_from: Option<String>,
    fault_until: Option<String>,
    narrowed: bool,
    object: Option<String>,
    notice: Option<&'static str>,
    history: History,
    more: String,
}

/// The log.
pub async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> AppResult<Response> {
    let viewer = Viewer::of(&ctx);
    let mut faults = Faults::default();
    let mut tx = ctx.begin().await?;
    let filter = filter(&mut tx, &viewer, &asked, &mut faults).await?;
    let mut notice = None;
    let history = if faults.is_empty() {
        queries::limit_time(&mut tx).await?;
        match log::page(&mut tx, &viewer, &filter, Cursor::parse(&asked.before), PER_PAGE).await {
            Err(e) if is_timeout(&e) => {
                notice = Some(
                    "Sökningen tog för lång tid. Välj en kortare period, eller vad du letar efter, och försök igen.",
                );
                History::default()
            }
            found => found?,
        }
    } else {
        History::default()
    };
    tx.rollback().await?;
    let mut tx = ctx.begin().await?;
    let object = match filter.object {
        Some(id) => log::title_of(&mut tx, &viewer, id).await?,
        None => None,
    };
    let (seal, alarm) = seal(&mut tx).await?;
    let page = ctx.page(&mut tx, "Händelselogg").await?.wide();
    let query = asked.query();
    let page = LogPage {
        exports: exports(&ctx, "audit/export", &query),
        tabs: tabs(&ctx, false),
        seal,
        alarm,
        users: users(&mut tx, &viewer).await?,
        tables: tables(),
        ops: Op::CODES.iter().map(|(code, label)| Choice::new(*code, *label)).collect(),
        fault_q: faults.of("q").map(|_| "Skriv minst tre tecken."),
        fault_from: faults.of("from").map(str::to_owned),
        fault_until: faults.of("until").map(str::to_owned),
        narrowed: query.len() > 1,
        object,
        notice,
        history,
        more: query,
        asked,
        page,
    };
    if faults.is_empty() { ctx.html(&page) } else { ctx.unprocessable(&page) }
}

async fn filter(
    tx: &mut TenantTx,
    viewer: &Viewer,
    asked: &Asked,
    faults: &mut Faults,
) -> AppResult<LogFilter> {
    let words = asked.q.trim();
    let text = if words.is_empty() {
        None
    } else if words.chars().count() < 3 {
        faults.add("q", "Skriv minst tre tecken.");
        None
    } else {
        let objects = queries::list_objects_named(tx, words, viewer.sees_protected).await?;
        Some(TextFilter { words: words.to_owned(), objects })
    };
    let period = period(faults, &asked.from, &asked.until);
    let (user, by_system) = chosen_user(&asked.user);
    Ok(LogFilter {
        user,
        by_system,
        object: Uuid::parse_str(&asked.object).ok(),
        table: labels::find(&asked.table).map(|t| t.name),
        from: period.from,
        until: period.until,
        op: Op::CODES.iter().map(|(code, _)| *code).find(|code| *code == asked.op),
        text,
        every_row: false,
    })
}

/// The log as a file: what the page's choices find, on all pages, one line for each field that changed.
pub async fn export(ctx: Ctx, Query(asked): Query<Asked>) -> AppResult<Response> {
    let viewer = Viewer::of(&ctx);
    let mut faults = Faults::default();
    let mut tx = ctx.begin().await?;
    let mut filter = filter(&mut tx, &viewer, &asked, &mut faults).await?;
    if !faults.is_empty() {
        return Err(AppError::rejected("Urvalet går inte att läsa. Gå tillbaka till loggen och rätta det."));
    }
    filter.every_row = true;
    queries::limit_time(&mut tx).await?;
    let events = match log::all(&mut tx, &viewer, &filter, MOST_IN_A_FILE).await {
        Err(e) if is_timeout(&e) => {
            return Err(AppError::rejected(
                "Det tog för lång tid att ta fram urvalet. Välj en kortare period, eller vad du letar efter, och försök igen.",
            ));
        }
        found => found?,
    };
    tx.rollback().await?;
    let Some(events) = events else { return Err(too_much("ändringar")) };
    let rows: Vec<Vec<Value>> = events.iter().flat_map(lines).collect();
    let kind = FileKind::parse(&asked.format);
    log_export(&ctx, "history", kind, rows.len(), &asked.query()).await?;
    file(&ctx, "handelselogg", "Händelselogg", kind, &COLUMNS, rows)
}

/// The columns of the file, with their widths in characters.
const COLUMNS: [(&str, usize); 10] = [
    ("När", 17),
    ("Vem", 24),
    ("Händelse", 10),
    ("Vad", 16),
    ("Vilken", 36),
    ("Fält", 24),
    ("Före", 36),
    ("Efter", 36),
    ("Skäl", 24),
    ("Del av", 36),
];

/// An event, one line for each field that changed; one that changed no field that is shown is a line of its own.
fn lines(event: &Event) -> Vec<Vec<Value>> {
    let at = Value::DateTime(event.at.with_timezone(&chrono_tz::Europe::Stockholm).naive_local());
    let set = event.set.as_ref().map_or(Value::Empty, |set| Value::from(set.label.as_str()));
    let line = |part: &Part, [field, from, to]: [Value; 3]| {
        vec![
            at.clone(),
            Value::from(event.who.as_str()),
            Value::from(part.op.label()),
            Value::from(capital(part.noun)),
            Value::from(part.title.as_str()),
            field,
            from,
            to,
            event.purpose.as_deref().into(),
            set.clone(),
        ]
    };
    let mut lines = Vec::new();
    for part in &event.parts {
        if part.changes.is_empty() {
            lines.push(line(part, [const { Value::Empty }; 3]));
        }
        for change in &part.changes {
            let label = Value::from(change.label.as_str());
            lines.push(match &change.what {
                What::Shown { from, to } => line(part, [label, from.as_deref().into(), to.as_deref().into()]),
                What::Secret => line(part, [label, Value::Empty, "värdet visas inte".into()]),
                What::Protected => line(part, [label, PROTECTED.into(), PROTECTED.into()]),
            });
        }
    }
    lines
}

fn is_timeout(error: &AppError) -> bool {
    let AppError::Internal { source: Some(source), .. } = error else { return false };
    let Some(sqlx::Error::Database(e)) = source.downcast_ref::<sqlx::Error>() else { return false };
    e.code().as_deref() == Some("57014")
}

fn tables() -> Vec<Choice> {
    let mut tables: Vec<Choice> = labels::tables().map(|t| Choice::new(t.name, capital(t.noun))).collect();
    tables.sort_by(|a, b| a.label.cmp(&b.label));
    tables
}

/// How far the history is sealed and when that was last checked; and the alarm, if the check found a fault.
async fn seal(tx: &mut TenantTx) -> AppResult<(String, Option<String>)> {
    let last = queries::find_last_seal(tx).await?;
    let waiting = queries::count_rows_after(tx, last.as_ref().map_or(0, |s| s.to_id)).await?;
    let sealed = match &last {
        None => "Historiken är inte förseglad än.".to_owned(),
        Some(seal) => format!("Historiken är förseglad till och med {}.", moment_of(seal.sealed_at)),
    };
    let waiting = match waiting {
        0 => String::new(),
        n => format!(" {} ändringar väntar på nästa försegling.", number_of(n.into())),
    };
    let check = queries::find_last_verification(tx).await?;
    let checked = match &check {
        None => " Förseglingen har inte kontrollerats än.".to_owned(),
        Some(check) if check.problem_count == 0 => {
            format!(
                " Den kontrollerades {} och stämde för alla {} ändringar.",
                moment_of(check.at),
                number_of(check.row_count.into())
            )
        }
        Some(check) => format!(" Den kontrollerades {}.", moment_of(check.at)),
    };
    let alarm = check.filter(|c| c.problem_count > 0).map(|c| {
        format!(
            "Kontrollen {} visade att historiken inte stämmer med sin försegling på {} ställen. Ta kontakt med den som driver tjänsten.",
            moment_of(c.at),
            number_of(c.problem_count.into())
        )
    });
    Ok((format!("{sealed}{waiting}{checked}"), alarm))
}
