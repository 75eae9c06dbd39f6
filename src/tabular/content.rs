//! What the cells of a column look like, which tells what the column is when its header does not.

use std::collections::HashSet;

use chrono::Datelike as _;

use super::grid::Cell;
use super::values::{self, AmountStyle, DateOptions, TwoDigit, When};
use super::vocabulary::Content;
use crate::rules::digits::luhn_ok;

/// The share of a column's filled cells that look like each sort of content.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Profile {
    /// Cells looked at.
    pub cells: usize,
    /// Dates, words for no end included.
    pub date: f64,
    /// Amounts and numbers.
    pub amount: f64,
    /// Whole numbers.
    pub integer: f64,
    /// Yes and no.
    pub yes_no: f64,
    /// Telephone numbers.
    pub phone: f64,
    /// Organisation numbers.
    pub org_no: f64,
    /// Personal identity numbers.
    pub personal_id: f64,
    /// Four to eight digits.
    pub employee_no: f64,
    /// Short and with a digit.
    pub code: f64,
    /// E-mail addresses.
    pub email: f64,
    /// SIM card numbers.
    pub iccid: f64,
    /// Device numbers.
    pub imei: f64,
    /// Web addresses.
    pub url: f64,
    /// At least one letter and no digit.
    pub words: f64,
    /// Two words or more, each of which begins as names do.
    pub person: f64,
    /// The share of cells that say something of their own: names hardly occur twice, titles and units do.
    pub distinct: f64,
}

/// Cells that are looked at: enough to know, few enough to be quick.
const SAMPLE: usize = 200;

impl Profile {
    /// Looks at a column.
    #[expect(clippy::cast_precision_loss, reason = "shares of at most 200 cells")]
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Self {
        let mut profile = Self::default();
        let mut seen: HashSet<String> = HashSet::new();
        for cell in cells.into_iter().filter(|cell| !cell.is_blank()).take(SAMPLE) {
            let text = cell.text();
            profile.cells += 1;
            seen.insert(text.trim().to_lowercase());
            if !text.contains(|c: char| c.is_ascii_digit() || c == '@') && !cell.is_typed() {
                // Most cells are words, and words can be only this.
                profile.words += f64::from(u8::from(text.chars().any(char::is_alphabetic)));
                profile.person += f64::from(u8::from(is_person_form(&text)));
                profile.yes_no += f64::from(u8::from(matches!(values::yes_no(cell), Ok(Some(_)))));
                profile.amount += f64::from(u8::from(matches!(&*text, "-" | "–")));
                profile.url += f64::from(u8::from(text.starts_with("http") || text.starts_with("www.")));
                profile.date += f64::from(u8::from(matches!(
                    values::date(cell, DateOptions::default()),
                    Ok(When::NoEnd)
                )));
                continue;
            }
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let only = |extra: &str| {
                text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || extra.contains(c))
            };
            let count = |share: &mut f64, holds: bool| *share += f64::from(u8::from(holds));
            count(&mut profile.date, is_date(cell));
            count(
                &mut profile.amount,
                matches!(values::amount(cell, AmountStyle::PointDecimal), Ok(Some(_))),
            );
            count(&mut profile.integer, matches!(values::integer(cell), Ok(Some(_))));
            count(&mut profile.yes_no, matches!(values::yes_no(cell), Ok(Some(_))));
            let is_id = is_personal_id_form(&text) && is_personal_id(&digits);
            let is_signed = text.contains(['-', '+', '–']);
            count(&mut profile.phone, only("+-/()") && is_phone(&digits) && !(is_id && is_signed));
            count(&mut profile.org_no, is_org_no(&text, &digits));
            count(&mut profile.personal_id, is_id);
            count(&mut profile.employee_no, only("") && (3..=8).contains(&digits.len()));
            count(
                &mut profile.code,
                !digits.is_empty() && text.chars().count() <= 20 && text.split_whitespace().count() <= 2,
            );
            count(&mut profile.email, matches!(values::email(cell), Ok(Some(_))));
            count(
                &mut profile.iccid,
                values::is_scientific(&text) || only("-") && (18..=20).contains(&digits.len()),
            );
            count(&mut profile.imei, only("-/") && is_imei(&digits));
            count(
                &mut profile.url,
                text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www."),
            );
            count(&mut profile.words, digits.is_empty() && text.chars().any(char::is_alphabetic));
        }
        profile.distinct = seen.len() as f64;
        if profile.cells > 0 {
            let all = profile.cells as f64;
            for share in profile.shares() {
                *share /= all;
            }
        }
        profile
    }

    fn shares(&mut self) -> [&mut f64; 16] {
        [
            &mut self.date,
            &mut self.amount,
            &mut self.integer,
            &mut self.yes_no,
            &mut self.phone,
            &mut self.org_no,
            &mut self.personal_id,
            &mut self.employee_no,
            &mut self.code,
            &mut self.email,
            &mut self.iccid,
            &mut self.imei,
            &mut self.url,
            &mut self.words,
            &mut self.person,
            &mut self.distinct,
        ]
    }

    /// How well the column fits a field's content: 1 fits, 0 contradicts. Half when there is nothing to go by.
    #[must_use]
    pub fn fit(&self, content: Content) -> f64 {
        if self.cells == 0 {
            return 0.5;
        }
        match content {
            Content::Text | Content::Name | Content::Login => 1.0 - 0.6 * self.strict(),
            Content::Date(_) => self.date,
            Content::Amount => self.amount,
            Content::Decimal => self.amount.max(self.integer),
            Content::Integer => self.integer,
            Content::YesNo => self.yes_no,
            Content::Phone => self.phone,
            Content::OrgNo => self.org_no,
            Content::PersonalId => self.personal_id,
            Content::EmployeeNo => self.employee_no.max(self.code * 0.8),
            Content::Code => self.code.max(self.employee_no).max(0.4),
            Content::Email => self.email,
            Content::Iccid => self.iccid,
            Content::Imei => self.imei,
            Content::Url => self.url,
        }
    }

    /// The share of cells that have a form so strict that the column is hardly free text.
    #[must_use]
    pub fn strict(&self) -> f64 {
        [self.date, self.phone, self.org_no, self.personal_id, self.email, self.iccid, self.imei, self.url]
            .into_iter()
            .fold(0.0, f64::max)
    }

    /// Whether the column's cells are numbers, dates or codes, so that a sentence among them is no value.
    #[must_use]
    pub fn is_formed(&self) -> bool {
        self.cells > 0
            && (self.strict() > 0.5
                || self.amount > 0.7
                || self.employee_no > 0.5
                || self.code > 0.8 && self.words < 0.1)
    }

    /// The sort of content that leaves no doubt, if there is one.
    #[must_use]
    pub fn unmistakable(&self) -> Option<Content> {
        let sorts = [
            (self.email, Content::Email),
            (self.iccid, Content::Iccid),
            (self.imei, Content::Imei),
            (self.personal_id, Content::PersonalId),
            (self.org_no, Content::OrgNo),
            (self.phone, Content::Phone),
        ];
        // Ten digits that begin as a mobile number may be a date of birth too.
        let either = self.phone >= 0.8 && self.personal_id >= 0.8;
        (self.cells >= 3 && !either)
            .then(|| sorts.into_iter().find(|(share, _)| *share >= 0.8).map(|(_, content)| content))
            .flatten()
    }
}

/// Two to five words of letters, at least two of them with a capital; "von", "de", "al" may lack it.
fn is_person_form(text: &str) -> bool {
    let words: Vec<&str> = text.split([' ', ',', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    let is_name = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    (2..=5).contains(&words.len())
        && words.iter().filter(|word| is_name(word)).count() >= 2
        && words.iter().all(|word| {
            (is_name(word) || word.chars().count() <= 3)
                && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'))
        })
}

fn is_date(cell: &Cell) -> bool {
    let order = |two_digit| DateOptions { two_digit, ..DateOptions::default() };
    match values::date(cell, order(TwoDigit::DayFirst))
        .or_else(|_| values::date(cell, order(TwoDigit::YearFirst)))
    {
        // A year alone and a number in the range of serials are as likely to be something else.
        Ok(When::On(day, values::Precision::Day)) => {
            !(matches!(cell, Cell::Text(text) if text.trim().len() <= 6 && text.trim().bytes().all(|c| c.is_ascii_digit())))
                && !matches!(cell, Cell::Number(_))
                || (2000..2080).contains(&day.year())
        }
        Ok(When::On(_, values::Precision::Month) | When::NoEnd) => true,
        _ => false,
    }
}

fn is_phone(digits: &str) -> bool {
    let national = digits.strip_prefix("0046").or_else(|| digits.strip_prefix("46")).unwrap_or(digits);
    let national = national.strip_prefix('0').unwrap_or(national);
    (7..=13).contains(&national.len())
        && national.starts_with('7')
        && (national.len() == 9 || national.starts_with("719"))
        || digits.starts_with('0') && (8..=11).contains(&digits.len())
}

fn is_org_no(text: &str, digits: &str) -> bool {
    let national = match digits.len() {
        10 => digits,
        12 if digits.starts_with("16") => digits.get(2..).unwrap_or_default(),
        12 if text.trim().to_uppercase().starts_with("SE") && digits.ends_with("01") => {
            digits.get(..10).unwrap_or_default()
        }
        _ => return false,
    };
    // The third digit of an organisation number is at least 2, which keeps it apart from a birth date's month.
    national.as_bytes().get(2).is_some_and(|digit| (b'2'..=b'9').contains(digit))
        && text.chars().filter(|c| c.is_alphabetic()).count() <= 2
}

/// Fourteen to sixteen digits; of fifteen the last one is a check digit, which keeps a device apart from a subscriber's IMSI.
fn is_imei(digits: &str) -> bool {
    match digits.len() {
        15 => luhn_ok(digits),
        length => matches!(length, 14 | 16),
    }
}

/// Digits and spaces, and a sign, where there is one, before the last four: no telephone number has it there.
fn is_personal_id_form(text: &str) -> bool {
    let sign = |c: char| matches!(c, '-' | '+' | '–');
    text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || sign(c))
        && text
            .rsplit_once(sign)
            .is_none_or(|(_, last)| last.chars().filter(char::is_ascii_digit).count() == 4)
}

fn is_personal_id(digits: &str) -> bool {
    let short = match digits.len() {
        12 if digits.starts_with("19") || digits.starts_with("20") || digits.starts_with("18") => {
            digits.get(2..)
        }
        10 => Some(digits),
        _ => None,
    };
    let part = |from: usize| {
        short.and_then(|digits| digits.get(from..from + 2)).and_then(|part| part.parse::<u32>().ok())
    };
    part(2).is_some_and(|month| (1..=12).contains(&month))
        && part(4).is_some_and(|day| (1..=31).contains(&day) || (61..=91).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(texts: &[&str]) -> Profile {
        Profile::of(&texts.iter().map(|text| Cell::Text((*text).to_owned())).collect::<Vec<_>>())
    }

    #[test]
    fn columns_of_a_strict_form_are_known_by_their_cells() {
        for (texts, content) in [
            (["070-174 06 05", "+46701740606", "701740607"], Content::Phone),
            (["556000-0001", "165560000001", "SE556000000101"], Content::OrgNo),
            (["19000101-9801", "000101-9801", "190001019801"], Content::PersonalId),
            (["8946087000000000010", "8946087000000000028", "8,94608E+18"], Content::Iccid),
            (["a@b.se", "c@d.se", "e@f.se"], Content::Email),
        ] {
            assert_eq!(profile(&texts).unmistakable(), Some(content), "{texts:?}");
        }
        assert_eq!(profile(&["Simhallen", "Ishallen", "Utebad"]).unmistakable(), None);
    }

    #[test]
    fn names_do_not_fit_dates_and_dates_do_not_fit_names() {
        let names = profile(&["Lind, Per", "Åberg, Eva", "Åkerlund Anna"]);
        let dates = profile(&["2026-01-31", "31/1-26", "tills vidare"]);
        let date = Content::Date(values::MonthAs::Last);
        assert!(names.fit(date) < 0.1 && dates.fit(date) > 0.9);
        assert!(names.fit(Content::Name) > 0.9 && dates.fit(Content::Name) < 0.5);
    }

    #[test]
    fn names_of_persons_are_known_by_their_form_and_by_hardly_occurring_twice() {
        let names = profile(&["Lind, Per", "EVA ÅBERG", "Anna-Karin von Essen", "A. Öberg"]);
        assert!(names.person > 0.9 && names.distinct > 0.9);
        let others = profile(&["Mobil plus", "Simhallen", "Mobil plus", "larm i källare"]);
        assert!(others.person < 0.1 && others.distinct < 0.8);
    }

    #[test]
    fn a_telephone_number_is_no_personal_identity_number_and_an_imsi_no_device() {
        assert_eq!(
            profile(&["070-111 22 33", "070-112 12 34", "070-205 15 16"]).unmistakable(),
            Some(Content::Phone)
        );
        assert_eq!(profile(&["0701112233", "0701121234", "0702051516"]).unmistakable(), None);
        assert_eq!(
            profile(&["19000101 - 9801", "000101–9801", "1900 01 01 9801"]).unmistakable(),
            Some(Content::PersonalId)
        );
        assert_eq!(
            profile(&["010428-2397", "020512-2385", "030902-2390"]).unmistakable(),
            Some(Content::PersonalId)
        );
        assert_eq!(
            profile(&["490154203237518", "356938035643809", "490154203237518"]).unmistakable(),
            Some(Content::Imei)
        );
        assert_eq!(profile(&["240071234567890", "240071234567891", "240071234567892"]).unmistakable(), None);
    }
}
