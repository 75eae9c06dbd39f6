//! What the watch itself looks for across the registers: roles without a holder, holders who are gone or are no
//! managers (rules 4.3, H34), and staff data that is too old to tell (rules 2.6.8).

use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

use super::finding::{Finding, ObjectKind, Recipients, Severity};
use crate::{
    areas::settings,
    auth::permissions::{OBJECT_ROLES, Role},
    db::tenant::TenantTx,
    error::AppResult,
};

/// The findings on systems' roles and on the staff data.
pub async fn register_findings(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Finding>> {
    let newest = newest_snapshot(tx).await?;
    let max_age = TimeDelta::days(settings::load(tx).await?.snapshot_age_days.into());
    let mut findings = snapshot_findings(tx.tenant_id(), newest, max_age, today);
    for system in systems(tx, today).await? {
        findings.extend(system.findings());
    }
    Ok(findings)
}

async fn newest_snapshot(tx: &mut TenantTx) -> AppResult<Option<NaiveDate>> {
    Ok(sqlx::query_scalar!(
        "select taken_on from staff_snapshot where is_full order by taken_on desc limit 1"
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// A full snapshot older than `max_age` tells too little about who has left (rules 2.6.8).
fn snapshot_findings(
    tenant_id: Uuid,
    newest: Option<NaiveDate>,
    max_age: TimeDelta,
    today: NaiveDate,
) -> Vec<Finding> {
    let finding = |rule, title: &str, detail: String| Finding {
        rule,
        object_kind: ObjectKind::Tenant,
        object_id: tenant_id,
        due_date: None,
        stage: None,
        title: title.to_owned(),
        detail,
        severity: Severity::Normal,
        owner_unit_id: None,
        recipients: Recipients::app_role(Role::HrAdmin),
    };
    match newest {
        None => vec![finding(
            "snapshot_missing",
            "Läs in ett personalunderlag",
            "Inget fullständigt personalunderlag är inläst. Utan det går det inte att se vem som har slutat."
                .to_owned(),
        )],
        Some(taken_on) if taken_on + max_age < today => vec![finding(
            "snapshot_stale",
            "Läs in ett nytt personalunderlag",
            format!(
                "Det senaste fullständiga underlaget är från {taken_on}, {} dagar sedan.",
                (today - taken_on).num_days()
            ),
        )],
        Some(_) => Vec::new(),
    }
}

/// A system in use and what is wrong with its two main roles.
struct SystemRoles {
    id: Uuid,
    name: String,
    is_critical: bool,
    owner_unit_id: Option<Uuid>,
    owners: i64,
    managers: i64,
    unknown_holders: i64,
    owner_is_manager: bool,
    known_owners: i64,
    gone_holders: Vec<String>,
}

async fn systems(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<SystemRoles>> {
    Ok(sqlx::query_as!(
        SystemRoles,
        r#"with held as (
             select a.system_id, a.role, a.person_id,
                    a.person_id is not null and exists (select 1 from employment e where e.person_id = a.person_id) as is_staff,
                    exists (select 1 from employment e where e.person_id = a.person_id
                              and e.missing_from_snapshot_id is null
                              and (e.end_date is null or e.end_date >= $1)) as is_active,
                    exists (select 1 from employment e where e.person_id = a.person_id and e.is_manager
                              and (e.end_date is null or e.end_date >= $1))
                    or exists (select 1 from org_unit u where u.head_person_id = a.person_id and (u.valid_to is null or u.valid_to >= $1)) as is_manager
             from role_assignment a
             where a.system_id is not null and not a.is_deputy
               and (a.valid_from is null or a.valid_from <= $1) and (a.valid_to is null or a.valid_to >= $1))
           select s.id, s.name, s.criticality = 'kritisk' as "is_critical!", s.owner_unit_id,
                  count(h.role) filter (where h.role = 'systemagare') as "owners!",
                  count(h.role) filter (where h.role = 'systemforvaltare') as "managers!",
                  count(h.role) filter (where h.person_id is null and h.role in ('systemagare', 'systemforvaltare')) as "unknown_holders!",
                  coalesce(bool_or(h.is_manager) filter (where h.role = 'systemagare'), false) as "owner_is_manager!",
                  count(h.role) filter (where h.role = 'systemagare' and h.person_id is not null) as "known_owners!",
                  coalesce(array_agg(distinct h.role) filter (where h.is_staff and not h.is_active), '{}') as "gone_holders!"
           from it_system s left join held h on h.system_id = s.id
           where s.merged_into_id is null and s.phase not in ('avvecklad', 'avbruten')
           group by s.tenant_id, s.id"#,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

impl SystemRoles {
    fn findings(&self) -> Vec<Finding> {
        let mut out = Vec::new();
        let mut add = |rule, title: String, detail: &str, severity, roles: &[&'static str]| {
            out.push(Finding {
                rule,
                object_kind: ObjectKind::System,
                object_id: self.id,
                due_date: None,
                stage: None,
                title,
                detail: detail.to_owned(),
                severity,
                owner_unit_id: self.owner_unit_id,
                recipients: Recipients::holders(roles),
            });
        };
        let pressing = if self.is_critical { Severity::Urgent } else { Severity::Normal };
        if self.owners == 0 {
            let detail = if self.is_critical {
                "Systemet är verksamhetskritiskt och ingen äger det."
            } else {
                "Ingen äger systemet och dess budget."
            };
            add("vacant_systemagare", format!("Utse systemägare för {}", self.name), detail, pressing, &[]);
        }
        if self.managers == 0 {
            add(
                "vacant_systemforvaltare",
                format!("Utse systemförvaltare för {}", self.name),
                "Ingen följer systemet och bevakar dess avtal.",
                Severity::Normal,
                &["systemagare"],
            );
        }
        if self.unknown_holders > 0 {
            add(
                "holder_unknown",
                format!("Koppla rollinnehavaren för {} till en person", self.name),
                "Namnet i rollen gick inte att koppla till en person i registret.",
                Severity::Info,
                &["systemforvaltare", "systemagare"],
            );
        }
        if self.known_owners > 0 && !self.owner_is_manager {
            add(
                "owner_not_manager",
                format!("Systemägaren för {} är inte chef", self.name),
                "Systemägaren ska vara chef. Utse enhetens chef eller ange varför någon annan äger systemet.",
                Severity::Info,
                &[],
            );
        }
        // One flag per system, also when both roles are held by people who are gone: the owner's is dealt with first.
        if let Some(role) =
            self.gone_holders.iter().find(|r| *r == "systemagare").or(self.gone_holders.first())
        {
            let label = OBJECT_ROLES.iter().find(|(c, _)| c == role).map_or(role.as_str(), |(_, l)| l);
            add(
                "holder_left",
                format!("{label} för {} finns inte i personalunderlaget", self.name),
                "Den som har rollen saknas i det senaste fullständiga personalunderlaget och kan ha slutat. Utse en ny.",
                pressing,
                if role == "systemagare" { &[] } else { &["systemagare"] },
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn staff_data_is_too_old_after_45_days_and_not_before() {
        let tenant = Uuid::nil();
        let rules = |taken: Option<&str>| -> Vec<&'static str> {
            snapshot_findings(tenant, taken.map(day), TimeDelta::days(45), day("2026-11-20"))
                .into_iter()
                .map(|f| f.rule)
                .collect()
        };
        assert_eq!(rules(None), ["snapshot_missing"]);
        assert_eq!(rules(Some("2026-10-06")), Vec::<&str>::new());
        assert_eq!(rules(Some("2026-10-05")), ["snapshot_stale"]);
    }
}
