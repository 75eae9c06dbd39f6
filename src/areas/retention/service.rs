//! Dry runs and purges. What a dry run counts and what a purge removes is the same list, made by the same queries.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::model::{Decided, Due, Extent, Line, What};
use super::queries::{self, Emptied};
use crate::areas::watch::{Finding, ObjectKind, Recipients, Severity};
use crate::auth::permissions::Role;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::format::number_of;

/// A rule with what it reaches today.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The rule and what is decided.
    pub decided: Decided,
    /// What it reaches, whether it may purge it or not.
    pub extent: Extent,
    due: Vec<Due>,
}

impl Reached {
    fn line(&self) -> Line {
        Line {
            code: self.decided.rule.code.to_owned(),
            days: self.decided.days(),
            decision_ref: self.decided.decision_ref.clone(),
            decided_on: self.decided.decided_on,
            hold_reason: self.decided.hold_reason.clone(),
            is_active: self.decided.is_active,
            rows: self.extent.rows,
            history_rows: 0,
            oldest: self.extent.oldest,
            newest: self.extent.newest,
        }
    }
}

async fn reach(tx: &mut TenantTx, decided: Decided, today: NaiveDate) -> AppResult<Reached> {
    let until = decided.until(today);
    if decided.rule.what == What::Reads {
        let extent = queries::find_reads(tx, until).await?;
        return Ok(Reached { decided, extent, due: Vec::new() });
    }
    let due = queries::list_due(tx, decided.rule.what, until, today).await?;
    Ok(Reached { extent: Extent::of(&due), decided, due })
}

/// Every rule with what it reaches today.
pub async fn reach_all(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Reached>> {
    let mut reached = Vec::new();
    for decided in queries::list_decided(tx).await? {
        reached.push(reach(tx, decided, today).await?);
    }
    Ok(reached)
}

/// What carrying the rules out came to, before the history is emptied.
#[derive(Debug, Default)]
struct Carried {
    lines: Vec<Line>,
    rules: Vec<(What, Vec<Uuid>)>,
    emptied: Vec<Emptied>,
}

/// Carries out every rule that is in force, in order: what goes by one rule is not counted by the next.
async fn carry_out(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Carried> {
    let mut carried = Carried::default();
    for decided in queries::list_decided(tx).await? {
        let reached = reach(tx, decided, today).await?;
        let mut line = reached.line();
        if reached.decided.may_purge() && reached.extent.rows > 0 {
            let what = reached.decided.rule.what;
            let ids: Vec<Uuid> = reached.due.iter().map(|due| due.id).collect();
            for part in queries::remove(tx, what, &ids).await? {
                line.history_rows += queries::count_history(tx, &part).await?;
                carried.emptied.push(part);
            }
            carried.rules.push((what, ids));
        }
        carried.lines.push(line);
    }
    Ok(carried)
}

/// Tries a purge, takes everything back and keeps the protocol.
pub async fn dry_run(tx: &mut TenantTx, now: DateTime<Utc>, today: NaiveDate) -> AppResult<Uuid> {
    sqlx::query("savepoint dry_run").execute(&mut **tx).await?;
    let carried = carry_out(tx, today).await?;
    sqlx::query("rollback to savepoint dry_run").execute(&mut **tx).await?;
    queries::insert_run(tx, (now, today), true, &carried.lines).await
}

/// Carries out every rule that is in force. `after` is the dry run that somebody has seen: when more would go now than it said,
/// nothing does. It cannot be taken back.
///
/// # Errors
/// `Conflict` when the register has changed since the dry run; `Rejected` when no rule in force reaches anything.
pub async fn purge(
    tx: &mut TenantTx,
    (now, today): (DateTime<Utc>, NaiveDate),
    after: Option<&[Line]>,
) -> AppResult<Uuid> {
    queries::lock(tx).await?;
    tx.set_purpose("Gallring").await?;
    let carried = carry_out(tx, today).await?;
    if carried.rules.is_empty() {
        return Err(AppError::rejected(
            "Det finns inget att gallra med de regler som gäller. En regel gäller när den har ett beslut och inte är stoppad.",
        ));
    }
    let goes = |line: &&Line| line.is_carried_out() && line.rows > 0;
    if let Some(seen) = after {
        let is_as_seen = |line: &Line| {
            seen.iter().any(|s| s.code == line.code && goes(&s) && s.days == line.days && s.rows >= line.rows)
        };
        if !carried.lines.iter().filter(goes).all(is_as_seen) {
            return Err(AppError::Conflict(
                "Registret eller reglerna har ändrats sedan torrkörningen. Gör en ny torrkörning och kontrollera den. Ingenting är gallrat."
                    .into(),
            ));
        }
    }
    let run = queries::insert_run(tx, (now, today), false, &carried.lines).await?;
    for part in &carried.emptied {
        queries::purge_history(tx, run, part).await?;
    }
    for (what, ids) in &carried.rules {
        if *what == What::Reads
            && let Some(line) = carried.lines.iter().find(|line| line.code == "access_log")
        {
            queries::purge_reads(tx, run, today - TimeDelta::days(line.days.into())).await?;
        }
        queries::mark(tx, *what, ids, today).await?;
    }
    Ok(run)
}

/// A flag when a rule in force has something to purge: a person looks and decides, nothing is purged by itself.
pub async fn findings(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Finding>> {
    let mut rows = 0;
    for decided in queries::list_decided(tx).await?.into_iter().filter(Decided::may_purge) {
        rows += reach(tx, decided, today).await?.extent.rows;
    }
    if rows == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![Finding {
        rule: "retention_due",
        object_kind: ObjectKind::Tenant,
        object_id: tx.tenant_id(),
        due_date: None,
        stage: None,
        title: "Gallra det som har haft sin tid".to_owned(),
        detail: format!(
            "Enligt de gallringsbeslut som gäller är {} uppgifter mogna för gallring. Gör en torrkörning under Gallring och ta ställning. \
             Ingenting gallras av sig självt.",
            // In steps, so that the text does not change every night.
            in_steps(rows)
        ),
        severity: Severity::Info,
        owner_unit_id: None,
        recipients: Recipients::app_role(Role::TenantAdmin),
    }])
}

fn in_steps(rows: i64) -> String {
    match rows {
        1..=9 => "några".to_owned(),
        10..=99 => "mer än tio".to_owned(),
        _ => format!("mer än {}", number_of((rows / 100 * 100).min(10_000).into())),
    }
}
