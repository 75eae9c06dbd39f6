use std::sync::LazyLock;

use super::frame::Frame;
use super::state::{Chosen, NONE, default_columns, pairs};
use super::view::ListPart;
use super::*;
use crate::auth::principal::Scope;
use askama::Template as _;
use chrono::NaiveDate;

const PHASES: Codes = &[Code::new("anvandning", "Användning"), Code::new("avveckling", "Avveckling")];

static LIST: LazyLock<ListDef> = LazyLock::new(|| {
    ListDef::new(
        "systems",
        "System",
        ("system", "system"),
        "select 1 as id where {today} > now()",
        Reach::Unit { unit: "owner_unit_id", object: Some("system_id") },
    )
    .columns([
        Column::name("name", "System", "systems/{id}").beside("supplier"),
        Column::of("phase", "Fas", Kind::Phase(PHASES)),
        Column::money("annual_cost", "Kr per år").help("utan moms"),
        Column::date("contract_end", "Avtal till").hidden(),
        Column::text("note", "Not").unsorted().hidden(),
    ])
    .filters([
        Filter::codes("fas", "Fas", "r.phase", PHASES),
        Filter::loaded("forvaltning", "Förvaltning", "r.owner_unit_id", "r.unit_name"),
        Filter::dates("avtal", "Avtal till", "r.contract_end"),
        Filter::numbers("kostnad", "Kostnad", "r.annual_cost"),
        Filter::yes_no("agare", "Har systemägare", "r.owner is not null"),
        Filter::text("anteckning", "Anteckning", "r.note").quiet(),
    ])
    .search("Namn", ["r.name", "r.supplier"])
    .sorted("name")
    .views([View::new("loper-ut", "Avtal löper ut", "r.contract_end < {today} + 90").sorted("-contract_end")])
    .bulk([BulkAction { key: "phase", label: "Byt fas", icon: "livscykel" }])
});

fn parse(query: &str) -> ListState {
    ListState::parse(&LIST, query)
}

fn reader() -> Reader {
    Reader {
        today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        user_id: uuid::Uuid::nil(),
        scope: Scope::everything(),
        person_id: None,
        sees_names: true,
        sees_protected: false,
        stands_back: false,
        covered: HashMap::new(),
    }
}

/// The SQL of everything that a state adds after the SELECT.
fn where_of(query: &str) -> String {
    let mut sql = sql::Sql::new("");
    let state = parse(query);
    sql::push_view(&mut sql, &LIST, state.view, &reader());
    sql::push_choices(&mut sql, &LIST, &state, &reader());
    sql::push_order(&mut sql, &LIST, &state, &reader());
    sql.sql().as_str().to_owned()
}

#[test]
fn the_declaration_is_sound_and_an_unsound_one_is_told() {
    assert_eq!(LIST.check(), Vec::<String>::new());
    let wrong = LIST.clone().sorted("note").filters([Filter::text("q", "Q", "r.q")]);
    assert_eq!(wrong.check().len(), 2);
}

#[test]
fn an_address_keeps_everything_that_is_chosen() {
    let queries = [
        "vy=loper-ut&q=v%C3%A5rd%20%26%20omsorg&fas=anvandning&fas=avveckling&avtal_fran=2026-01-01&kostnad_till=1000.5&agare=nej&kol=name&kol=note&sort=-annual_cost&per=100&page=3",
        "sparad=0193a1b2-0000-7000-8000-000000000001&anteckning=x%25y",
        "avtal_till=2026-12-31",
        "",
    ];
    for query in queries {
        let state = parse(query);
        assert_eq!(state.remarks, Vec::<String>::new());
        assert_eq!(state.to_query(), query);
    }
}

#[test]
fn what_is_unknown_in_an_address_is_left_out() {
    let state = parse(
        "vy=finns-inte&sort=losenord&fas=hemlig&kol=finnsinte&per=7&page=-2&format=exe&annat=1&sparad=x",
    );
    assert_eq!(state.to_query(), "kol=name");
    assert_eq!((state.page, state.per), (1, state::PER_PAGE));
    assert_eq!(state.order(&LIST), ("name", false));
}

#[test]
fn a_column_that_cannot_be_ordered_by_is_not_ordered_by() {
    assert_eq!(parse("sort=note").sort, None);
    assert_eq!(parse("sort=-contract_end").sort, Some(("contract_end", true)));
}

#[test]
fn a_value_that_cannot_be_read_is_said_and_not_used() {
    let state = parse("avtal_fran=2026-02-30&kostnad_fran=m%C3%A5nga");
    assert!(state.filters.is_empty());
    assert_eq!(state.remarks.len(), 2);
    assert!(state.remarks[0].contains("Avtal till") && state.remarks[0].contains("2026-02-30"));
}

#[test]
fn numbers_are_read_as_swedes_write_them() {
    let state = parse("kostnad_fran=1+250%2C50");
    assert_eq!(state.chosen("kostnad"), Some(&Chosen::Numbers(Some("1250.50".parse().unwrap()), None)));
}

#[test]
fn a_form_that_sends_every_column_and_empty_fields_leads_to_a_short_address() {
    let all = default_columns(&LIST).iter().map(|k| format!("kol={k}")).collect::<Vec<_>>().join("&");
    let query = format!("q=&avtal_fran=&fas=anvandning&{all}&sort=name&per=50");
    let state = parse(&query);
    assert_eq!(cleaner(&LIST, &state, &query).as_deref(), Some("fas=anvandning"));
    // A short address is not shortened again, and one with a remark keeps it.
    assert_eq!(cleaner(&LIST, &parse("fas=anvandning"), "fas=anvandning"), None);
    assert_eq!(cleaner(&LIST, &parse("q=&avtal_fran=x"), "q=&avtal_fran=x"), None);
}

#[test]
fn the_first_column_cannot_be_taken_away() {
    let state = parse("kol=phase");
    assert_eq!(state.shown(&LIST).iter().map(|c| c.key).collect::<Vec<_>>(), ["name", "phase"]);
    assert_eq!(parse("kol=phase&kol=standard").columns, None);
}

#[test]
fn ordering_by_a_column_rises_first_and_then_falls() {
    let state = parse("page=4&fas=anvandning");
    let once = state.sorted_by(&LIST, "annual_cost");
    assert_eq!((once.sort, once.page), (Some(("annual_cost", false)), 1));
    assert_eq!(once.sorted_by(&LIST, "annual_cost").sort, Some(("annual_cost", true)));
    // By name the list is ordered already: one click turns it.
    assert_eq!(state.sorted_by(&LIST, "name").sort, Some(("name", true)));
    assert!(once.chosen("fas").is_some());
}

#[test]
fn a_view_has_its_own_order_until_another_is_chosen() {
    assert_eq!(parse("vy=loper-ut").order(&LIST), ("contract_end", true));
    assert_eq!(parse("vy=loper-ut&sort=name").order(&LIST), ("name", false));
    // The usual order is not a choice, and not in the address.
    assert_eq!(parse("vy=loper-ut&sort=-contract_end").to_query(), "vy=loper-ut");
    assert_eq!(parse("sort=name").to_query(), "");
}

#[test]
fn one_value_of_a_filter_can_be_taken_away() {
    let state = parse("fas=anvandning&fas=avveckling&page=2");
    assert_eq!(state.without("fas", Some("anvandning")).to_query(), "fas=avveckling");
    assert_eq!(state.without("fas", Some("anvandning")).without("fas", Some("avveckling")).to_query(), "");
    assert_eq!(state.without("fas", None).to_query(), "");
}

#[test]
fn what_a_user_types_is_never_part_of_the_sql() {
    let sql = where_of("q=%27%3B+drop&anteckning=%25_%5C&fas=-&forvaltning=1&sort=-annual_cost");
    assert!(!sql.contains("drop") && !sql.contains('\''.to_string().repeat(3).as_str()));
    assert!(
        sql.contains("order by r.annual_cost desc nulls last, r.name::text collate swedish, r.id"),
        "{sql}"
    );
    assert_eq!(sql::contains("50%_\\"), "%50\\%\\_\\\\%");
}

#[test]
fn every_word_searched_for_must_be_found_somewhere() {
    assert_eq!(where_of("q=data+v%C3%A4st").matches("concat_ws(' ', r.name, r.supplier) ilike $").count(), 2);
}

/// A list whose notes are what people have written.
fn with_written() -> ListDef {
    LIST.clone()
        .columns([
            Column::name("name", "System", "systems/{id}"),
            Column::text("note", "Not").written().hidden(),
        ])
        .search("Namn", ["r.name", "r.note"])
}

#[test]
fn a_covered_text_orders_no_row_and_is_found_by_no_word_in_it() {
    let def = with_written();
    let reader = Reader { covered: HashMap::from([("note", vec![uuid::Uuid::nil()])]), ..reader() };
    let state = ListState::parse(&def, "q=karin&sort=note");
    let mut sql = sql::Sql::new("");
    sql::push_choices(&mut sql, &def, &state, &reader);
    sql::push_order(&mut sql, &def, &state, &reader);
    let text = sql.sql().as_str().to_owned();
    for part in [
        "concat_ws(' ', r.name, (case when r.id = any($1) then $2::text else r.note end)) ilike $3",
        "order by (case when r.id = any($4) then $5::text else r.note end)::text collate swedish asc nulls last, r.name::",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn written_texts_are_read_through_only_where_they_are_shown_ordered_by_or_searched_in() {
    let def = with_written();
    for (query, keys) in [
        ("fas=anvandning", &[] as &[&str]),
        ("kol=name&kol=note", &["note"]),
        ("sort=-note", &["note"]),
        ("q=karin", &["note"]),
    ] {
        assert_eq!(load::written_keys(&def, &[ListState::parse(&def, query)]), keys, "{query}");
    }
}

#[test]
fn rows_without_a_value_can_be_asked_for() {
    assert_eq!(parse("fas=-").chosen("fas"), Some(&Chosen::Any(vec![NONE.to_owned()])));
    assert!(where_of("fas=-").contains("or coalesce((r.phase)::text, '') = ''"));
}

#[test]
fn words_in_braces_are_bound_and_other_braces_are_left() {
    let mut sql = sql::Sql::new("");
    sql::push_text(&mut sql, "a < {today} and b = '{}' and c = any({units}) {x", &reader());
    assert_eq!(sql.sql().as_str(), "a < $1 and b = '{}' and c = any($2) {x");
}

#[test]
fn a_reach_by_unit_also_counts_roles_on_the_object() {
    let mut sql = sql::Sql::new("");
    sql::push_from(&mut sql, &LIST, &reader());
    let text = sql.sql().as_str().to_owned();
    assert!(text.contains("r.owner_unit_id = any($3)"), "{text}");
    assert!(
        text.contains("r.id in (select ra.system_id from role_assignment ra where ra.person_id = $4"),
        "{text}"
    );
}

#[test]
fn a_query_string_is_decoded_as_a_form_writes_it() {
    let expected = [("q", "a b+c"), ("q", "å=ä"), ("tom", "")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    assert_eq!(pairs("q=a+b%2Bc&q=%C3%A5=%C3%A4&&tom"), expected);
}

#[test]
fn swedish_letters_come_last() {
    let mut words = ["Öberg", "Åberg", "Zorn", "Ärlig", "ahl", "Élan", "Ek"];
    words.sort_by_key(|w| swedish_key(w));
    assert_eq!(words, ["ahl", "Ek", "Élan", "Zorn", "Åberg", "Ärlig", "Öberg"]);
}

fn rows(count: usize, total: i64) -> load::Rows {
    let row = |i: usize| load::Row {
        id: i.to_string(),
        cells: vec![
            Cell::Name {
                text: format!("System <{i}>"),
                href: format!("/ekevik/systems/{i}"),
                sub: "Nordvård AB".into(),
            },
            Cell::Phase { code: "anvandning".into(), label: "Användning".into() },
            Cell::Money("1842000".parse().unwrap()),
        ],
    };
    load::Rows { rows: (1..=count).map(row).collect(), total, page: 2 }
}

#[test]
fn a_table_says_how_it_is_ordered_and_where_one_is() {
    let state = parse("page=2&per=20&sort=-annual_cost");
    let frame = Frame { def: &LIST, state: &state, path: "/ekevik/systems", bulk: true };
    let html = ListPart { result: frame.result(rows(4, 24), 187) }.render().unwrap();
    let page = scraper::Html::parse_fragment(&html);
    let one = |css: &str| {
        page.select(&scraper::Selector::parse(css).unwrap())
            .next()
            .map(|e| e.text().collect::<String>().trim().to_owned())
    };
    assert_eq!(one("th[aria-sort=descending]").as_deref(), Some("Kr per år (utan moms)"));
    assert_eq!(one(".tabellfot > .num").as_deref(), Some("Visar 21–24 av 24"));
    assert_eq!(one("a[aria-current=true]").as_deref(), Some("2"));
    assert_eq!(one("td.tal").as_deref(), Some("1\u{a0}842\u{a0}000"));
    assert!(html.contains("System &#60;1&#62;"));
    assert_eq!(page.select(&scraper::Selector::parse("input[name=id]").unwrap()).count(), 4);
}

#[test]
fn rows_cannot_be_marked_where_nothing_may_be_done_with_them() {
    let state = parse("");
    let frame = Frame { def: &LIST, state: &state, path: "/ekevik/systems", bulk: false };
    let html = ListPart { result: frame.result(rows(2, 2), 2) }.render().unwrap();
    assert!(!html.contains("name=\"id\"") && !html.contains("/bulk"));
}

#[test]
fn an_empty_list_says_why_and_what_to_do() {
    let empty = |query: &str| {
        let state = parse(query);
        Frame { def: &LIST, state: &state, path: "/ekevik/systems", bulk: true }
            .result(load::Rows::default(), 0)
    };
    assert_eq!(empty("").empty_title, "Det finns inga system än");
    let narrowed = empty("fas=anvandning");
    assert_eq!(
        (narrowed.empty_title.as_str(), narrowed.cleared.as_str()),
        ("Inga system i urvalet", "/ekevik/systems")
    );
}

/// The whole page as a municipality would see it, also written where [`crate::web::gallery`] writes.
fn whole_page(query: &str, count: usize) -> String {
    let state = parse(query);
    let frame = Frame { def: &LIST, state: &state, path: "/ekevik/systems", bulk: true };
    let facet =
        |value: &str, label: &str, count| load::Facet { value: value.into(), label: label.into(), count };
    let mut facets = vec![Vec::new(); LIST.filters.len()];
    facets[0] = vec![facet("anvandning", "Användning", 139), facet("avveckling", "Avveckling", 17)];
    facets[1] = (0..20).map(|i| facet(&i.to_string(), &format!("Förvaltning {i}"), i)).collect();
    facets[4] = vec![facet("ja", "Ja", 180), facet("nej", "Nej", 7)];
    let saved = [saved::SavedView {
        id: uuid::Uuid::from_u128(1),
        name: "Mina system".into(),
        query: "fas=anvandning".into(),
        is_shared: false,
        is_own: true,
    }];
    let page = crate::web::gallery::sample_page("System", "/ekevik/systems").wide();
    let actions = vec![NavItem::new("Nytt system", "plus", "/ekevik/systems/new")];
    let whole =
        frame.page(page, String::new(), actions, rows(count, 24), 187, facets, &saved, &[187, 19, 139]);
    let html = whole.render().unwrap();
    if let Ok(folder) = std::env::var("OVERBLICK_RENDER_TO") {
        std::fs::write(format!("{folder}/list-{count}.html"), &html).unwrap();
    }
    html
}

#[test]
fn every_part_of_the_page_has_an_id_of_its_own_and_every_reference_leads_somewhere() {
    for (query, count) in [
        (
            "fas=anvandning&forvaltning=3&avtal_fran=2026-01-01&per=20&sparad=00000000-0000-0000-0000-000000000001",
            20,
        ),
        ("q=x", 0),
    ] {
        let html = scraper::Html::parse_document(&whole_page(query, count));
        let all = |css: &str| html.select(&scraper::Selector::parse(css).unwrap()).collect::<Vec<_>>();
        let mut ids = std::collections::HashSet::new();
        for element in all("[id]") {
            assert!(ids.insert(element.attr("id").unwrap().to_owned()), "{:?} twice", element.attr("id"));
        }
        for attribute in ["popovertarget", "for", "form", "aria-labelledby", "data-sila"] {
            for element in all(&format!("[{attribute}]")) {
                let id = element.attr(attribute).unwrap();
                assert!(ids.contains(id), "{attribute} names {id}, which is not on the page");
            }
        }
        assert!(all("[style], script:not([src])").is_empty());
    }
}

#[test]
fn what_is_chosen_is_marked_and_can_be_taken_away() {
    let html = whole_page("fas=anvandning&anteckning=hemlig&vy=loper-ut&per=20", 5);
    let page = scraper::Html::parse_document(&html);
    let all = |css: &str| page.select(&scraper::Selector::parse(css).unwrap()).collect::<Vec<_>>();
    assert_eq!(all("#f-fas input[checked]").len(), 1);
    let chips: Vec<_> =
        all(".ds-chip").iter().map(|c| (c.text().collect::<String>(), c.attr("href").unwrap())).collect();
    assert_eq!(
        chips[0],
        ("Fas: Användning".to_owned(), "/ekevik/systems?vy=loper-ut&anteckning=hemlig&per=20")
    );
    assert_eq!(chips[1].0, "Anteckning: ”hemlig”");
    // A quiet filter and the view have no field of their own: the form carries them along.
    let kept: Vec<_> = all("#filter > input[type=hidden]")
        .iter()
        .map(|i| (i.attr("name").unwrap(), i.attr("value").unwrap()))
        .collect();
    assert_eq!(kept, [("vy", "loper-ut"), ("anteckning", "hemlig")]);
}
