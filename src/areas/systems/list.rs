//! The list of systems, declared (see [`crate::web::list`]).

use std::sync::LazyLock;

use crate::web::list::{BulkAction, Code, Codes, Column, Filter, Kind, ListDef, Reach, View};

/// The phases. A municipality's own names go over these: [`crate::web::list::List::labels`].
pub const PHASES: Codes = &[
    Code::new("anskaffning", "Anskaffning"),
    Code::new("inforande", "Införande"),
    Code::new("anvandning", "Användning"),
    Code::new("avveckling", "Avveckling"),
    Code::new("avvecklad", "Avvecklad"),
    Code::new("avbruten", "Avbruten"),
];

/// The criticalities.
pub const CRITICALITIES: Codes = &[
    Code::new("kritisk", "Kritisk"),
    Code::new("hog", "Hög"),
    Code::new("medel", "Medel"),
    Code::new("lag", "Låg"),
];

const HOSTINGS: Codes = &[
    Code::new("egen_drift", "Egen drift"),
    Code::new("leverantorens_drift", "Leverantörens drift"),
    Code::new("molntjanst", "Molntjänst"),
];

const CATEGORIES: Codes = &[
    Code::new("verksamhetssystem", "Verksamhetssystem"),
    Code::new("stodsystem", "Stödsystem"),
    Code::new("infrastruktur", "Infrastruktur"),
    Code::new("plattform", "Plattform"),
    Code::new("e_tjanst", "E-tjänst"),
    Code::new("iot", "IoT"),
    Code::new("sakerhetssystem", "Säkerhetssystem"),
];

const PERSONAL_DATA: Codes =
    &[Code::new("nej", "Nej"), Code::new("ja", "Ja"), Code::new("kansliga", "Känsliga")];

/// Every system that is not merged into another. One with a level 4 stands in the list only for whoever may see secret
/// fields (rules 3.1). The names of protected persons are not in it (rules 9.6).
const SELECT: &str = "
select s.id, s.name, s.number, 'SYS-' || lpad(s.number::text, 4, '0') as number_label, s.phase, s.phase_since, s.criticality,
       s.category, s.hosting, s.personal_data, s.user_count, s.annual_cost, s.contract_end, s.contract_end_text, s.case_number,
       s.planned_decommission, s.end_of_support, s.cost_centre, s.classification_valid_until,
       s.owner_unit_id, u.name as unit_name, s.supplier_id, p.name as supplier_name,
       case when num_nonnulls(s.level_k, s.level_r, s.level_t, s.level_s) > 0 then
            concat(coalesce(s.level_k::text, '–'), '-', coalesce(s.level_r::text, '–'), '-', coalesce(s.level_t::text, '–'), '-' || s.level_s) end as levels,
       greatest(s.level_k, s.level_r, s.level_t, s.level_s) as top_level,
       num_nonnulls(s.level_k, s.level_r, s.level_t, s.level_s) > 0 as is_classified,
       num_nonnulls(s.level_k, s.level_r, s.level_t) = 3 as is_classified_whole,
       (select string_agg(case when h.is_protected or (h.id is null and app.names_protected(r.holder_text)) then 'Skyddad uppgift' else coalesce(h.display_name, r.holder_text) end, ', ' order by r.id)
        from role_assignment r left join person h on h.id = r.person_id
        where r.system_id = s.id and r.role = 'systemagare' and not r.is_deputy
          and (r.valid_from is null or r.valid_from <= {today}) and (r.valid_to is null or r.valid_to >= {today})) as owner,
       (select string_agg(case when h.is_protected or (h.id is null and app.names_protected(r.holder_text)) then 'Skyddad uppgift' else coalesce(h.display_name, r.holder_text) end, ', ' order by r.id)
        from role_assignment r left join person h on h.id = r.person_id
        where r.system_id = s.id and r.role = 'systemforvaltare' and not r.is_deputy
          and (r.valid_from is null or r.valid_from <= {today}) and (r.valid_to is null or r.valid_to >= {today})) as manager,
       array(select a.name from system_function_area l join function_area a on a.id = l.function_area_id
             where l.system_id = s.id order by a.name) as areas,
       array(select x.name from system_unit l join org_unit x on x.id = l.org_unit_id where l.system_id = s.id order by x.name) as unit_names,
       array(select l.alias from system_alias l where l.system_id = s.id order by l.alias) as aliases,
       s.phase in ('avvecklad', 'avbruten') as is_over
from it_system s
left join org_unit u on u.id = s.owner_unit_id
left join supplier p on p.id = s.supplier_id
where s.merged_into_id is null
  and (coalesce(greatest(s.level_k, s.level_r, s.level_t, s.level_s), 0) < 4
       or exists (select 1 from role_grant g where g.user_id = {user} and g.role in ('it_unit', 'infosec')
                  and g.valid_from <= {today} and (g.valid_to is null or g.valid_to >= {today}))
       or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = {person}
                  and r.role in ('systemagare', 'bitradande_systemagare', 'systemforvaltare')
                  and (r.valid_from is null or r.valid_from <= {today}) and (r.valid_to is null or r.valid_to >= {today})))";

/// Held today by the reader: by role or by unit. The units that use a system may read it.
const READ: Reach = Reach::Condition(
    "{all} or r.owner_unit_id = any({units})
     or r.id in (select ra.system_id from role_assignment ra where ra.person_id = {person} and ra.role = any({roles})
                 and (ra.valid_from is null or ra.valid_from <= {today}) and (ra.valid_to is null or ra.valid_to >= {today}))
     or r.id in (select su.system_id from system_unit su where su.org_unit_id = any({units}))",
);

/// The same without the units that only use it.
const WRITE: Reach = Reach::Condition(
    "{all} or r.owner_unit_id = any({units})
     or r.id in (select ra.system_id from role_assignment ra where ra.person_id = {person} and ra.role = any({roles})
                 and (ra.valid_from is null or ra.valid_from <= {today}) and (ra.valid_to is null or ra.valid_to >= {today}))",
);

const NO_OWNER: &str = "not r.is_over and not exists (select 1 from role_assignment x where x.system_id = r.id and x.role = 'systemagare'
    and not x.is_deputy and (x.valid_from is null or x.valid_from <= {today}) and (x.valid_to is null or x.valid_to >= {today}))";

/// The questions of the register's quality. What is over needs nothing more: it counts as answered.
const HAS_OWNER: &str = "r.is_over or exists (select 1 from role_assignment x where x.system_id = r.id and x.role = 'systemagare'
    and not x.is_deputy and (x.valid_from is null or x.valid_from <= {today}) and (x.valid_to is null or x.valid_to >= {today}))";

const HAS_MANAGER: &str = "r.is_over or exists (select 1 from role_assignment x where x.system_id = r.id and x.role = 'systemforvaltare'
    and not x.is_deputy and (x.valid_from is null or x.valid_from <= {today}) and (x.valid_to is null or x.valid_to >= {today}))";

const IS_CLASSIFIED: &str = "r.is_over or r.is_classified_whole";

const HAS_CONTRACT: &str = "r.is_over or exists (select 1 from contract_system x where x.system_id = r.id)";

const MINE: &str =
    "exists (select 1 from role_assignment x where x.system_id = r.id and x.person_id = {person}
    and (x.valid_from is null or x.valid_from <= {today}) and (x.valid_to is null or x.valid_to >= {today}))";

fn declare(reach: Reach) -> ListDef {
    ListDef::new("systems", "System", ("system", "system"), SELECT, reach)
        .columns([
            Column::name("name", "System", "systems/{id}").beside("supplier_name"),
            Column::of("phase", "Fas", Kind::Phase(PHASES)).sort_by(
                "array_position(array['anskaffning', 'inforande', 'anvandning', 'avveckling', 'avvecklad', 'avbruten'], r.phase)",
            ),
            Column::text("unit_name", "Förvaltning"),
            Column::of("criticality", "Kritikalitet", Kind::Criticality(CRITICALITIES))
                .sort_by("array_position(array['kritisk', 'hog', 'medel', 'lag'], nullif(r.criticality, ''))"),
            Column::of("owner", "Systemägare", Kind::PersonNeeded),
            Column::of("manager", "Systemförvaltare", Kind::Person).hidden(),
            Column::text("levels", "K-R-T").help("konfidentialitet, riktighet, tillgänglighet, spårbarhet").sort_by("r.top_level"),
            Column::of("contract_end", "Avtal till", Kind::Deadline(180)),
            Column::money("annual_cost", "Kr per år"),
            Column::of("areas", "Funktionsområde", Kind::Several).sort_by("r.areas[1]").hidden(),
            Column::of("hosting", "Driftform", Kind::Code(HOSTINGS)).hidden(),
            Column::of("category", "Kategori", Kind::Code(CATEGORIES)).hidden(),
            Column::of("personal_data", "Personuppgifter", Kind::Code(PERSONAL_DATA)).hidden(),
            Column::integer("user_count", "Användare").hidden(),
            Column::text("number_label", "Nummer").sort_by("r.number").hidden(),
            Column::of("supplier_name", "Leverantör", Kind::Link { href: "suppliers/{supplier_id}" }).hidden(),
            Column::of("unit_names", "Används av", Kind::Several).sort_by("cardinality(r.unit_names)").hidden(),
            Column::of("aliases", "Andra namn", Kind::Several).unsorted().hidden(),
            Column::text("contract_end_text", "Avtalets slut i ord").hidden(),
            Column::text("case_number", "Diarienummer").hidden(),
            Column::text("cost_centre", "Kostnadsställe").hidden(),
            Column::date("phase_since", "I fasen sedan").hidden(),
            Column::date("planned_decommission", "Planerad avveckling").hidden(),
            Column::date("end_of_support", "Support upphör").hidden(),
            Column::date("classification_valid_until", "Klassningen gäller till").hidden(),
        ])
        .filters([
            Filter::codes("fas", "Fas", "r.phase", PHASES),
            Filter::loaded("forvaltning", "Förvaltning", "r.owner_unit_id", "r.unit_name"),
            Filter::codes("kritikalitet", "Kritikalitet", "r.criticality", CRITICALITIES),
            Filter::codes("driftform", "Driftform", "r.hosting", HOSTINGS),
            Filter::among("omrade", "Funktionsområde", "r.areas"),
            Filter::loaded("leverantor", "Leverantör", "r.supplier_id", "r.supplier_name"),
            Filter::dates("avtal", "Avtal till", "r.contract_end"),
            Filter::yes_no("klassad", "Klassad", "r.is_classified"),
            Filter::yes_no("utan-agare", "Utan systemägare", NO_OWNER),
            Filter::yes_no("agare", "Systemägare utsedd", HAS_OWNER).quiet(),
            Filter::yes_no("forvaltare", "Systemförvaltare utsedd", HAS_MANAGER).quiet(),
            Filter::yes_no("klassat", "Helt informationsklassat", IS_CLASSIFIED).quiet(),
            Filter::yes_no("avtalskoppling", "Kopplat till avtal", HAS_CONTRACT).quiet(),
            Filter::codes("personuppgifter", "Personuppgifter", "r.personal_data", PERSONAL_DATA).quiet(),
            Filter::codes("kategori", "Kategori", "r.category", CATEGORIES).quiet(),
        ])
        .search("Namn, leverantör eller nummer", ["r.name", "r.supplier_name", "r.number_label", "array_to_string(r.aliases, ' ')"])
        .sorted("name")
        .views([
            View::new("mina", "Mina system", MINE),
            View::new("utan-agare", "Utan systemägare", NO_OWNER),
            View::new("kritiska", "Verksamhetskritiska", "r.criticality = 'kritisk' and not r.is_over"),
            View::new("loper-ut", "Avtal löper ut", "not r.is_over and r.contract_end between {today} and {today} + 180").sorted("contract_end"),
            View::new("avveckling", "Under avveckling", "r.phase = 'avveckling'"),
        ])
        .when_empty("Lägg till ett system, eller läs in enheternas systemlistor.")
        .bulk([
            BulkAction { key: "phase", label: "Byt fas", icon: "livscykel" },
            BulkAction { key: "owner", label: "Byt systemägare", icon: "person" },
            BulkAction { key: "manager", label: "Byt systemförvaltare", icon: "personer" },
            BulkAction { key: "unit", label: "Byt förvaltning", icon: "organisation" },
            BulkAction { key: "criticality", label: "Byt kritikalitet", icon: "varning" },
        ])
}

/// The list as it is read.
pub static LIST: LazyLock<ListDef> = LazyLock::new(|| declare(READ));

/// The list as far as the reader may change it: for bulk edit.
pub static WRITABLE: LazyLock<ListDef> = LazyLock::new(|| declare(WRITE));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        areas::systems::model,
        auth::permissions::{self, Permission, Role},
    };

    #[test]
    fn the_declaration_holds() {
        assert_eq!(LIST.check(), Vec::<String>::new());
    }

    #[test]
    fn the_list_and_the_forms_offer_the_same_codes() {
        for (ours, theirs) in [
            (PHASES, &model::PHASES[..]),
            (CRITICALITIES, model::CRITICALITIES),
            (HOSTINGS, model::HOSTINGS),
            (CATEGORIES, model::CATEGORIES),
        ] {
            assert_eq!(ours.iter().map(|c| (c.code, c.label)).collect::<Vec<_>>(), theirs);
        }
        assert_eq!(
            PERSONAL_DATA.iter().map(|c| c.code).collect::<Vec<_>>(),
            model::codes_of(model::PERSONAL_DATA)
        );
    }

    #[test]
    fn the_roles_that_see_level_four_in_the_list_are_those_that_may_see_secret_fields() {
        for role in Role::ALL {
            let named = SELECT.contains(&format!("'{}'", role.code()));
            assert_eq!(named, permissions::allows(role, Permission::SystemSecretRead), "{role:?}");
        }
        for (code, _) in permissions::OBJECT_ROLES {
            let may = permissions::object_role_allows(code, Permission::SystemSecretRead);
            let place = SELECT.rfind("r.role in (").unwrap();
            assert_eq!(SELECT[place..].contains(&format!("'{code}'")), may, "{code}");
        }
    }
}
