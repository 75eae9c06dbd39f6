//! What a case's page shows beside the evidence: the ways to decide, the form that asks a manager, the files it rests on.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::model::Outcome;
use super::super::queries::{self, CaseRowOfList, FullCase};
use super::super::questions;
use super::laid::Laid;
use super::show::CameBack;
use crate::areas::{imports, people};
use crate::auth::permissions::Permission as P;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::web::ctx::Ctx;
use crate::web::form::Faults;
use crate::web::page_parts::Choice;

/// A way to decide, as a link with its key.
pub struct Way {
    /// The number key.
    pub key: usize,
    /// The outcome's code.
    pub code: &'static str,
    /// Its words.
    pub label: &'static str,
    /// The manager's answer points at it.
    pub is_suggested: bool,
}

/// The ways to decide a case of a class, with their keys.
pub(super) fn ways(class: &str, suggested: Option<&str>) -> Vec<Way> {
    Outcome::ALL
        .iter()
        .filter(|o| {
            **o != Outcome::WaitForAnswer
                && !(class == "X" && o.ends())
                && !(class == "U" && **o == Outcome::WrongMatch)
        })
        .enumerate()
        .map(|(ix, o)| Way {
            key: ix + 1,
            code: o.code(),
            label: o.label(),
            is_suggested: Some(o.code()) == suggested,
        })
        .collect()
}

/// The form that asks a manager.
#[derive(Default)]
pub struct AskPart {
    pub choices: Vec<Choice>,
    pub asked: String,
    pub message: String,
    pub without_user: bool,
    pub other: String,
    pub faults: Faults,
    pub is_open: bool,
}

/// Whom to ask about a case, and what was typed.
pub(super) async fn ask_part(
    ctx: &Ctx,
    tx: &mut TenantTx,
    case: &FullCase,
    back: &CameBack,
) -> AppResult<AskPart> {
    let found = questions::whom_to_ask(tx, case, ctx.today()).await?;
    let ids: Vec<Uuid> = found.into_iter().collect();
    let links: HashMap<Uuid, people::PersonLink> = people::list_links(ctx, tx, &ids).await?;
    let has_user = match found {
        Some(person) => queries::find_addressee(tx, person).await?.is_some(),
        None => true,
    };
    let choices = ids
        .iter()
        .filter_map(|id| {
            links
                .get(id)
                .map(|l| Choice::new(id.to_string(), l.name.clone()).with_hint("chef enligt registret"))
        })
        .collect();
    Ok(AskPart {
        choices,
        asked: back.asked.asked.clone(),
        other: back.asked.other.clone(),
        message: back.asked.message.clone(),
        without_user: !has_user,
        is_open: !back.ask.is_empty(),
        faults: back.ask.clone(),
    })
}

/// A file that the case rests on.
pub struct SourceLine {
    /// Which list.
    pub list: &'static str,
    /// The file's name.
    pub file: String,
    /// The record in it.
    pub row: Option<i32>,
    /// The day it is of or came.
    pub day: String,
    /// The receipt, where the reader finds one.
    pub href: Option<String>,
}

/// The files that a case rests on.
pub(super) async fn sources(
    ctx: &Ctx,
    tx: &mut TenantTx,
    laid: &Laid,
    rows: &[CaseRowOfList],
) -> AppResult<Vec<SourceLine>> {
    let mut found: Vec<(&'static str, Uuid, Option<i32>, String, bool)> = Vec::new();
    for source in imports::sources_of(tx, &[laid.case.subscription_id]).await? {
        found.push((
            "Operatörens lista",
            source.run_id,
            Some(source.row),
            String::new(),
            ctx.can(P::ImportSubscriptions),
        ));
    }
    for row in rows {
        if let Some(run) = row.run_id {
            let month = row.period.format("%Y-%m").to_string();
            found.push(("HR:s lista", run, Some(row.row_no), month, ctx.can(P::LeaverUpload)));
        }
    }
    if let Some(snapshot) = laid.dossier.snapshot_id
        && let Some(run) = queries::find_snapshot_run(tx, snapshot).await?
    {
        let day = laid.dossier.snapshot_on.map(|d| d.to_string()).unwrap_or_default();
        found.push(("Personalunderlaget", run, None, day, ctx.can(P::ImportStaff)));
    }
    let runs: Vec<Uuid> = found.iter().map(|(_, run, ..)| *run).collect();
    let files: HashMap<Uuid, queries::SourceFile> =
        queries::list_files_of_runs(tx, &runs).await?.into_iter().map(|f| (f.run_id, f)).collect();
    Ok(found
        .into_iter()
        .filter_map(|(list, run, row, day, may_open)| {
            let file = files.get(&run)?;
            Some(SourceLine {
                list,
                file: file.file.clone(),
                row,
                day: if day.is_empty() { file.received_on.to_string() } else { day },
                href: may_open.then(|| ctx.path(format!("imports/{run}"))),
            })
        })
        .collect())
}
