//! Which systems may be the same: what is compared, what is proposed, what has been decided.

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// What tells which system a row is.
#[derive(Clone, Debug)]
pub struct Comparable {
    /// The system.
    pub id: Uuid,
    /// Its name, or another name of it.
    pub name: String,
    /// Its supplier.
    pub supplier: Option<String>,
    /// Its function areas.
    pub function_area: Option<String>,
    /// Its systemägare.
    pub owner: Option<String>,
    /// The unit that answers for it: whose list it stands in.
    pub unit_id: Option<Uuid>,
}

/// Every name of every system that is not merged into another. The lock keeps two comparisons from writing at once.
pub async fn list_comparable(tx: &mut TenantTx) -> AppResult<Vec<Comparable>> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended('same-system:' || $1::text, 0))::text as "x""#,
        tenant.to_string()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(sqlx::query_as!(
        Comparable,
        r#"with named as (
               select id, name from it_system where merged_into_id is null
               union all
               select a.system_id, a.alias from system_alias a join it_system s on s.id = a.system_id where s.merged_into_id is null
           ), area as (
               select l.system_id, string_agg(a.name, ', ' order by a.name) as names
               from system_function_area l join function_area a on a.id = l.function_area_id group by l.system_id
           ), owner as (
               select r.system_id, string_agg(coalesce(p.display_name, r.holder_text), ' / ' order by r.id) as names
               from role_assignment r left join person p on p.id = r.person_id
               where r.role = 'systemagare' and not r.is_deputy and r.valid_to is null and r.system_id is not null group by r.system_id
           )
           select s.id, n.name as "name!", p.name as "supplier?", area.names as function_area, owner.names as owner, s.owner_unit_id as unit_id
           from named n join it_system s on s.id = n.id
           left join supplier p on p.id = s.supplier_id
           left join area on area.system_id = s.id left join owner on owner.system_id = s.id
           order by s.id, n.name"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A pair that may be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The first, by id.
    pub a: Uuid,
    /// The second.
    pub b: Uuid,
    /// How sure, 60–100.
    pub score: i16,
    /// Codes of the reasons, joined by a space: arrays of arrays cannot be sent.
    pub reasons: String,
}

/// Replaces what is proposed.
pub async fn replace_proposals(tx: &mut TenantTx, pairs: &[Pair]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = pairs.iter().map(|_| crate::ids::new_id()).collect();
    let a: Vec<Uuid> = pairs.iter().map(|p| p.a).collect();
    let b: Vec<Uuid> = pairs.iter().map(|p| p.b).collect();
    let scores: Vec<i16> = pairs.iter().map(|p| p.score).collect();
    let reasons: Vec<String> = pairs.iter().map(|p| p.reasons.clone()).collect();
    // Proposals between systems of which one is merged away stay: they are shown again if the merge is undone.
    sqlx::query!(
        "delete from same_system_proposal p
         where not exists (select 1 from unnest($1::uuid[], $2::uuid[]) as n (a, b) where n.a = p.system_a_id and n.b = p.system_b_id)
           and not exists (select 1 from it_system s where s.id in (p.system_a_id, p.system_b_id) and s.merged_into_id is not null)",
        &a,
        &b
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into same_system_proposal (tenant_id, id, system_a_id, system_b_id, score, reasons)
         select $1, n.id, n.a, n.b, n.score, string_to_array(n.reasons, ' ')
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int2[], $6::text[]) as n (id, a, b, score, reasons)
         on conflict on constraint same_system_proposal_key do update set score = excluded.score, reasons = excluded.reasons
         where (same_system_proposal.score, same_system_proposal.reasons) is distinct from (excluded.score, excluded.reasons)",
        tenant,
        &ids,
        &a,
        &b,
        &scores,
        &reasons
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A proposal that waits for a decision.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The first system.
    pub system_a_id: Uuid,
    /// The second.
    pub system_b_id: Uuid,
    /// How sure, 60–100.
    pub score: i16,
    /// Codes of the reasons.
    pub reasons: Vec<String>,
    /// When somebody put it off.
    pub later_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// What is proposed and not yet decided, between systems that are both there; the surest first.
pub async fn list_waiting(tx: &mut TenantTx) -> AppResult<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        "select p.system_a_id, p.system_b_id, p.score, p.reasons, p.later_at
         from same_system_proposal p
         join it_system a on a.id = p.system_a_id and a.merged_into_id is null
         join it_system b on b.id = p.system_b_id and b.merged_into_id is null
         where not exists (select 1 from same_system_decision d where d.system_a_id = p.system_a_id and d.system_b_id = p.system_b_id)
         order by p.score desc, p.system_a_id, p.system_b_id"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Remembers that pairs are, or are not, the same; a later decision takes the place of an earlier.
pub async fn upsert_decisions(
    tx: &mut TenantTx,
    pairs: &[(Uuid, Uuid)],
    is_same: bool,
    reason: &str,
    at: chrono::DateTime<chrono::Utc>,
) -> AppResult<()> {
    let (tenant, user) = (tx.tenant_id(), tx.actor().user_id);
    let ids: Vec<Uuid> = pairs.iter().map(|_| crate::ids::new_id()).collect();
    let a: Vec<Uuid> = pairs.iter().map(|(a, b)| *a.min(b)).collect();
    let b: Vec<Uuid> = pairs.iter().map(|(a, b)| *a.max(b)).collect();
    sqlx::query!(
        "insert into same_system_decision (tenant_id, id, system_a_id, system_b_id, is_same, reason, decided_by, decided_at)
         select $1, n.id, n.a, n.b, $5, $6, $7, $8 from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as n (id, a, b)
         on conflict on constraint same_system_decision_key do update
         set is_same = excluded.is_same, reason = excluded.reason, decided_by = excluded.decided_by, decided_at = excluded.decided_at",
        tenant,
        &ids,
        &a,
        &b,
        is_same,
        reason,
        user,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts off what is proposed between systems: it is shown last until somebody decides.
pub async fn update_later(
    tx: &mut TenantTx,
    systems: &[Uuid],
    at: chrono::DateTime<chrono::Utc>,
) -> AppResult<()> {
    let user = tx.actor().user_id;
    sqlx::query!(
        "update same_system_proposal set later_at = $2, later_by = $3
         where system_a_id = any($1) and system_b_id = any($1)",
        systems,
        at,
        user
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
