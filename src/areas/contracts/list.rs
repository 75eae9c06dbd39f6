//! The list of contracts.

use std::sync::LazyLock;

use crate::web::list::{Code, Codes, Column, Filter, Kind, ListDef, Reach, View};

/// Kinds of contract.
pub const KINDS: Codes = &[
    Code::new("ramavtal", "Ramavtal"),
    Code::new("avropsavtal", "Avropsavtal"),
    Code::new("direktupphandlat", "Direktupphandlat avtal"),
    Code::new("upphandlat", "Upphandlat avtal"),
    Code::new("tillaggsavtal", "Tilläggsavtal"),
    Code::new("serviceavtal", "Serviceavtal"),
    Code::new("licensavtal", "Licensavtal"),
    Code::new("pub_avtal", "PUB-avtal"),
    Code::new("sla", "SLA"),
    Code::new("hyres_leasingavtal", "Hyres- eller leasingavtal"),
    Code::new("tillsvidareavtal", "Tillsvidareavtal"),
    Code::new("intern_overenskommelse", "Intern överenskommelse"),
];

/// Where a contract stands.
pub const STATUSES: Codes = &[
    Code::new("aktivt", "Aktivt").colored("success"),
    Code::new("kommande", "Börjar senare").colored("info"),
    Code::new("uppsagt", "Uppsagt").colored("info"),
    Code::new("last", "Låst en period till").colored("warning"),
    Code::new("tillsvidare", "Löper tills vidare").colored("success"),
    Code::new("avslutat", "Avslutat"),
    Code::new("foljer_huvudavtal", "Följer huvudavtalet"),
    Code::new("okant_slut", "Slutdatum saknas").colored("danger"),
];

/// What happens at the end.
pub const RENEWALS: Codes = &[
    Code::new("none", "Löper ut"),
    Code::new("option_unilateral", "Option som kommunen själv tar ut"),
    Code::new("option_mutual", "Förlängning efter överenskommelse"),
    Code::new("auto", "Förlängs tyst"),
    Code::new("until_further_notice", "Löper tills vidare"),
];

/// The list. The dates are those of `contract_dates`; see [`super::dates::refresh`].
pub static LIST: LazyLock<ListDef> = LazyLock::new(|| {
    ListDef::new(
        "contracts",
        "Avtal",
        ("avtal", "avtal"),
        "select c.id, c.title, c.contract_no, c.kind, c.supplier_id, s.name as supplier_name, c.owner_unit_id, u.name as unit_name,
                c.start_date, c.case_number, c.annual_value, c.ceiling_value, c.value_used, c.renewal_kind, c.dpa_status,
                c.review <> '[]'::jsonb as needs_review, c.parent_contract_id, p.contract_no as parent_no,
                d.status, d.current_period_end, d.effective_end, d.max_end, d.deadline, d.act_by, d.next_action_date,
                d.procurement_start_by, d.locked_in, d.ends_by_inaction, d.total_value_lou, d.flag_labels, d.flags, d.if_nobody_acts,
                d.status is distinct from 'avslutat' as is_running,
                case when d.status in ('tillsvidare', 'avslutat', 'okant_slut', 'foljer_huvudavtal') or d.status is null then null
                     when d.status = 'uppsagt' or d.ends_by_inaction then 'Upphör'
                     when c.renewal_kind = 'auto' and c.auto_renewal_months = 1 then 'Förlängs en månad'
                     when c.renewal_kind = 'auto' then 'Förlängs ' || c.auto_renewal_months || ' månader' end as outcome,
                (select string_agg(distinct case when h.is_protected or (h.id is null and app.names_protected(a.holder_text)) then 'Skyddad uppgift' else coalesce(h.display_name, a.holder_text) end, ', ')
                 from role_assignment a left join person h on h.id = a.person_id
                 where a.contract_id = c.id and a.role = 'avtalsansvarig' and (a.valid_to is null or a.valid_to >= {today})) as responsible,
                (select array_agg(x.name order by x.name) from contract_system cs join it_system x on x.id = cs.system_id
                 where cs.contract_id = c.id) as systems
         from contract c
         left join contract_dates d on d.id = c.id
         left join supplier s on s.id = c.supplier_id
         left join org_unit u on u.id = c.owner_unit_id
         left join contract p on p.id = c.parent_contract_id",
        Reach::Condition(
            "{all} or r.owner_unit_id = any({units})
             or r.id in (select ra.contract_id from role_assignment ra where ra.person_id = {person} and ra.role = any({roles})
                         and (ra.valid_from is null or ra.valid_from <= {today}) and (ra.valid_to is null or ra.valid_to >= {today}))
             or r.id in (select cs.contract_id from contract_system cs join role_assignment ra on ra.system_id = cs.system_id
                         where ra.person_id = {person} and ra.role = any({roles})
                         and (ra.valid_from is null or ra.valid_from <= {today}) and (ra.valid_to is null or ra.valid_to >= {today}))",
        ),
    )
    .columns([
        Column::name("title", "Avtal", "contracts/{id}").beside("contract_no"),
        Column::of("supplier_name", "Leverantör", Kind::Link { href: "suppliers/{supplier_id}" }),
        Column::of("kind", "Typ", Kind::Code(KINDS)),
        Column::text("unit_name", "Förvaltning").hidden(),
        Column::of("status", "Läge", Kind::Tag(STATUSES)),
        Column::of("next_action_date", "Besked senast", Kind::Deadline(30))
            .help("sista dag för uppsägning eller för att ta ut en option"),
        Column::text("outcome", "Om ingen gör något"),
        Column::of("effective_end", "Gäller till", Kind::Date).help("sista dag som det ser ut nu"),
        Column::of("responsible", "Ansvarig", Kind::PersonNeeded),
        Column::money("annual_value", "Kr per år").help("utan moms"),
        Column::text("if_nobody_acts", "Vad som händer, i ord").unsorted().hidden(),
        Column::of("act_by", "Skicka senast", Kind::Deadline(14)).help("arbetsdagar före sista dag, så att beskedet hinner fram").hidden(),
        Column::date("max_end", "Längst till").help("alla optioner och förlängningar använda").hidden(),
        Column::date("start_date", "Från").hidden(),
        Column::of("renewal_kind", "Vid slutet", Kind::Code(RENEWALS)).hidden(),
        Column::of("procurement_start_by", "Starta upphandling senast", Kind::Deadline(0)).hidden(),
        Column::money("total_value_lou", "Värde enligt LOU").help("med alla optioner, utan moms").hidden(),
        Column::of("flag_labels", "Att se över", Kind::Several).unsorted().hidden(),
        Column::of("systems", "System", Kind::Several).unsorted().hidden(),
        Column::of("parent_no", "Under avtal", Kind::Link { href: "contracts/{parent_contract_id}" }).hidden(),
        Column::of("case_number", "Diarienummer", Kind::Needed).hidden(),
        Column::of("needs_review", "Att kontrollera", Kind::YesNo).hidden(),
    ])
    .filters([
        Filter::loaded("forvaltning", "Förvaltning", "r.owner_unit_id", "r.unit_name"),
        Filter::codes("lage", "Läge", "r.status", STATUSES),
        Filter::codes("typ", "Typ", "r.kind", KINDS),
        Filter::loaded("leverantor", "Leverantör", "r.supplier_id", "r.supplier_name"),
        Filter::dates("besked", "Besked senast", "r.next_action_date"),
        Filter::dates("slut", "Gäller till", "r.effective_end"),
        Filter::codes("vid-slutet", "Vid slutet", "r.renewal_kind", RENEWALS),
        Filter::among("se-over", "Att se över", "r.flag_labels"),
        Filter::numbers("varde", "Kr per år", "r.annual_value"),
        Filter::loaded("ansvarig", "Ansvarig", "r.responsible", "r.responsible").quiet(),
        Filter::yes_no("upphor", "Upphör om ingen gör något", "r.ends_by_inaction").quiet(),
        Filter::yes_no("kontrollera", "Att kontrollera", "r.needs_review").quiet(),
        Filter::loaded("ram", "Under avtal", "r.parent_contract_id", "r.parent_no").quiet(),
        Filter::among("flagga", "Flagga", "r.flags").quiet(),
    ])
    .search(
        "Avtal, nummer, leverantör eller diarienummer",
        ["r.title", "r.contract_no", "r.supplier_name", "r.case_number", "array_to_string(r.systems, ' ')"],
    )
    .sorted("title")
    .views([
        View::new(
            "mina",
            "Mina avtal",
            "r.owner_unit_id = any({units})
             or exists (select 1 from role_assignment x where x.person_id = {person} and x.role = any({roles})
                        and (x.valid_to is null or x.valid_to >= {today})
                        and (x.contract_id = r.id
                             or x.system_id in (select cs.system_id from contract_system cs where cs.contract_id = r.id)))",
        ),
        View::new("gallande", "Gällande", "r.is_running"),
        View::new("besked", "Besked inom 90 dagar", "r.next_action_date between {today} and {today} + 90").sorted("next_action_date"),
        View::new("upphor", "Upphör inom ett år", "r.is_running and r.effective_end between {today} and {today} + 365").sorted("effective_end"),
        View::new("last", "Låsta", "r.locked_in").sorted("effective_end"),
        View::new("upphandla", "Dags att upphandla", "r.is_running and 'procurement_window_open' = any(r.flags)").sorted("procurement_start_by"),
        View::new("ram", "Ramavtal", "r.kind = 'ramavtal'"),
        View::new("utan-ansvarig", "Utan ansvarig", "r.is_running and r.responsible is null"),
        View::new("kontrollera", "Att kontrollera", "r.needs_review"),
    ])
    .when_empty("Lägg till ett avtal, eller läs in en lista under Filer in.")
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::contract_dates::{ContractKind, RenewalKind, Status};

    #[test]
    fn the_list_is_whole() {
        assert_eq!(LIST.check(), Vec::<String>::new());
    }

    #[test]
    fn every_code_of_the_rules_has_its_words() {
        let codes = |codes: Codes| codes.iter().map(|code| code.code).collect::<Vec<_>>();
        assert_eq!(codes(KINDS), ContractKind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>());
        assert_eq!(codes(STATUSES), Status::ALL.iter().map(|status| status.code()).collect::<Vec<_>>());
        assert_eq!(codes(RENEWALS), RenewalKind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>());
        for (ours, rule) in KINDS.iter().zip(ContractKind::ALL) {
            assert_eq!(ours.label.to_lowercase(), rule.label().to_lowercase());
        }
    }
}
