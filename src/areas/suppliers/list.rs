//! The list of suppliers.

use std::sync::LazyLock;

use crate::web::list::{Column, Filter, Kind, ListDef, Reach, View};

/// The list.
pub static LIST: LazyLock<ListDef> = LazyLock::new(|| {
    ListDef::new(
        "suppliers",
        "Leverantörer",
        ("leverantör", "leverantörer"),
        // The third digit of a sole trader's number is 0 or 1: it is a person's own number and is not shown in full.
        "select s.id, s.name, s.supplier_no, s.city, s.is_blocked, s.risk_note, s.contact,
                case when substr(s.org_no, 3, 1) in ('0', '1') then substr(s.org_no, 1, 6) || '-****'
                     else substr(s.org_no, 1, 6) || '-' || substr(s.org_no, 7) end as org_no,
                s.org_no as org_digits, coalesce(c.contracts, 0) as contracts, c.annual_value, coalesce(i.systems, 0) as systems,
                coalesce(s.risk_note, '') <> '' as is_risk
         from supplier s
         left join (select c.supplier_id, count(*) as contracts, sum(c.annual_value) as annual_value from contract c
                    left join contract_dates d on d.id = c.id where coalesce(d.status, '') <> 'avslutat' group by c.supplier_id) c
                on c.supplier_id = s.id
         left join (select supplier_id, count(*) as systems from it_system where merged_into_id is null group by supplier_id) i
                on i.supplier_id = s.id",
        Reach::Everyone,
    )
    .columns([
        Column::name("name", "Leverantör", "suppliers/{id}").beside("city"),
        Column::of("org_no", "Organisationsnummer", Kind::Needed),
        Column::integer("contracts", "Gällande avtal"),
        Column::money("annual_value", "Kr per år").help("summan av de gällande avtalens värde per år, utan moms"),
        Column::integer("systems", "System"),
        Column::of("is_blocked", "Spärrad", Kind::YesNo),
        Column::text("supplier_no", "Leverantörsnummer").hidden(),
        Column::text("risk_note", "Risk").hidden(),
        Column::text("contact", "Kontakt").hidden(),
    ])
    .filters([
        Filter::yes_no("avtal", "Har gällande avtal", "r.contracts > 0"),
        Filter::yes_no("sparrad", "Spärrad", "r.is_blocked"),
        Filter::yes_no("risk", "Märkt med risk", "r.is_risk"),
        Filter::yes_no("orgnr", "Har organisationsnummer", "r.org_digits is not null"),
        Filter::numbers("varde", "Kr per år", "r.annual_value"),
    ])
    .search("Namn, nummer eller ort", ["r.name", "r.supplier_no", "r.city", "r.org_no"])
    .sorted("name")
    .views([
        View::new("utan-orgnr", "Utan organisationsnummer", "r.org_digits is null"),
        View::new("risk", "Med risk", "r.is_risk"),
        View::new("utan-avtal", "Utan gällande avtal", "r.contracts = 0"),
    ])
    .when_empty("Lägg till en leverantör, eller läs in en lista under Filer in.")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        assert_eq!(LIST.check(), Vec::<String>::new());
    }
}
