//! The worklist, declared (see [`crate::web::list`]).

use std::sync::LazyLock;

use crate::web::list::{BulkAction, Code, Codes, Column, Filter, Kind, ListDef, Reach, View};

/// The classes, with their letter: nothing is told by colour alone.
pub const CLASSES: Codes = &[
    Code::new("A", "A Säker").colored("success"),
    Code::new("B", "B Sannolik").colored("info"),
    Code::new("C", "C Möjlig").colored("warning"),
    Code::new("P", "P Planerad").colored("neutral"),
    Code::new("U", "U Utan innehavare").colored("warning"),
    Code::new("X", "X Motsagd").colored("danger"),
];

/// Where a case stands.
pub const STATES: Codes = &[
    Code::new("open", "Att ta ställning till").colored("info"),
    Code::new("waiting", "Väntar på svar").colored("warning"),
    Code::new("not_gone", "Borde vara borta men är kvar").colored("danger"),
    Code::new("decided", "Beslutat").colored("success"),
    Code::new("ordered", "Beställt").colored("success"),
    Code::new("kept", "Behålls").colored("neutral"),
    Code::new("verified", "Verifierat").colored("success"),
    Code::new("closed", "Avslutat").colored("neutral"),
];

/// Every case. Names and numbers as far as the reader may know them; of a protected person neither name, number nor unit
/// (rules 9.6). A case of a subscription that is gone has no proposal: it says itself, and the person's mark is asked too.
const SELECT: &str = "
with recursive dept as (
    select id, id as dept_id, name as dept_name from org_unit where kind in ('forvaltning', 'bolag')
    union
    select u.id, d.dept_id, d.dept_name from org_unit u join dept d on u.parent_id = d.id where u.kind not in ('forvaltning', 'bolag')
)
select c.id, c.class, c.state, c.opened_on, c.reopened_on, c.subject_key,
       case when h.hides then 'Skyddad uppgift' when s.holder = '' then '(inget namn)'
            when {names} then s.holder else app.masked_name(s.holder) end as name,
       case when h.hides then null when {names} then regexp_replace(s.msisdn, '^\\+46(\\d\\d)(\\d\\d\\d)(\\d\\d)(\\d\\d)$', '0\\1-\\2 \\3 \\4') else app.masked_number(s.msisdn) end as msisdn,
       case when not h.hides and {names} then s.msisdn || ' 0' || substr(s.msisdn, 4) end as digits,
       o.id as operator_id, o.name as operator_name, s.monthly_price, p.accrued, c.end_date,
       case when c.end_date <= {today} then {today} - c.end_date end as days_since,
       c.not_before, {today} - c.opened_on as days_open,
       case when h.hides then null else u.name end as unit_name, case when not h.hides then c.owner_unit_id end as owner_unit_id,
       case when h.hides then null else d.dept_id end as dept_id, case when h.hides then null else d.dept_name end as dept_name,
       case when h.hides then 0 else l.linked end as linked,
       q.asked_on, q.answered_at is not null as is_answered,
       dec.decided_on, dec.outcome, t.id is not null as is_ordered,
       case when h.hides then null else lr.list_id end as leaver_list_id,
       case when h.hides then null else concat_ws(' ', ls.name, to_char(ll.period, 'YYYY-MM')) end as leaver_list,
       exists (select 1 from match_decision e where e.case_id = c.id and e.outcome in ('avsluta', 'privat_overtagande')
               and e.revoked_at is null and e.verified_on is not null and e.last_day is not null) as has_proved_end
from match_case c
join subscription s on s.id = c.subscription_id
join operator o on o.id = s.operator_id
left join subscription_proposal p on p.id = c.subscription_id
left join person pn on pn.id = c.person_id
left join org_unit u on u.id = c.owner_unit_id
left join dept d on d.id = c.owner_unit_id
left join match_decision dec on dec.id = c.decision_id
left join operator_order t on t.id = dec.order_id and t.state <> 'draft' and t.sent_on is not null
left join leaver_row lr on lr.id = c.leaver_row_id
left join leaver_list ll on ll.id = lr.list_id
left join leaver_sender ls on ls.id = ll.sender_id
cross join lateral (select (c.is_protected or coalesce(p.is_protected, false) or coalesce(pn.is_protected, false)) and not {protected} as hides) h
cross join lateral (select count(*)::int as linked from match_case x where x.subject_key = c.subject_key and c.subject_key <> '-' and x.id <> c.id
                    and x.state not in ('verified', 'closed')) l
left join lateral (select mq.asked_on, mq.answered_at from manager_question mq where mq.case_id = c.id and mq.withdrawn_at is null
                   order by mq.asked_at desc limit 1) q on true";

/// By the unit that pays. What is hidden has no unit, so it is there only for those who see the whole municipality.
const REACH: Reach = Reach::Unit { unit: "owner_unit_id", object: None };

const OUTCOMES: Codes = &[
    Code::new("avsluta", "Avsluta"),
    Code::new("overlat", "Överlåt till medarbetare"),
    Code::new("flytta_kostnad", "Flytta kostnaden"),
    Code::new("behall", "Behåll"),
    Code::new("ej_person", "Ej person"),
    Code::new("reserv", "Lägg i reserv"),
    Code::new("privat_overtagande", "Privat övertagande"),
    Code::new("fel_traff", "Fel träff"),
];

/// The tabs by their key, with the condition on `r` that a case stands in them.
pub const TABS: &[(&str, &str, &str)] = &[
    // What the work is: nothing that is contradicted, unknown or still far away (rules 2.5).
    (
        "att-avgora",
        "Att avgöra",
        "(r.state = 'not_gone' or r.state = 'open' and (r.class in ('A', 'B', 'C')
          or r.class = 'P' and coalesce(r.not_before, r.end_date, {today}) <= {today} + 30))",
    ),
    ("sakra", "Säkra", "r.class = 'A' and r.state = 'open'"),
    ("sannolika", "Sannolika", "r.class = 'B' and r.state = 'open'"),
    ("mojliga", "Möjliga", "r.class = 'C' and r.state = 'open'"),
    (
        "planerade",
        "Planerade",
        "r.class = 'P' and r.state = 'open' and coalesce(r.not_before, r.end_date, {today}) <= {today} + 30",
    ),
    ("vantar", "Väntar på svar", "r.state = 'waiting'"),
    ("kvar", "Borde vara borta", "r.state = 'not_gone'"),
    ("oppnade-igen", "Öppnade igen", "r.state = 'open' and r.reopened_on is not null"),
    ("utan-innehavare", "Utan innehavare", "r.class = 'U' and r.state = 'open'"),
    ("motsagda", "Motsagda", "r.class = 'X' and r.state = 'open'"),
    ("beslutade", "Beslutade", "r.state in ('decided', 'ordered', 'kept')"),
    ("avslutade", "Avslutade", "r.state in ('verified', 'closed')"),
];

/// The list.
pub static LIST: LazyLock<ListDef> = LazyLock::new(|| {
    ListDef::new("matches", "Att ta ställning till", ("ärende", "ärenden"), SELECT, REACH)
        .columns([
            Column::name("name", "Innehavare enligt listan", "matches/{id}").beside("msisdn"),
            Column::of("class", "Klass", Kind::Tag(CLASSES))
                .sort_by("array_position(array['A', 'B', 'C', 'P', 'U', 'X'], r.class)"),
            Column::date("end_date", "Sista dag"),
            Column::integer("days_since", "Dagar sedan"),
            Column::money("monthly_price", "Kr per månad"),
            Column::money("accrued", "Kr sedan dess").help("priset för varje hel månad sedan sista dagen"),
            Column::text("unit_name", "Enhet"),
            Column::integer("linked", "Fler").help("andra abonnemang för samma person"),
            Column::of("state", "Läge", Kind::Tag(STATES)).sort_by(
                "array_position(array['not_gone', 'open', 'waiting', 'decided', 'ordered', 'kept', 'verified', 'closed'], r.state)",
            ),
            Column::text("operator_name", "Operatör").hidden(),
            Column::text("dept_name", "Förvaltning").hidden(),
            Column::date("not_before", "Tidigast").hidden(),
            Column::date("opened_on", "Öppnat").hidden(),
            Column::date("reopened_on", "Öppnat igen").hidden(),
            Column::date("asked_on", "Frågat").hidden(),
            Column::of("is_answered", "Besvarat", Kind::YesNo).hidden(),
            Column::of("outcome", "Beslut", Kind::Code(OUTCOMES)).hidden(),
            Column::date("decided_on", "Beslutat").hidden(),
        ])
        .filters([
            Filter::loaded("forvaltning", "Förvaltning", "r.dept_id", "r.dept_name"),
            Filter::loaded("operator", "Operatör", "r.operator_id", "r.operator_name"),
            Filter::codes("klass", "Klass", "r.class", CLASSES),
            Filter::codes("lage", "Läge", "r.state", STATES),
            Filter::yes_no(
                "gammal",
                "Öppet mer än 30 dagar",
                "r.state in ('open', 'waiting', 'not_gone') and r.days_open > 30",
            ),
            Filter::numbers("pris", "Kr per månad", "r.monthly_price"),
            Filter::dates("slut", "Sista dag", "r.end_date"),
            Filter::yes_no("svar", "Har fått svar", "r.is_answered").quiet(),
            Filter::codes("beslut", "Beslut", "r.outcome", OUTCOMES).quiet(),
            // For the figures of R07 and R09.
            Filter::yes_no("bestallt", "Beställt hos operatören", "r.is_ordered").quiet(),
            Filter::yes_no("avslut", "Bevisat avslut", "r.has_proved_end").quiet(),
            Filter::loaded("lista", "Lista över avslutade", "r.leaver_list_id", "r.leaver_list").quiet(),
        ])
        .search("Innehavare eller nummer", ["r.name", "r.msisdn", "r.digits"])
        .sorted("end_date")
        .views(TABS.iter().map(|(key, label, condition)| View::new(key, label, condition)))
        .when_empty("Ärenden kommer av sig själva när operatörens lista, personalunderlaget och HR:s listor är inlästa.")
        .bulk([BulkAction { key: "avsluta", label: "Bekräfta säkra", icon: "bock" }])
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_holds() {
        assert_eq!(LIST.check(), Vec::<String>::new());
    }
}
