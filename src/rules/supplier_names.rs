//! Names of companies: a normal form, and whether two rows mean the same company
//! (`docs/data-formats.md` 5–6: units write suppliers their own way; the organisation number decides when both
//! rows have one).

use super::{
    names::{lower, one_edit_apart, to_k1},
    org_number::OrgNumber,
};

/// A company's name in parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SupplierName {
    /// Words without the legal form, marks folded away.
    words: Vec<String>,
    form: Option<LegalForm>,
}

/// A company's legal form, as its name shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegalForm {
    /// AB, Aktiebolag, with or without (publ).
    Aktiebolag,
    /// HB, Handelsbolag.
    Handelsbolag,
    /// KB, Kommanditbolag.
    Kommanditbolag,
    /// Ek. för., Ekonomisk förening.
    EkonomiskForening,
    /// Stiftelse.
    Stiftelse,
    /// Enskild firma.
    EnskildFirma,
    /// A form of another country: AS, A/S, Oy, GmbH, Ltd, Inc …
    Foreign,
}

/// How two rows' suppliers relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupplierMatch {
    /// Same organisation number.
    SameNumber,
    /// Same normal form, no organisation number to contradict it.
    SameName,
    /// One edit apart, another legal form, or one is the other with a country or group word more.
    SimilarName,
    /// At least one row does not name its supplier.
    Unknown,
    /// Another name, or another organisation number whatever the names are.
    Different,
}

const FORMS: [(&[&str], LegalForm); 24] = [
    (&["ekonomisk", "forening"], LegalForm::EkonomiskForening),
    (&["ek", "for"], LegalForm::EkonomiskForening),
    (&["ek", "forening"], LegalForm::EkonomiskForening),
    (&["enskild", "firma"], LegalForm::EnskildFirma),
    (&["aktiebolaget"], LegalForm::Aktiebolag),
    (&["aktiebolag"], LegalForm::Aktiebolag),
    (&["ab"], LegalForm::Aktiebolag),
    (&["handelsbolaget"], LegalForm::Handelsbolag),
    (&["handelsbolag"], LegalForm::Handelsbolag),
    (&["hb"], LegalForm::Handelsbolag),
    (&["kommanditbolag"], LegalForm::Kommanditbolag),
    (&["kb"], LegalForm::Kommanditbolag),
    (&["stiftelsen"], LegalForm::Stiftelse),
    (&["stiftelse"], LegalForm::Stiftelse),
    (&["as"], LegalForm::Foreign),
    (&["asa"], LegalForm::Foreign),
    (&["aps"], LegalForm::Foreign),
    (&["oy"], LegalForm::Foreign),
    (&["oyj"], LegalForm::Foreign),
    (&["gmbh"], LegalForm::Foreign),
    (&["ltd"], LegalForm::Foreign),
    (&["limited"], LegalForm::Foreign),
    (&["inc"], LegalForm::Foreign),
    (&["bv"], LegalForm::Foreign),
];

/// Words that tell the country or the group, not the company. "Exempel Sverige AB" may be "Exempel AB".
const COUNTRY_WORDS: [&str; 12] = [
    "sverige",
    "sweden",
    "svenska",
    "nordic",
    "nordics",
    "norden",
    "scandinavia",
    "skandinavien",
    "group",
    "gruppen",
    "international",
    "europe",
];

impl SupplierName {
    /// Takes a name apart. `None` when nothing but signs, or only a legal form, is left.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // "A/S" is one form, not two words; other slashes and signs separate.
        let folded = to_k1(&lower(text)).replace("a/s", "as").replace("ab:s", "ab");
        let mut words: Vec<String> = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty() && !matches!(*w, "publ" | "och" | "the"))
            .map(str::to_owned)
            .collect();
        let mut form = None;
        for (pattern, legal) in FORMS {
            let at_end = words.len() > pattern.len() && words.ends_with(&owned(pattern));
            let at_start = words.len() > pattern.len() && words.starts_with(&owned(pattern));
            if at_end {
                words.truncate(words.len() - pattern.len());
            } else if at_start {
                words.drain(..pattern.len());
            } else {
                continue;
            }
            form = Some(legal);
            break;
        }
        (!words.is_empty()).then_some(Self { words, form })
    }

    /// The normal form: words without legal form, folded, joined with a space. Fit to be stored and indexed.
    #[must_use]
    pub fn normal(&self) -> String {
        self.words.join(" ")
    }

    /// The words of the normal form.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The legal form, when the name shows one.
    #[must_use]
    pub fn form(&self) -> Option<LegalForm> {
        self.form
    }

    /// Compares two names.
    #[must_use]
    pub fn compare(&self, other: &Self) -> SupplierMatch {
        let compact = |s: &Self| digraphs_folded(&s.words.concat());
        let (a, b) = (compact(self), compact(other));
        let other_form = matches!((self.form, other.form), (Some(x), Some(y)) if x != y);
        if a == b {
            return if other_form { SupplierMatch::SimilarName } else { SupplierMatch::SameName };
        }
        let core = |s: &Self| {
            s.words.iter().filter(|w| !COUNTRY_WORDS.contains(&w.as_str())).cloned().collect::<Vec<_>>()
        };
        let (core_a, core_b) = (core(self), core(other));
        let same_core = !core_a.is_empty() && core_a == core_b;
        let slip = a.len().min(b.len()) >= 6 && one_edit_apart(&a, &b) && !other_form;
        if same_core || slip { SupplierMatch::SimilarName } else { SupplierMatch::Different }
    }
}

/// Whether two suppliers, each with a name and perhaps an organisation number, are the same company. Two numbers
/// decide alone; otherwise the names do.
#[must_use]
pub fn same_company(a: (&str, Option<&OrgNumber>), b: (&str, Option<&OrgNumber>)) -> SupplierMatch {
    if let (Some(x), Some(y)) = (a.1, b.1) {
        return if x == y { SupplierMatch::SameNumber } else { SupplierMatch::Different };
    }
    match (SupplierName::parse(a.0), SupplierName::parse(b.0)) {
        (Some(x), Some(y)) => x.compare(&y),
        _ => SupplierMatch::Unknown,
    }
}

/// "aa", "ae" and "oe" written for å, ä and ö, and the letters without their marks, become the same.
pub(crate) fn digraphs_folded(k1: &str) -> String {
    k1.replace("aa", "a").replace("ae", "a").replace("oe", "o")
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::test_support::shared_csv;
    use proptest::prelude::*;

    fn names(a: &str, b: &str) -> SupplierMatch {
        same_company((a, None), (b, None))
    }

    #[test]
    fn legal_forms_case_spaces_and_marks_do_not_make_another_company() {
        for (a, b) in [
            ("Exempel Data AB", "EXEMPEL  DATA Aktiebolag"),
            ("Exempel Data AB (publ)", "Exempel Data AB "),
            ("Exempel Data", "AB Exempel Data"),
            ("Blågrå Teknik Handelsbolag", "Blagra Teknik HB"),
            ("Blågrå Teknik HB", "Blaagraa Teknik HB"),
            ("Exempel Ek. för.", "Exempel ekonomisk förening"),
            ("Exempel A/S", "Exempel AS"),
            ("IT-konsult Norr AB", "IT Konsult Norr AB"),
        ] {
            assert_eq!(names(a, b), SupplierMatch::SameName, "{a} = {b}");
        }
    }

    #[test]
    fn a_slip_a_country_word_or_another_legal_form_is_only_similar() {
        for (a, b) in [
            ("Exempel Data AB", "Exempl Data AB"),
            ("Exempel Data AB", "Exempel Data Sverige AB"),
            ("Exempel Data AB", "Exempel Data Handelsbolag"),
        ] {
            assert_eq!(names(a, b), SupplierMatch::SimilarName, "{a} = {b}");
        }
    }

    #[test]
    fn a_shared_word_does_not_make_the_same_company() {
        for (a, b) in [
            ("Exempel Data AB", "Exempel Programvara AB"),
            ("Exempel Data AB", "Exempel Ekonomisk förening"),
            ("Exempel AB", "Exempel Data AB"),
            ("ABB AB", "AB"),
        ] {
            assert!(matches!(names(a, b), SupplierMatch::Different | SupplierMatch::Unknown), "{a} = {b}");
        }
        assert_eq!(names("", "Exempel AB"), SupplierMatch::Unknown);
    }

    #[test]
    fn two_organisation_numbers_decide_whatever_the_names_are() {
        let (x, y) = (OrgNumber::parse("556000-4615").unwrap(), OrgNumber::parse("556012-5790").unwrap());
        assert_eq!(same_company(("Exempel AB", Some(&x)), ("Annat HB", Some(&x))), SupplierMatch::SameNumber);
        assert_eq!(
            same_company(("Exempel AB", Some(&x)), ("Exempel AB", Some(&y))),
            SupplierMatch::Different
        );
        assert_eq!(same_company(("Exempel AB", Some(&x)), ("Exempel AB", None)), SupplierMatch::SameName);
    }

    #[test]
    fn the_shared_supplier_ledgers_are_sorted_out_by_name_alone() {
        for municipality in ["kommun-small", "kommun-medium"] {
            let Some(rows) = shared_csv(&format!("data/{municipality}/truth/supplier_truth.csv")) else {
                return;
            };
            let (mut right, mut wrong, mut missed) = (0, 0, 0);
            for (i, a) in rows.iter().enumerate() {
                for b in rows.iter().skip(i + 1) {
                    let same = a["supplier_id"] == b["supplier_id"];
                    match (names(&a["shown_name"], &b["shown_name"]), same) {
                        (SupplierMatch::SameName, true) => right += 1,
                        (SupplierMatch::SameName, false) => wrong += 1,
                        (_, true) => missed += 1,
                        (_, false) => {}
                    }
                }
            }
            assert!(
                right > 0 && wrong == 0 && missed == 0,
                "{municipality}: {right} right, {wrong} wrong, {missed} missed"
            );
        }
    }

    proptest! {
        #[test]
        fn comparing_is_the_same_from_both_sides(a in "[ab ]{0,6}( AB| HB)?", b in "[ab ]{0,6}( AB| HB)?") {
            prop_assert_eq!(names(&a, &b), names(&b, &a));
        }

        #[test]
        fn no_text_breaks_the_parser(text in "\\PC{0,40}") {
            let _ = SupplierName::parse(&text).map(|s| s.normal());
        }
    }
}
