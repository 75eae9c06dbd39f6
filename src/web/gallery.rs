//! Every shared piece on one page: what the tests of the shared templates render, and whoever changes how the product looks
//! looks at (`OVERBLICK_RENDER_TO=folder cargo test --lib web::` writes the pages there).

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::filters;
use super::nav::{self, NavItem, Tally};
use super::page::{Flash, Link, Page, TenantLink, UserBadge};
use super::page_parts::{Choice, Event, Figure, Pager, PhaseStep, Step, Tab};
use super::svg::{self, Share, Trend};

/// The page with every shared piece.
#[derive(Template)]
#[template(path = "components/gallery.html")]
pub struct Gallery {
    page: Page,
    tabs: Vec<Tab>,
    figures: Vec<Figure>,
    steps: Vec<Step>,
    phase_steps: Vec<PhaseStep>,
    phases: Vec<(&'static str, &'static str)>,
    criticalities: Vec<(&'static str, &'static str)>,
    choices: Vec<Choice>,
    events: Vec<Event>,
    pager: Pager,
    faults: Vec<SampleFault>,
    facts: Vec<(&'static str, &'static str)>,
    shares: Vec<Share>,
    trend: Trend,
}

struct SampleFault {
    field: &'static str,
    message: &'static str,
}

/// A page of a made-up municipality with the whole menu, for the gallery and for tests of templates.
#[must_use]
pub fn sample_page(title: &str, path: &str) -> Page {
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let (nav, nav_end) = nav::menu("ekevik", path, |slug| {
        Some(match slug {
            "tasks" => Tally { badge: Some(8), count: None },
            "systems" => Tally { count: Some(187), badge: None },
            "subscriptions" => Tally { count: Some(1214), badge: None },
            _ => Tally::default(),
        })
    });
    let tenants =
        vec![TenantLink::new("ekevik", "Ekeviks kommun"), TenantLink::new("granby", "Granby kommun")];
    Page {
        user: Some(UserBadge {
            role: "IT-enheten".into(),
            ..UserBadge::new("Anna Lindqvist", "anna.lindqvist@ekevik.example")
        }),
        tenants,
        nav,
        nav_end,
        create: vec![
            NavItem::new("System", "system", "/ekevik/systems/new"),
            NavItem::new("Avtal", "avtal", "/ekevik/contracts/new"),
        ],
        account: vec![
            NavItem::new("Mina uppgifter", "person", "/ekevik/me"),
            NavItem::new("Utseende", "utseende", "/ekevik/me/appearance"),
        ],
        footer: vec![Link::new("Tillgänglighetsredogörelse", "/accessibility")],
        searchable: true,
        request_id: "0193a1b2".into(),
        ..Page::signed_out(title, today).in_tenant(TenantLink::new("ekevik", "Ekeviks kommun"))
    }
}

fn sample_phases() -> Vec<PhaseStep> {
    vec![
        PhaseStep { label: "Anskaffning".into(), note: Some("mars 2017".into()), done: true, current: false },
        PhaseStep {
            label: "Införande".into(),
            note: Some("jan 2018 – feb 2019".into()),
            done: true,
            current: false,
        },
        PhaseStep {
            label: "Användning".into(),
            note: Some("sedan 1 feb 2019".into()),
            done: false,
            current: true,
        },
        PhaseStep { label: "Avveckling".into(), note: None, done: false, current: false },
        PhaseStep { label: "Avvecklad".into(), note: None, done: false, current: false },
    ]
}

impl Gallery {
    /// The page, filled with made-up values.
    #[must_use]
    pub fn sample() -> Self {
        let mut page = sample_page("Komponenter", "/ekevik/systems").crumb("System", "systems");
        page.flash = vec![
            Flash::success("Ändringarna är sparade.").with_form(
                "Ångra",
                "/ekevik/undo",
                vec![("id".into(), "1".into())],
            ),
            Flash::danger("Filen kunde inte läsas. Rad 14 saknar anställningsnummer."),
        ];
        page.notice = Some("Demo: uppgifterna är påhittade.".into());
        let at = DateTime::parse_from_rfc3339("2026-11-20T07:42:00Z")
            .map(|t| t.with_timezone(&Utc))
            .unwrap_or_default();
        Self {
            tabs: vec![Tab::new("Översikt", "#flik").current(true), Tab::new("Avtal", "#flik2").count(3)],
            figures: vec![
                Figure {
                    label: "Avtal att säga upp".into(),
                    icon: "avtal",
                    value: "5".into(),
                    alarm: "2 inom 14 dagar".into(),
                    note: "värda 6,1 mnkr per år".into(),
                    href: "#tal".into(),
                },
                Figure {
                    label: "System utan systemägare".into(),
                    icon: "utanperson",
                    value: "4".into(),
                    note: "3 av dem används".into(),
                    href: "#tal2".into(),
                    ..Figure::default()
                },
            ],
            steps: Step::list(&["Läs in", "Para ihop", "Kontrollera", "Jämför", "Ta in"], 2),
            phase_steps: sample_phases(),
            phases: vec![
                ("anskaffning", "Anskaffning"),
                ("inforande", "Införande"),
                ("anvandning", "Användning"),
                ("avveckling", "Avveckling"),
                ("avvecklad", "Avvecklad"),
                ("avbruten", "Avbruten"),
            ],
            criticalities: vec![("lag", "Låg"), ("medel", "Medel"), ("hog", "Hög"), ("kritisk", "Kritisk")],
            choices: vec![
                Choice::new("moln", "Molntjänst"),
                Choice::new("egen", "Egen drift").with_hint("I kommunens egen serverhall."),
                Choice::new("annan", "Drift hos en annan kommun"),
            ],
            events: vec![Event {
                text: "Petra Sjö ändrade antal användare från 1 098 till 1 140".into(),
                href: String::new(),
                at,
                who: "Petra Sjö".into(),
            }],
            pager: Pager::new(4, 12, |n| format!("?page={n}")),
            faults: [
                ("namn", "Ange systemets namn"),
                ("slut", "Avtalets slutdatum ligger före startdatumet"),
                ("", "Någon annan har ändrat samma uppgift"),
            ]
            .map(|(field, message)| SampleFault { field, message })
            .into(),
            facts: vec![("Typ", "Verksamhetssystem"), ("Driftform", "Molntjänst"), ("Driftställe", "")],
            shares: svg::shares(
                [
                    ("inforande", "Införande", 14),
                    ("anvandning", "Användning", 139),
                    ("avveckling", "Avveckling", 17),
                ]
                .map(|(code, label, n)| (code.to_owned(), label.to_owned(), n, format!("#{code}")))
                .into(),
            ),
            trend: svg::trend(
                &["jan", "feb", "mars", "apr", "maj", "juni"]
                    .into_iter()
                    .map(str::to_owned)
                    .zip([120, 131, 128, 150, 171, 187])
                    .collect::<Vec<_>>(),
                "system",
            ),
            page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::{Html, Selector};
    use std::collections::HashSet;

    fn rendered() -> String {
        let html = Gallery::sample().render().unwrap();
        if let Ok(folder) = std::env::var("OVERBLICK_RENDER_TO") {
            std::fs::write(format!("{folder}/gallery.html"), &html).unwrap();
        }
        html
    }

    fn all<'a>(html: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
        html.select(&Selector::parse(selector).unwrap()).collect()
    }

    #[test]
    fn every_id_is_unique_and_every_reference_to_an_id_leads_somewhere() {
        let html = Html::parse_document(&rendered());
        let mut ids = HashSet::new();
        for element in all(&html, "[id]") {
            assert!(ids.insert(element.attr("id").unwrap().to_owned()), "{:?} twice", element.attr("id"));
        }
        for attribute in ["aria-describedby", "aria-labelledby", "popovertarget", "for", "commandfor"] {
            for element in all(&html, &format!("[{attribute}]")) {
                for id in element.attr(attribute).unwrap().split_whitespace() {
                    assert!(ids.contains(id), "{attribute} names {id}, which is not on the page");
                }
            }
        }
        for link in all(&html, ".ds-error-summary a") {
            let target = link.attr("href").unwrap().trim_start_matches('#');
            assert!(ids.contains(target), "the error summary links to {target}");
        }
    }

    #[test]
    fn every_icon_used_is_in_the_sprite() {
        let html = Html::parse_document(&rendered());
        let sprite = include_str!("../../static/icons.svg");
        for icon in all(&html, "use") {
            let name = icon.attr("href").unwrap().split_once('#').unwrap().1.to_owned();
            assert!(sprite.contains(&format!("id=\"{name}\"")), "{name} is missing");
        }
    }

    #[test]
    fn there_is_no_inline_style_or_script() {
        let html = rendered();
        let page = Html::parse_document(&html);
        assert!(all(&page, "[style], style, script:not([src])").is_empty());
        assert!(!html.contains("hx-on") && !html.contains("onclick"));
    }

    #[test]
    fn a_field_with_a_fault_says_so_and_why() {
        let page = Html::parse_document(&rendered());
        let field = all(&page, "#namn")[0];
        assert_eq!(field.attr("aria-invalid"), Some("true"));
        assert_eq!(field.attr("aria-describedby"), Some("namn-h namn-f"));
        let sound = all(&page, "#besk")[0];
        assert_eq!((sound.attr("aria-invalid"), sound.attr("aria-describedby")), (None, None));
    }

    #[test]
    fn what_a_user_typed_is_escaped() {
        let mut page = Page::signed_out("<script>", NaiveDate::default());
        page.flash = vec![Flash::info("<b>\"&")];
        let html = Gallery { page, ..Gallery::sample() }.render().unwrap();
        assert!(html.contains("&#60;script&#62;") && !html.contains("<b>\""));
    }
}
