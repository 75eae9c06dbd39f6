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
    for vacancy in vacancies(tx, today).await? {
        findings.extend(vacancy.finding());
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
                    exists (select 1 from leaver_verdict v where v.person_id = a.person_id
                              and v.verdict in ('leaver', 'deceased', 'planned')) as is_leaving,
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
                  coalesce(array_agg(distinct h.role) filter (where h.is_staff and not h.is_active and not h.is_leaving), '{}') as "gone_holders!"
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

/// Somebody who answers for something and stands on a list of leavers: at most one flag for each thing, for whoever leaves first.
struct Vacancy {
    object_kind: String,
    object_id: Uuid,
    name: String,
    /// The code of the role; empty for the head of a unit.
    role: String,
    last_day: NaiveDate,
    owner_unit_id: Option<Uuid>,
    is_protected: bool,
}

async fn vacancies(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Vacancy>> {
    Ok(sqlx::query_as!(
        Vacancy,
        r#"with leaving as (
               select v.person_id, p.is_protected, max(v.end_date) as last_day
               from leaver_verdict v join person p on p.id = v.person_id
               where v.verdict in ('leaver', 'deceased', 'planned') and v.end_date is not null
               group by v.person_id, p.is_protected
           ), held as (
               select a.system_id, a.contract_id, a.role, l.last_day, l.is_protected
               from role_assignment a join leaving l on l.person_id = a.person_id
               where not a.is_deputy and (a.valid_from is null or a.valid_from <= greatest($1, l.last_day))
                 -- A role that ends on the last day has been dealt with.
                 and (a.valid_to is null or a.valid_to > l.last_day) and (a.valid_to is null or a.valid_to >= $1)
           )
           select distinct on (1, 2) x.object_kind as "object_kind!", x.object_id as "object_id!", x.name as "name!", x.role as "role!",
                  x.last_day as "last_day!", x.owner_unit_id as "owner_unit_id?", x.is_protected as "is_protected!"
           from (
               select 'system' as object_kind, s.id as object_id, s.name, h.role, h.last_day, s.owner_unit_id, h.is_protected
               from held h join it_system s on s.id = h.system_id
               where s.merged_into_id is null and s.phase not in ('avvecklad', 'avbruten')
               union all
               select 'contract', c.id, c.title, h.role, h.last_day, c.owner_unit_id, h.is_protected
               from held h join contract c on c.id = h.contract_id
               where not exists (select 1 from contract_dates d where d.id = c.id and d.status = 'avslutat')
               union all
               select 'org_unit', u.id, u.name, '', l.last_day, u.parent_id, l.is_protected
               from org_unit u join leaving l on l.person_id = u.head_person_id where u.valid_to is null or u.valid_to >= $1
           ) x
           order by 1, 2, x.last_day, x.role"#,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

impl Vacancy {
    /// Neutral words: whoever it is may be dead.
    fn finding(&self) -> Option<Finding> {
        let object_kind = ObjectKind::from_code(&self.object_kind)?;
        let label =
            OBJECT_ROLES.iter().find(|(code, _)| *code == self.role).map_or("Chef", |(_, label)| label);
        let way = if self.is_protected {
            "Utse en ny under roller."
        } else {
            "Öppna uppgiften för att lämna över allt som personen ansvarar för på en gång."
        };
        let roles: &[&'static str] = match (object_kind, self.role.as_str()) {
            (ObjectKind::System, role) if role != "systemagare" => &["systemagare"],
            _ => &[],
        };
        Some(Finding {
            rule: "role_vacancy",
            object_kind,
            object_id: self.object_id,
            due_date: Some(self.last_day),
            stage: None,
            title: format!("Utse ny {} för {}", label.to_lowercase(), self.name),
            detail: format!("Uppdraget behöver en ny innehavare efter {}. {way}", self.last_day),
            severity: Severity::Normal,
            owner_unit_id: self.owner_unit_id,
            recipients: Recipients::holders(roles),
        })
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
