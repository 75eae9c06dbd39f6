//! Reports that were taken out: each file leaves a row with its figures, so that what a body was shown can be told afterwards, and
//! a file be known again by its sum. Rows and names are not kept here: they are in the file, and in the record of that day.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{Head, Report, period_words};
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::ids::new_id;
use crate::rules::leaver_months::Period;
use crate::web::download::FileKind;

/// Runs that a page shows.
const MOST: i64 = 10;
/// Signs of what is typed about a meeting.
const MOST_SIGNS: usize = 120;

/// For whom a report is taken out, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Meeting {
    #[serde(default)]
    organ: String,
    #[serde(default)]
    mote: String,
    #[serde(default)]
    dnr: String,
    #[serde(default)]
    paragraf: String,
}

impl Meeting {
    fn text(text: &str) -> String {
        text.trim().chars().take(MOST_SIGNS).collect()
    }
}

/// A figure as it was.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Frozen {
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
    /// What it meant.
    pub note: String,
}

/// A report that was taken out.
#[derive(Debug, Clone)]
pub struct Run {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// The day that the record was shown of.
    pub day: NaiveDate,
    /// Which units.
    pub scope: String,
    /// Which months, in a report by months.
    pub period: String,
    /// CSV or Excel.
    pub format: &'static str,
    /// The table that a CSV holds; empty = the report's most detailed, or all of them.
    pub table: String,
    /// Rows in the file.
    pub row_count: i32,
    /// The body, its meeting, the case number and the paragraph; empty = for nobody in particular.
    pub meeting: String,
    /// The figures.
    pub figures: Vec<Frozen>,
    /// The sum of the file, in hexadecimal.
    pub sum: String,
}

impl Run {
    /// Calls the table what the report calls it, by code and heading; one that the report does not show the reader has no name.
    pub fn name_table(&mut self, tables: &[(&'static str, String)]) {
        let title = tables.iter().find(|(code, _)| *code == self.table).map(|(_, title)| title.clone());
        self.table = title.unwrap_or_default();
    }
}

/// Notes that a report was taken out.
pub async fn add(
    tx: &mut TenantTx,
    (head, report): (&Head, &Report),
    (choices, meeting): (&str, &Meeting),
    (kind, rows, bytes): (FileKind, usize, &[u8]),
) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.actor().clone());
    let figures: Vec<Frozen> = report
        .figures
        .iter()
        .map(|figure| Frozen {
            label: figure.label.to_owned(),
            value: figure.value.clone(),
            note: figure.note.clone(),
        })
        .collect();
    let sum = Sha256::digest(bytes).to_vec();
    sqlx::query!(
        "insert into report_run (tenant_id, id, code, at, actor, user_id, day, scope, choices, format, row_count, body, meeting_on,
                                 case_number, paragraph, figures, content_sha256)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        tenant,
        new_id(),
        report.code,
        head.at,
        actor.name,
        actor.user_id,
        head.day,
        head.scope,
        choices,
        kind.ending(),
        i32::try_from(rows).unwrap_or(i32::MAX),
        Meeting::text(&meeting.organ),
        meeting.mote.parse::<NaiveDate>().ok(),
        Meeting::text(&meeting.dnr),
        Meeting::text(&meeting.paragraf),
        serde_json::to_value(figures)?,
        sum
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The newest runs of a report. Figures of other units are not for whoever reaches some units alone: `only_of` = that user's own.
pub async fn list(tx: &mut TenantTx, code: &str, only_of: Option<Uuid>) -> AppResult<Vec<Run>> {
    let rows = sqlx::query!(
        r#"select at, actor, day, scope, choices, format, row_count, body, meeting_on, case_number, paragraph,
                  figures as "figures: Json<Vec<Frozen>>", encode(content_sha256, 'hex') as "sum!"
           from report_run where code = $1 and ($2::uuid is null or user_id = $2) order by at desc, id desc limit $3"#,
        code,
        only_of,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Run {
            at: row.at,
            actor: row.actor,
            day: row.day,
            scope: row.scope,
            period: period_of(&row.choices),
            format: if row.format == "csv" { "CSV" } else { "Excel" },
            table: chosen(&row.choices, "tabell").to_owned(),
            row_count: row.row_count,
            meeting: words(&row.body, row.meeting_on, &row.case_number, &row.paragraph),
            figures: row.figures.0,
            sum: row.sum,
        })
        .collect())
}

/// What was chosen, as it stands in an address; empty = nothing.
fn chosen<'a>(choices: &'a str, key: &str) -> &'a str {
    let mut pairs = choices.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == key).map_or("", |(_, value)| value)
}

/// The months that were chosen, in words; empty = the report is of a day.
fn period_of(choices: &str) -> String {
    let month = |key: &str| format!("{}-01", chosen(choices, key)).parse::<NaiveDate>().ok();
    // A month alone is how the choice was written before there were periods.
    match (month("fran").or_else(|| month("manad")), month("till").or_else(|| month("manad"))) {
        (Some(from), Some(until)) => period_words(Period { from, until }),
        _ => String::new(),
    }
}

/// "Kommunstyrelsen 2026-12-02, KS 2026/114, § 12".
fn words(body: &str, meeting_on: Option<NaiveDate>, case_number: &str, paragraph: &str) -> String {
    let day = meeting_on.map(|day| day.to_string()).unwrap_or_default();
    let who: Vec<&str> = [body, day.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    let paragraph = match paragraph.trim_start_matches('§').trim() {
        "" => String::new(),
        number => format!("§\u{a0}{number}"),
    };
    [who.join(" "), case_number.to_owned(), paragraph]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_found_in_the_address() {
        assert_eq!(chosen("?manad=2026-10&tabell=saknas", "tabell"), "saknas");
        assert_eq!(chosen("?manad=2026-10", "tabell"), "");
        assert_eq!(chosen("", "tabell"), "");
    }

    #[test]
    fn the_months_of_a_run_are_told() {
        assert_eq!(period_of("?fran=2025-12&till=2026-11&tabell=saknas"), "december 2025–november 2026");
        assert_eq!(period_of("?manad=2026-10"), "oktober 2026");
        assert_eq!(period_of("?jamfor=ar"), "");
    }

    #[test]
    fn a_meeting_is_told_as_far_as_it_is_known() {
        let day = "2026-12-02".parse().ok();
        assert_eq!(
            words("Kommunstyrelsen", day, "KS 2026/114", "§ 12"),
            "Kommunstyrelsen 2026-12-02, KS 2026/114, §\u{a0}12"
        );
        assert_eq!(words("", None, "", ""), "");
        assert_eq!(words("Revisorerna", None, "", "4"), "Revisorerna, §\u{a0}4");
    }
}
