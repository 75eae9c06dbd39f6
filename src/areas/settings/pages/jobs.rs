//! The pages of background jobs: what runs by the clock, what waits, what failed.

use std::sync::LazyLock;

use askama::Template;
use axum::{extract::RawQuery, response::Response};
use chrono::{DateTime, Utc};

use super::tabs;
use crate::{
    areas::{self, settings::queries},
    auth::permissions::Permission,
    error::{AppError, AppResult},
    jobs::{
        Progress, Registry,
        queue::{self, JobRow},
    },
    web::{
        ctx::Ctx,
        extract::Id,
        filters,
        list::{Code, Codes, Column, Filter, Kind, List, ListDef, Reach, View},
        page::{Flash, Page},
        page_parts::Tab,
    },
};

/// The kinds and schedules of the whole program.
static REGISTRY: LazyLock<Registry> = LazyLock::new(areas::jobs);

/// How many jobs are shown in each part of the page.
const SHOWN: i64 = 20;

const STATES: Codes = &[
    Code::new("queued", "Väntar").colored("neutral"),
    Code::new("running", "Körs").colored("info"),
    Code::new("done", "Klart").colored("success"),
    Code::new("failed", "Misslyckat").colored("danger"),
];

static SELECT: LazyLock<&'static str> = LazyLock::new(|| {
    let label = |kind: &String| REGISTRY.label(kind).map(|label| format!(" when '{kind}' then '{label}'"));
    let labels: String = REGISTRY.kinds().iter().filter_map(label).collect();
    String::leak(format!(
        "select id, case kind{labels} else kind end as name, state, created_at, started_at, finished_at, attempts, error
         from sys.job where tenant_id = app.tenant_id()"
    ))
});

/// All runs, as a list.
pub static LIST: LazyLock<ListDef> = LazyLock::new(|| {
    ListDef::new("settings/jobs/all", "Körningar", ("körning", "körningar"), *SELECT, Reach::Everyone)
        .columns([
            Column::name("name", "Jobb", "settings/jobs/{id}"),
            Column::of("state", "Läge", Kind::Tag(STATES)),
            Column::of("created_at", "Beställt", Kind::Moment),
            Column::of("started_at", "Påbörjat", Kind::Moment),
            Column::of("finished_at", "Avslutat", Kind::Moment),
            Column::integer("attempts", "Försök"),
            Column::text("error", "Orsak"),
        ])
        .filters([
            Filter::codes("lage", "Läge", "r.state", STATES),
            Filter::loaded("jobb", "Jobb", "r.name", "r.name"),
        ])
        .sorted("-created_at")
        .views([
            View::new("misslyckade", "Misslyckade", "r.state = 'failed'"),
            View::new("pagar", "Väntar och körs", "r.state in ('queued', 'running')"),
        ])
        .when_empty("Inget jobb har körts än.")
});

/// A job as the pages show it.
struct Shown {
    row: JobRow,
    name: String,
    state: &'static Code,
    progress: Option<Progress>,
}

/// A schedule as the page shows it.
struct Clockwork {
    name: String,
    how_often: String,
    next: Option<DateTime<Utc>>,
    last: Option<DateTime<Utc>>,
    per_tenant: bool,
}

#[derive(Template)]
#[template(path = "settings/jobs.html")]
struct JobsPage {
    page: Page,
    tabs: Vec<Tab>,
    may_write: bool,
    failed: Vec<Shown>,
    open: Vec<Shown>,
    clockwork: Vec<Clockwork>,
}

#[derive(Template)]
#[template(path = "settings/job.html")]
struct JobPage {
    page: Page,
    job: Shown,
    may_write: bool,
    is_open: bool,
}

/// What runs by the clock, what waits, what failed.
pub async fn overview(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let page = ctx.page(&mut tx, "Bakgrundsjobb").await?.crumb("Inställningar", "settings");
    let failed = queries::list_jobs(&mut tx, &["failed"], SHOWN).await?;
    let open = queries::list_jobs(&mut tx, &["queued", "running"], SHOWN).await?;
    let last = queries::list_last_due(&mut tx).await?;
    tx.commit().await?;
    let clockwork = REGISTRY
        .schedules()
        .iter()
        .map(|schedule| Clockwork {
            name: name_of(schedule.kind),
            how_often: schedule.in_words(),
            next: schedule.next_due(ctx.now()).ok(),
            last: last.get(schedule.name).copied(),
            per_tenant: schedule.per_tenant,
        })
        .collect();
    ctx.html(&JobsPage {
        page,
        tabs: tabs(&ctx, "settings/jobs"),
        may_write: ctx.can(Permission::SettingsWrite),
        failed: failed.into_iter().map(shown).collect(),
        open: open.into_iter().map(shown).collect(),
        clockwork,
    })
}

/// All runs.
pub async fn list(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    List::of(&LIST).respond(&ctx, query.as_deref()).await
}

/// One job.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let job = queue::find_job(ctx.app.system().pool(), ctx.tenant.id, id).await?.ok_or(AppError::NotFound)?;
    let job = shown(job);
    let mut tx = ctx.begin().await?;
    let page = ctx
        .page(&mut tx, job.name.clone())
        .await?
        .crumb("Inställningar", "settings")
        .crumb("Bakgrundsjobb", "settings/jobs");
    tx.commit().await?;
    let is_open = matches!(job.row.state.as_str(), "queued" | "running");
    ctx.html(&JobPage { page, may_write: ctx.can(Permission::SettingsWrite), is_open, job })
}

/// Queues a failed job again.
pub async fn run_again(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let pool = ctx.app.system().pool();
    queue::find_job(pool, ctx.tenant.id, id).await?.ok_or(AppError::NotFound)?;
    let flash = if queue::run_again(pool, ctx.tenant.id, id, ctx.now()).await? {
        Flash::success("Jobbet är beställt igen och börjar strax.")
    } else {
        Flash::warning("Jobbet har inte misslyckats, eller så väntar ett likadant redan.")
    };
    Ok(ctx.redirect(format!("settings/jobs/{id}"), &flash))
}

fn shown(row: JobRow) -> Shown {
    Shown {
        name: name_of(&row.kind),
        state: STATES.iter().find(|code| code.code == row.state).unwrap_or(&STATES[0]),
        progress: row.progress(),
        row,
    }
}

fn name_of(kind: &str) -> String {
    REGISTRY.label(kind).unwrap_or(kind).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_declared_right() {
        assert_eq!(LIST.check(), Vec::<String>::new());
    }

    #[test]
    fn every_schedule_of_the_program_can_be_read_and_said() {
        let now = DateTime::UNIX_EPOCH;
        for schedule in REGISTRY.schedules() {
            assert!(schedule.next_due(now).unwrap() > now, "{}", schedule.name);
            assert!(
                REGISTRY.label(schedule.kind).is_some(),
                "{} runs a job that is not known",
                schedule.name
            );
            assert_ne!(schedule.in_words(), schedule.pattern, "{}", schedule.name);
        }
    }

    #[test]
    fn no_two_schedules_share_a_name() {
        let mut names: Vec<_> = REGISTRY.schedules().iter().map(|s| s.name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
