//! The list of subscriptions.

use std::sync::LazyLock;

use super::model::CHANGES;
use crate::areas::settings::Settings;
use crate::rules::subscription_use::UseCode;
use crate::web::list::{BulkAction, Code, Codes, Column, Filter, Kind, ListDef, Reach, View};

/// How it stands with the operator.
pub const STATUSES: Codes = &[
    Code::new("aktiv", "Aktiv").colored("success"),
    Code::new("pausad", "Pausad").colored("warning"),
    Code::new("sparrad", "Spärrad").colored("warning"),
    Code::new("uppsagd", "Uppsagd").colored("info"),
    Code::new("avslutad", "Avslutad"),
    Code::new("porterad", "Porterad"),
];

/// Whether it is a person's.
pub const KINDS: Codes = &[Code::new("person", "Person"), Code::new("non_person", "Ej person")];

const USES: Codes = &{
    let mut uses = [Code::new("", ""); UseCode::ALL.len()];
    let mut i = 0;
    while i < uses.len() {
        uses[i] = Code::new(UseCode::ALL[i].code(), UseCode::ALL[i].label());
        i += 1;
    }
    uses
};

/// What the comparison with the lists of leavers shows (rules 2.5).
pub const CLASSES: Codes = &[
    Code::new("A", "A säker").colored("success"),
    Code::new("B", "B sannolik").colored("info"),
    Code::new("C", "C möjlig").colored("warning"),
    Code::new("P", "P planerad").colored("neutral"),
    Code::new("X", "X motsagd"),
    Code::new("N", "N ej person"),
    Code::new("-", "Har inte slutat"),
    Code::new("U", "Utan innehavare").colored("warning"),
];

const CASE_STATES: Codes = &[
    Code::new("open", "Öppet").colored("warning"),
    Code::new("waiting", "Väntar på svar").colored("info"),
    Code::new("decided", "Beslutat").colored("info"),
    Code::new("ordered", "Beställt").colored("info"),
    Code::new("verified", "Genomfört").colored("success"),
    Code::new("not_gone", "Skulle vara borta").colored("danger"),
    Code::new("kept", "Behålls"),
    Code::new("closed", "Avslutat"),
];

const GENERATIONS: Codes =
    &[Code::new("2G", "2G"), Code::new("3G", "3G"), Code::new("4G", "4G"), Code::new("5G", "5G")];

/// The unit's yearly word.
const ANSWERS: Codes =
    &[Code::new("i_bruk", "I bruk"), Code::new("ej_i_bruk", "Inte i bruk"), Code::new("okant", "Vet inte")];

/// Every subscription. Of a person with protected identity, and of one of whom it is not known yet, there is only that there is
/// one (rules 9.6): no number, no holder, no unit, nothing to find it by. Others than those who may know whose they are see
/// initials and the ends of the number (rules 4.2), with the grant for protected persons too. A unit that has ended is shown as the
/// one that took over.
const SELECT: &str = "
with recursive after as (
    select u.id, u.id as at, u.valid_to, u.successor_id from org_unit u
    union
    select a.id, u.id, u.valid_to, u.successor_id from after a join org_unit u on u.id = a.successor_id where a.valid_to < {today}
), now_unit as (
    select distinct on (id) id, at from after where valid_to is null or valid_to >= {today} or successor_id is null order by id, at
), dept as (
    select id, id as dept_id, name as dept_name from org_unit where kind in ('forvaltning', 'bolag')
    union
    select u.id, d.dept_id, d.dept_name from org_unit u join dept d on u.parent_id = d.id where u.kind not in ('forvaltning', 'bolag')
), newest as (
    select distinct on (series_id) series_id, id from subscription_list order by series_id, taken_on desc, id desc
), seen as (
    select s.*, p.class, p.contact_left, p.person_id as holder_id, coalesce(s.kind_decided, p.kind) as kind_now, coalesce(s.use_decided, nullif(p.use_code, '')) as use_now,
           coalesce(p.is_protected, true) and not {protected} as is_hidden,
           {names} and ({protected} or not coalesce(p.is_protected, true)) as is_open
    from subscription s left join subscription_proposal p on p.id = s.id
)
select s.id,
       case when s.is_hidden then 'Skyddad uppgift'
            when s.is_open then regexp_replace(s.msisdn, '^\\+46(\\d\\d)(\\d\\d\\d)(\\d\\d)(\\d\\d)$', '0\\1-\\2 \\3 \\4')
            else app.masked_number(s.msisdn) end as number,
       case when s.is_open then s.msisdn || ' 0' || substr(s.msisdn, 4) end as digits,
       case when s.is_hidden then 'Skyddad uppgift' when s.is_open then nullif(s.holder, '')
            else nullif(app.masked_name(s.holder), '') end as holder,
       case when s.is_open then nullif(s.reference, '') end as reference,
       case when not s.is_hidden then s.kind_now end as kind,
       case when not s.is_hidden then s.use_now end as use,
       case when not s.is_hidden then u.id end as org_unit_id,
       case when not s.is_hidden then u.name end as unit_name,
       case when not s.is_hidden then d.dept_id end as dept_id,
       case when not s.is_hidden then d.dept_name end as dept_name,
       case when not s.is_hidden then nullif(s.cost_centre, '') end as cost_centre,
       s.operator_id, o.name as operator, nullif(s.type_text, '') as type_text, s.monthly_price, s.status, s.last_traffic,
       s.binding_until, s.ends_on, s.activated_on, nullif(s.customer_no, '') as customer_no,
       case when not s.is_hidden then s.class end as class,
       case when not s.is_hidden then c.state end as case_state,
       case when not s.is_hidden then nullif(s.purpose, '') end as purpose,
       case when not s.is_hidden then nullif(s.place, '') end as place,
       case when s.is_hidden then null when k.is_protected and not {protected} then 'Skyddad uppgift'
            when app.names_protected(s.contact_text) then 'Skyddad uppgift'
            when s.is_open then nullif(coalesce(k.display_name, s.contact_text), '')
            else nullif(app.masked_name(coalesce(k.display_name, s.contact_text)), '') end as contact,
       nullif(s.generation, '') as generation, s.review_on, g.closes_on,
       s.missing_from_list_id is not null as is_gone, l.taken_on as gone_since,
       s.main_subscription_id is not null or s.main_msisdn is not null as is_twin,
       s.missing_from_list_id is null and s.status not in ('avslutad', 'porterad') as is_live,
       coalesce(s.contact_left, false) and not s.is_hidden as contact_left,
       not s.is_hidden and s.kind_now = 'non_person' and (s.purpose = '' or s.org_unit_id is null or s.review_on is null or s.generation = ''
           or (s.place = '' and s.device = '')
           or (s.contact_text = '' and s.contact_person_id is null)) as is_incomplete,
       exists (select 1 from subscription_confirmation f where f.subscription_id = s.id and f.year = extract(year from {today})) as is_confirmed,
       case when not s.is_hidden then
           (select f.answer from subscription_confirmation f where f.subscription_id = s.id and f.year = extract(year from {today}) limit 1) end as answer,
       case when not s.is_hidden then s.holder_id end as holder_id,
       s.is_hidden, s.first_list_id = e.id as is_first, s.missing_from_list_id = e.id as is_just_gone,
       case when not s.is_hidden then
           array(select distinct v.label from subscription_change h join (values [CHANGES]) v(kind, label) on v.kind = h.kind
                 where h.subscription_id = s.id and h.list_id in (select w.id from newest w))
           end as changes
from seen s
join operator o on o.id = s.operator_id
left join now_unit n on n.id = s.org_unit_id
left join org_unit u on u.id = coalesce(n.at, s.org_unit_id)
left join dept d on d.id = u.id
left join person k on k.id = s.contact_person_id
left join subscription_list l on l.id = s.missing_from_list_id
left join newest e on e.series_id = s.series_id
left join lateral (
    select x.state from match_case x where x.subscription_id = s.id
    order by x.state = 'closed', x.opened_on desc, x.id desc limit 1
) c on true
left join lateral (
    select min(x.closes_on) as closes_on
    from jsonb_to_recordset(coalesce((select t.value from tenant_setting t where t.key = 'network_sunset'), '[SUNSET]'::jsonb))
         x(operator text, generation text, closes_on date)
    where lower(x.operator) = lower(o.name) and x.generation = s.generation
) g on true";

/// A person's numbers when there are more than two of them, cards left out: allowed, and worth asking why (data formats 3).
const MANY: &str = "r.is_live and not r.is_twin and r.kind = 'person' and r.holder_id in (
    select q.person_id from subscription_proposal q join subscription t on t.id = q.id
    where t.missing_from_list_id is null and t.status not in ('avslutad', 'porterad')
      and t.main_msisdn is null and t.main_subscription_id is null
    group by q.person_id having count(*) > 2)";

/// Whoever sees the whole municipality, and whose unit pays. What is hidden has no unit.
const REACH: Reach = Reach::Unit { unit: "org_unit_id", object: None };

/// The SELECT with the usual days when networks close, where a municipality has not set its own, and the words for changes.
fn select() -> &'static str {
    let usual = Settings::default().sunsets_as_json().to_string();
    let changes: Vec<String> = CHANGES.iter().map(|(kind, label)| format!("('{kind}', '{label}')")).collect();
    String::leak(
        SELECT.replace("[SUNSET]", &usual.replace('\'', "''")).replace("[CHANGES]", &changes.join(", ")),
    )
}

/// The list.
pub static LIST: LazyLock<ListDef> = LazyLock::new(|| {
    ListDef::new("subscriptions", "Abonnemang", ("abonnemang", "abonnemang"), select(), REACH)
        .columns([
            Column::name("number", "Nummer", "subscriptions/{id}"),
            Column::text("holder", "Innehavare").help("som det står hos operatören"),
            Column::of("use", "Används till", Kind::Code(USES)),
            Column::of("unit_name", "Enhet", Kind::Link { href: "organisation/{org_unit_id}" }),
            Column::text("cost_centre", "Kostnadsställe"),
            Column::of("operator", "Operatör", Kind::Link { href: "subscriptions/operators/{operator_id}" }),
            Column::text("type_text", "Abonnemangstyp"),
            Column::money("monthly_price", "Kr per månad"),
            Column::of("status", "Status", Kind::Tag(STATUSES)),
            Column::of("class", "Slutat?", Kind::Tag(CLASSES))
                .help("vad jämförelsen med listorna över avslutade anställda visar")
                .sort_by("array_position(array['A', 'B', 'C', 'P', 'U', 'X', 'N', '-'], r.class)"),
            Column::date("last_traffic", "Senaste trafik"),
            Column::date("binding_until", "Bundet till"),
            Column::of("case_state", "Ärende", Kind::Tag(CASE_STATES)).hidden(),
            Column::of("kind", "Slag", Kind::Code(KINDS)).hidden(),
            Column::text("dept_name", "Förvaltning").hidden(),
            Column::text("reference", "Referens").written().hidden(),
            Column::text("purpose", "Syfte").written().hidden(),
            Column::text("place", "Plats").written().hidden(),
            Column::text("contact", "Kontakt").written().hidden(),
            Column::text("generation", "Nät").hidden(),
            Column::of("closes_on", "Nätet stängs", Kind::Deadline(365)).hidden(),
            Column::of("review_on", "Översyn", Kind::Deadline(30)).hidden(),
            Column::date("activated_on", "Aktiverat").hidden(),
            Column::date("ends_on", "Upphör").hidden(),
            Column::text("customer_no", "Kundnummer").hidden(),
            Column::of("is_gone", "Borta ur listan", Kind::YesNo).hidden(),
            Column::date("gone_since", "Borta sedan").hidden(),
            Column::of("is_confirmed", "Inventerat i år", Kind::YesNo).hidden(),
        ])
        .filters([
            Filter::loaded("forvaltning", "Förvaltning", "r.dept_id", "r.dept_name"),
            Filter::loaded("enhet", "Enhet", "r.org_unit_id", "r.unit_name"),
            Filter::loaded("operator", "Operatör", "r.operator_id", "r.operator"),
            Filter::codes("anvandning", "Används till", "r.use", USES),
            Filter::codes("status", "Status", "r.status", STATUSES),
            Filter::codes("slutat", "Slutat?", "r.class", CLASSES),
            Filter::text("typ", "Abonnemangstyp", "r.type_text"),
            Filter::dates("trafik", "Senaste trafik", "r.last_traffic"),
            Filter::dates("bundet", "Bundet till", "r.binding_until"),
            Filter::numbers("pris", "Kr per månad", "r.monthly_price"),
            Filter::yes_no("inventerat", "Inventerat i år", "r.is_confirmed"),
            Filter::codes("slag", "Slag", "r.kind", KINDS).quiet(),
            Filter::codes("arende", "Ärende", "r.case_state", CASE_STATES).quiet(),
            Filter::codes("nat", "Nät", "r.generation", GENERATIONS).quiet(),
            Filter::text("kostnadsstalle", "Kostnadsställe", "r.cost_centre").quiet(),
            Filter::yes_no("borta", "Borta ur listan", "r.is_gone").quiet(),
            Filter::yes_no("i-drift", "I drift", "r.is_live").quiet(),
            Filter::yes_no("utan-enhet", "Utan enhet", "r.org_unit_id is null and not r.is_hidden").quiet(),
            Filter::yes_no("extrakort", "Extra kort", "r.is_twin").quiet(),
            Filter::yes_no("kontakten-slutat", "Kontakten har slutat", "r.contact_left").quiet(),
            Filter::dates("oversyn", "Översyn", "r.review_on").quiet(),
            // For the figures of R08.
            Filter::codes("svar", "Enhetens svar i år", "r.answer", ANSWERS).quiet(),
            Filter::yes_no("skyddad", "Skyddad uppgift", "r.is_hidden").quiet(),
            Filter::yes_no("ny", "Ny i senaste listan", "r.is_first").quiet(),
            Filter::yes_no("nyss-borta", "Borta ur senaste listan", "r.is_just_gone").quiet(),
            Filter::among("andring", "Ändrat i senaste listan", "r.changes").quiet(),
        ])
        .search(
            "Nummer, innehavare, kostnadsställe eller typ",
            [
                "r.number",
                "r.digits",
                "r.holder",
                "r.reference",
                "r.cost_centre",
                "r.unit_name",
                "r.type_text",
                "r.purpose",
                "r.place",
            ],
        )
        .sorted("number")
        .views([
            View::new("personer", "Personer", "r.kind = 'person' and r.is_live"),
            View::new("ej-person", "Ej person", "r.kind = 'non_person' and r.is_live").sorted("use"),
            View::new("saknar", "Saknar uppgifter", "r.is_incomplete and r.is_live").sorted("use"),
            View::new("utan-innehavare", "Utan innehavare", "r.class = 'U' and r.is_live"),
            View::new(
                "utan-trafik",
                "Utan trafik 6 mån",
                "r.is_live and r.last_traffic < {today} - interval '6 months'",
            )
            .sorted("last_traffic"),
            View::new("nat-stangs", "2G/3G som stängs", "r.is_live and r.closes_on is not null")
                .sorted("closes_on"),
            View::new("flera-nummer", "Fler än två nummer", MANY).sorted("holder"),
            View::new("borta", "Borta ur listan", "r.is_gone").sorted("-gone_since"),
        ])
        .when_empty("Läs in en lista från en operatör under Filer in, eller lägg till ett abonnemang.")
        .bulk([
            BulkAction { key: "unit", label: "Byt enhet", icon: "organisation" },
            BulkAction { key: "kind", label: "Person eller ej person", icon: "person" },
            BulkAction { key: "review", label: "Sätt dag för översyn", icon: "klocka" },
        ])
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::subscriptions::model;

    #[test]
    fn the_declaration_holds() {
        assert_eq!(LIST.check(), Vec::<String>::new());
        assert!(!LIST.select.contains("[SUNSET]") && !LIST.select.contains("[CHANGES]"));
    }

    #[test]
    fn the_list_and_the_pages_have_the_same_codes() {
        for (ours, theirs) in [
            (STATUSES, model::STATUSES),
            (KINDS, model::KINDS),
            (CLASSES, model::CLASSES),
            (CASE_STATES, model::CASE_STATES),
            (GENERATIONS, model::GENERATIONS),
            (ANSWERS, model::ANSWERS),
        ] {
            assert_eq!(ours.iter().map(|c| (c.code, c.label)).collect::<Vec<_>>(), theirs);
        }
    }
}
