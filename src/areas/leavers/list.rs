//! The list of all rows: for HR, who looks for somebody or reads several months at once.

use std::sync::LazyLock;

use crate::web::list::{Code, Codes, Column, Filter, Kind, ListDef, Reach, View};

/// What a row turned out to mean.
pub const VERDICTS: Codes = &[
    Code::new("leaver", "Har slutat").colored("accent"),
    Code::new("deceased", "Anställningen har upphört").colored("accent"),
    Code::new("planned", "Slutar senare").colored("info"),
    Code::new("hourly_grace", "Timavlönad, kan få fler pass").colored("info"),
    Code::new("mover", "Har bytt enhet"),
    Code::new("multiple", "Har flera anställningar"),
    Code::new("rehire", "Återanställd"),
    Code::new("leave", "Ledig"),
    Code::new("extended", "Anställningen fortsätter"),
    Code::new("correction", "Rättelse"),
    Code::new("withdrawn", "Återtagen"),
    Code::new("protected", "Skyddad uppgift").colored("warning"),
];

/// Of a protected person, and of one of whom nothing is worked out yet, neither name nor unit (rules 9.6). Beside a code stand its
/// sender's own words for it, read from what was told as `rules::leaver_matching::ReasonTable` reads it.
const SELECT: &str = "
with entry as (
    select s.id as sender_id, e.nth, rtrim(regexp_replace(e.text, '^\\s+|\\s+$', '', 'g'), '.') as text
    from leaver_sender s, regexp_split_to_table(s.reasons, '[,;\\n]') with ordinality e(text, nth)
), code as (
    select sender_id, nth, ltrim(regexp_replace(lower(substring(text from '^[^\\s=:]+')), '\\.0$', ''), '0') as key,
           regexp_replace(text, '^[^\\s=:]+[\\s=:–-]*', '') as words
    from entry where text ~ '^[^\\s=:]+[\\s=:]'
), told as (
    select distinct on (sender_id, key) sender_id, key, words from code where words <> '' order by sender_id, key, nth desc
)
select r.id, r.list_id, case when h.hides then 'Skyddad uppgift' else coalesce(nullif(trim(r.full_name), ''),
           nullif(trim(concat_ws(', ', nullif(r.family_name, ''), nullif(r.given_names, ''))), ''), 'Utan namn') end as name,
       case when not h.hides then coalesce(u.name, nullif(r.unit_text, ''), nullif(r.unit_code, '')) end as unit_name,
       case when not h.hides then d.name end as dept_name, case when not h.hides then r.department_id end as dept_id,
       case when not h.hides then nullif(r.title, '') end as title,
       r.end_date,
       concat_ws(', ', nullif(concat_ws(': ', nullif(r.reason_text, ''), a.words), ''),
                 nullif(concat_ws(': ', nullif(r.event_text, ''), b.words), '')) as reason,
       nullif(r.form, '') as form,
       v.verdict, l.period, to_char(l.period, 'YYYY-MM') as month, s.name as sender_name, l.sender_id, r.row_no,
       case when coalesce(v.items, 0) > 0 then v.items end as items, r.withdrawn_on is not null as is_withdrawn,
       coalesce(v.is_doubtful, false) as is_doubtful, r.department_id as reach_department, r.org_unit_id as reach_unit
from leaver_row r
join leaver_list l on l.id = r.list_id
join leaver_sender s on s.id = l.sender_id
left join told a on a.sender_id = s.id and r.reason_text <> ''
    and a.key = ltrim(regexp_replace(lower(trim(r.reason_text)), '\\.0$', ''), '0')
left join told b on b.sender_id = s.id and r.event_text <> ''
    and b.key = ltrim(regexp_replace(lower(trim(r.event_text)), '\\.0$', ''), '0')
left join leaver_verdict v on v.id = r.id
left join org_unit u on u.id = r.org_unit_id
left join org_unit d on d.id = r.department_id
cross join lateral (select r.is_hidden or (coalesce(v.is_protected, true) and not {protected}) as hides) h";

const REACH: Reach =
    Reach::Condition("{all} or r.reach_department = any({units}) or r.reach_unit = any({units})");

/// The list.
pub static LIST: LazyLock<ListDef> = LazyLock::new(|| {
    ListDef::new("leavers/rows", "Avslutade anställningar", ("rad", "rader"), SELECT, REACH)
        .columns([
            Column::name("name", "Namn", "leavers/rows/{id}"),
            Column::text("unit_name", "Enhet"),
            Column::text("dept_name", "Förvaltning").hidden(),
            Column::text("title", "Befattning").hidden(),
            Column::date("end_date", "Sista dag"),
            Column::text("reason", "Orsak"),
            Column::of("verdict", "Betyder", Kind::Tag(VERDICTS)),
            Column::integer("items", "Abonnemang")
                .help("så många abonnemang som föreslås höra till personen"),
            Column::text("month", "Månad"),
            Column::text("sender_name", "Avsändare"),
            Column::text("form", "Anställningsform").hidden(),
            Column::integer("row_no", "Rad i filen").hidden(),
            Column::of("is_doubtful", "Osäker", Kind::YesNo).hidden(),
            Column::of("is_withdrawn", "Tillbakadragen", Kind::YesNo).hidden(),
        ])
        .filters([
            Filter::loaded("avsandare", "Avsändare", "r.sender_id", "r.sender_name"),
            Filter::loaded("manad", "Månad", "r.period", "to_char(r.period, 'YYYY-MM')"),
            Filter::loaded("forvaltning", "Förvaltning", "r.dept_id", "r.dept_name"),
            Filter::codes("betyder", "Betyder", "r.verdict", VERDICTS),
            Filter::yes_no("traff", "Har abonnemang", "r.items > 0"),
            Filter::yes_no("tillbakadragen", "Tillbakadragen", "r.is_withdrawn"),
        ])
        .search("Namn, enhet eller orsak", ["r.name", "r.unit_name", "r.reason"])
        .sorted("-end_date")
        .views([
            View::new("slutat", "Har slutat", "r.verdict in ('leaver', 'deceased')"),
            View::new("kommande", "Slutar senare", "r.verdict in ('planned', 'hourly_grace')"),
            View::new("osakra", "Osäkra", "r.is_doubtful"),
        ])
        .when_empty("Ingen lista är inläst än. Listorna skickas in av HR, från sidan Avslutade anställda.")
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::leaver_matching::Verdict;

    #[test]
    fn the_declaration_holds() {
        assert_eq!(LIST.check(), Vec::<String>::new());
    }

    #[test]
    fn every_verdict_has_its_words() {
        for verdict in Verdict::ALL {
            let code = VERDICTS.iter().find(|code| code.code == verdict.code());
            assert_eq!(code.map(|code| code.label), Some(verdict.swedish()));
        }
    }
}
