//! The evidence of a case as a person would lay it out: the operator's list, HR's list and the staff register side by side.

use chrono::NaiveDate;

use super::super::model::{Dossier, Suspect};
use super::super::queries::{CasePerson, CaseRowOfList, FullCase};
use crate::rules::leaver_matching::{
    CapReason, Class, Contradiction, EvidenceCode, LCode, Note, Verdict, account_key, number_key,
};
use crate::rules::names::{NameMatch, PersonName, compare};
use crate::web::sight::Sees;

/// Whether the sources agree on something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// They say the same.
    Agrees,
    /// They do not.
    Differs,
    /// Too few of them say anything.
    Unknown,
}

impl Mark {
    /// The words beside the sign.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Agrees => "Stämmer",
            Self::Differs => "Skiljer sig",
            Self::Unknown => "Uppgift saknas",
        }
    }
    /// The sign: told by shape too.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Agrees => "bock",
            Self::Differs => "varning",
            Self::Unknown => "info",
        }
    }
    /// The colour.
    #[must_use]
    pub fn color(self) -> &'static str {
        match self {
            Self::Agrees => "success",
            Self::Differs => "warning",
            Self::Unknown => "neutral",
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is compared.
    pub label: &'static str,
    /// What the operator's list says.
    pub operator: String,
    /// What HR's list says.
    pub hr: String,
    /// What the staff register says.
    pub staff: String,
    /// Whether they agree.
    pub mark: Mark,
}

fn mark(values: &[bool]) -> Mark {
    match values {
        [] => Mark::Unknown,
        all if all.iter().all(|same| *same) => Mark::Agrees,
        _ => Mark::Differs,
    }
}

/// Compares what the operator says with what the others say; an empty value says nothing.
fn against(operator: &str, others: &[&str], same: impl Fn(&str, &str) -> bool) -> Mark {
    if operator.is_empty() {
        return match others.iter().filter(|o| !o.is_empty()).collect::<Vec<_>>().as_slice() {
            [a, b] => mark(&[same(a, b)]),
            _ => Mark::Unknown,
        };
    }
    mark(&others.iter().filter(|o| !o.is_empty()).map(|other| same(operator, other)).collect::<Vec<_>>())
}

fn same_name(a: &str, b: &str) -> bool {
    matches!(compare(&PersonName::parse(a), &PersonName::parse(b)), NameMatch::Full(_) | NameMatch::Subset)
}

/// The rows for the likeliest person.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one line after another, as they stand on the page")]
pub fn lines(
    case: &FullCase,
    row: Option<&CaseRowOfList>,
    person: Option<&CasePerson>,
    suspect: Option<&Suspect>,
    sees: Sees,
) -> Vec<Line> {
    let protected =
        case.is_protected || row.is_some_and(|r| r.is_protected) || person.is_some_and(|p| p.is_protected);
    let said = |code: &str| suspect.and_then(|s| s.evidence.iter().find(|e| e.code == code));
    let text = |of: Option<&str>| of.unwrap_or_default().to_owned();
    let number_of_list = said("E2").and_then(|e| e.item.clone()).unwrap_or_else(|| case.reference.clone());
    let account_of_list = said("E3").and_then(|e| e.item.clone()).unwrap_or_default();
    let (hr_name, staff_name) = (text(row.map(|r| r.name.as_str())), text(person.map(|p| p.name.as_str())));
    let hr_no = text(row.map(|r| r.employee_no.as_str()));
    let staff_no = text(person.and_then(|p| p.employee_no.as_deref()));
    let (hr_account, staff_account) =
        (text(row.map(|r| r.account.as_str())), text(person.and_then(|p| p.account.as_deref())));
    let (hr_mobile, staff_mobile) =
        (text(row.and_then(|r| r.mobile.as_deref())), text(person.and_then(|p| p.work_mobile.as_deref())));
    let unit = text(case.unit_name.as_deref());
    let (hr_unit, staff_unit) =
        (text(row.map(|r| r.unit.as_str())), text(person.and_then(|p| p.unit.as_deref())));
    let names = [hr_name.as_str(), staff_name.as_str()];
    let is_digits = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_digit() || c == ' ');
    let number_mark = if is_digits(&number_of_list) {
        against(&number_of_list, &[&hr_no, &staff_no], |a, b| number_key(a) == number_key(b))
    } else {
        against("", &[&hr_no, &staff_no], |a, b| number_key(a) == number_key(b))
    };
    let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
    let hr_end = day(row.map(|r| r.end_date));
    let staff_end = person
        .and_then(|p| {
            p.end_date
                .map(|d| d.to_string())
                .or_else(|| p.missing_since.map(|d| format!("finns inte i underlaget {d}")))
        })
        .unwrap_or_default();
    let as_name = |t: &str| sees.name(t, protected && !t.is_empty());
    let as_text = |t: &str| if t.is_empty() { String::new() } else { sees.text(t, protected) };
    let as_number = |t: &str| if t.is_empty() { String::new() } else { sees.number(t, protected) };
    let hide_unit = |t: &str| {
        if t.is_empty() || !protected || sees.protected { t.to_owned() } else { sees.name("", true) }
    };
    let days = [person.and_then(|p| p.end_date), row.map(|r| r.end_date)];
    let end_mark = match days {
        [Some(a), Some(b)] => mark(&[a == b]),
        [None, Some(_)] if person.is_some_and(|p| p.missing_since.is_some()) => Mark::Agrees,
        _ => Mark::Unknown,
    };
    vec![
        Line {
            label: "Namn",
            operator: as_name(&case.holder),
            hr: as_name(&hr_name),
            staff: as_name(&staff_name),
            mark: against(&case.holder, &names, same_name),
        },
        Line {
            label: "Anställningsnummer",
            operator: as_text(&number_of_list),
            hr: as_text(&hr_no),
            staff: as_text(&staff_no),
            mark: number_mark,
        },
        Line {
            label: "Konto",
            operator: as_text(&account_of_list),
            hr: as_text(&hr_account),
            staff: as_text(&staff_account),
            mark: against(&account_of_list, &[&hr_account, &staff_account], |a, b| {
                account_key(a) == account_key(b)
            }),
        },
        Line {
            label: "Nummer",
            operator: as_number(&case.msisdn),
            hr: as_number(&hr_mobile),
            staff: as_number(&staff_mobile),
            mark: against(&case.msisdn, &[&hr_mobile, &staff_mobile], |a, b| a == b),
        },
        Line {
            label: "Enhet och kostnadsställe",
            operator: hide_unit(
                &[unit.as_str(), case.cost_centre.as_str()]
                    .into_iter()
                    .filter(|t| !t.is_empty())
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            hr: hide_unit(&hr_unit),
            staff: hide_unit(&staff_unit),
            mark: against(&unit, &[&hr_unit, &staff_unit], str::eq_ignore_ascii_case),
        },
        Line {
            label: "Sista dag",
            operator: case.last_traffic.map(|d| format!("senast använt {d}")).unwrap_or_default(),
            hr: hr_end,
            staff: staff_end,
            mark: end_mark,
        },
        Line {
            label: "Orsak",
            operator: String::new(),
            hr: row
                .and_then(|r| r.verdict.as_deref())
                .and_then(Verdict::from_code)
                .map(|v| ended_words(v).to_owned())
                .unwrap_or_default(),
            staff: standing_words(person).to_owned(),
            mark: Mark::Unknown,
        },
    ]
}

/// What HR's row means, with the same words for a death as for any other end.
fn ended_words(verdict: Verdict) -> &'static str {
    if verdict.is_leaver() { Verdict::Deceased.swedish() } else { verdict.swedish() }
}

/// How the person stands in the register, in neutral words.
fn standing_words(person: Option<&CasePerson>) -> &'static str {
    match person {
        None => "",
        Some(p) if p.missing_since.is_some() => "Finns inte kvar",
        Some(p) => match p.status.as_deref() {
            Some("aktiv") => "Arbetar kvar",
            Some("tjanstledig") => "Ledig",
            Some("kommande") => "Börjar senare",
            Some("avslutad") => "Avslutad",
            _ => "Utan anställning",
        },
    }
}

/// What the lists say about the person, as the end of a sentence. Of a death no more than of any other end.
fn stands(code: LCode) -> &'static str {
    match code {
        LCode::L1 | LCode::L9 => "anställningen har upphört och personen har ingen annan",
        LCode::L2 => "personen har en annan anställning i kommunen",
        LCode::L3 => "personen slutar senare",
        LCode::L4 => "personen saknas i det senaste personalunderlaget men står inte på någon lista",
        LCode::L5 => "personen är återanställd",
        LCode::L6 => "personen är ledig eller har fått förlängt",
        LCode::L7 => "personen var timavlönad och har slutat enligt HR:s lista",
        LCode::L8 => "personens uppdrag har avslutats",
        LCode::L10 => "HR har tagit tillbaka uppgiften",
    }
}

/// On what a likely holder rests: on a number, where something holds the class back, else on the name.
fn likely(dossier: &Dossier) -> &'static str {
    let evidence = dossier.suspects.first().map(|s| s.evidence.as_slice()).unwrap_or_default();
    let by_number =
        evidence.iter().filter_map(|e| EvidenceCode::from_code(&e.code)).any(EvidenceCode::is_strong);
    match (by_number, dossier.same_name_ended) {
        (true, _) => {
            "en uppgift som bara en person har pekar ut innehavaren, med förbehållet som står intill"
        }
        (false, 0) => "bara namnet pekar ut innehavaren men ingen annan heter så",
        (false, _) => "namn och kostnadsställe pekar ut innehavaren, och alla andra som heter så har slutat",
    }
}

/// What a case means, in a sentence.
#[must_use]
pub fn meaning(case: &FullCase, dossier: &Dossier, today: NaiveDate) -> String {
    let left = LCode::from_code(&case.l_code).map_or("ingen lista säger att personen har slutat", stands);
    match Class::from_code(&case.class) {
        Some(Class::A) => format!("Säkert: en uppgift som bara en person har pekar ut innehavaren, och {left}."),
        Some(Class::B) => format!("Sannolikt: {}, och {left}.", likely(dossier)),
        Some(Class::C) => {
            "Möjligt: flera kan ha numret, eller så är det inte säkert att personen har slutat. Välj vem det gäller innan du beslutar.".to_owned()
        }
        Some(Class::P) => match case.not_before.or(case.end_date) {
            Some(day) if day > today => format!("Planerat: personen slutar. Abonnemanget kan avslutas tidigast {day}."),
            _ => "Planerat: personen slutar.".to_owned(),
        },
        Some(Class::X) => "Motsagt: något talar emot att personen har slutat eller har numret. Vad det är står intill.".to_owned(),
        Some(Class::Unknown) => {
            "Innehavaren finns varken i personalunderlaget eller på någon lista. Fråga enheten som betalar.".to_owned()
        }
        _ => String::new(),
    }
}

/// Why it is no surer, what speaks against it and what else to know, in words.
#[must_use]
pub fn reasons(dossier: &Dossier) -> Vec<(&'static str, &'static str)> {
    let against = dossier
        .contradictions
        .iter()
        .filter_map(|c| Contradiction::from_code(c))
        .map(|c| ("danger", c.swedish()));
    let caps = dossier.caps.iter().filter_map(|c| CapReason::from_code(c)).map(|c| ("warning", c.swedish()));
    let notes = dossier.notes.iter().filter_map(|n| Note::from_code(n)).map(|n| ("info", n.swedish()));
    against.chain(caps).chain(notes).collect()
}

/// The words for evidence codes.
#[must_use]
pub fn evidence_words(codes: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    codes
        .into_iter()
        .filter_map(|code| EvidenceCode::from_code(code.as_ref()))
        .map(|code| code.swedish().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::model::KnownEvidence;
    use super::*;

    #[test]
    fn the_sources_agree_differ_or_say_too_little() {
        let same = |a: &str, b: &str| a == b;
        for (operator, others, wanted) in [
            ("1", ["1", "1"], Mark::Agrees),
            ("1", ["1", ""], Mark::Agrees),
            ("1", ["1", "2"], Mark::Differs),
            ("1", ["", ""], Mark::Unknown),
            ("", ["1", "1"], Mark::Agrees),
            ("", ["1", "2"], Mark::Differs),
            ("", ["1", ""], Mark::Unknown),
        ] {
            assert_eq!(against(operator, &others, same), wanted, "{operator} {others:?}");
        }
    }

    #[test]
    fn a_likely_holder_is_said_to_rest_on_what_there_is() {
        let dossier = |code: &str, same_name_ended: usize| Dossier {
            suspects: vec![Suspect {
                key: String::new(),
                person_id: None,
                rows: Vec::new(),
                l_code: "L1".into(),
                is_here: false,
                end: None,
                evidence: vec![KnownEvidence { code: code.into(), item: None, person: None }],
            }],
            same_name_ended,
            ..Dossier::default()
        };
        assert!(likely(&dossier("E2", 0)).starts_with("en uppgift som bara en person har"));
        assert!(likely(&dossier("E8", 0)).ends_with("ingen annan heter så"));
        assert!(likely(&dossier("E7", 1)).ends_with("alla andra som heter så har slutat"));
    }

    #[test]
    fn a_name_in_another_order_agrees() {
        assert_eq!(against("Ek, Anna", &["Anna Ek", "Anna Maria Ek"], same_name), Mark::Agrees);
        assert_eq!(against("Ek, Anna", &["Bo Ek", ""], same_name), Mark::Differs);
    }
}
