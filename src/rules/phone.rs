//! Telephone numbers: every way a Swedish number is written → E.164 and back to the form people read
//! (`docs/data-formats.md` 3). Numbers of other countries are kept as they are when they carry their prefix.

use thiserror::Error;

use super::digits;

/// What kind of number it is, by the Swedish numbering plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhoneKind {
    /// 070, 072, 073, 076, 079.
    Mobile,
    /// 0719 and other 071 numbers for machines: lifts, alarms, meters.
    Machine,
    /// A geographic or other fixed number.
    Fixed,
    /// A number of another country.
    Foreign,
}

/// A telephone number in E.164: "+" and at most 15 digits. `Debug` shows the mask: a number must not reach a log
/// by accident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    /// Digits without "+", beginning with the country code.
    digits: String,
    kind: PhoneKind,
}

/// Why a text is not a telephone number. The sentences never repeat the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhoneError {
    /// Nothing in the cell.
    #[error("Numret saknas.")]
    Empty,
    /// "7,01741E+08".
    #[error(
        "Numret står i grundpotensform, som kalkylbladet ger långa tal. Formatera kolumnen som text och exportera igen."
    )]
    Scientific,
    /// More than one number in the cell.
    #[error("Cellen innehåller flera nummer. Lägg dem på var sin rad.")]
    Several,
    /// Letters or signs that belong to no number.
    #[error("Numret innehåller annat än siffror. Ange det som 070-123 45 67 eller +46701234567.")]
    Form,
    /// Too few or too many digits for its series.
    #[error("Numret har fel antal siffror. Ange det som 070-123 45 67 eller +46701234567.")]
    Length,
}

const SWEDEN: &str = "46";
/// Area codes (without the leading zero) of one and two digits; all others have three.
const SHORT_AREA_CODES: [&str; 23] = [
    "8", "10", "11", "13", "16", "18", "19", "20", "21", "23", "26", "31", "33", "35", "36", "40", "42",
    "44", "46", "54", "60", "63", "90",
];

impl Phone {
    /// Reads a number written in any of the usual ways: "0701740605", "070-174 06 05", "070/174 06 05",
    /// "+46701740605", "+46 (0)70 174 06 05", "0046…", "46701740605", and "701740605" where a number column
    /// dropped the zero.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(PhoneError::Empty);
        }
        if digits::is_scientific(trimmed) {
            return Err(PhoneError::Scientific);
        }
        let bare = trimmed.replace("(0)", "");
        let bare = ["tel:", "tel.", "tel ", "mobil:", "mobil ", "mob:", "mob.", "mob "]
            .iter()
            .find_map(|p| bare.get(..p.len()).filter(|s| s.eq_ignore_ascii_case(p)).and(bare.get(p.len()..)))
            .unwrap_or(&bare);
        match Self::from_plain(&digits::without_separators(bare)) {
            Err(PhoneError::Length | PhoneError::Form) if holds_several(bare) => Err(PhoneError::Several),
            result => result,
        }
    }

    fn from_plain(plain: &str) -> Result<Self, PhoneError> {
        let (international, rest) = match plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")) {
            Some(rest) => (true, rest),
            None => (false, plain),
        };
        if rest.is_empty() || !rest.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PhoneError::Form);
        }
        if international {
            return match rest.strip_prefix(SWEDEN) {
                // "+460701740605": the zero kept behind the country code.
                Some(national) => Self::swedish(national.strip_prefix('0').unwrap_or(national)),
                None if (8..=15).contains(&rest.len()) && !rest.starts_with('0') => {
                    Ok(Self { digits: rest.to_owned(), kind: PhoneKind::Foreign })
                }
                None => Err(PhoneError::Length),
            };
        }
        if let Some(national) = rest.strip_prefix('0') {
            return Self::swedish(national);
        }
        // No prefix at all: a country code without its sign, or a zero lost in a number column. Nine digits is
        // the longest national number outside the machine series, so longer ones that begin with 46 hold it.
        match rest.strip_prefix(SWEDEN) {
            Some(national) if rest.len() >= 10 => {
                Self::swedish(national.strip_prefix('0').unwrap_or(national))
            }
            _ if matches!(series(rest), PhoneKind::Mobile | PhoneKind::Machine) => Self::swedish(rest),
            _ if (8..=9).contains(&rest.len()) => Self::swedish(rest),
            _ => Err(PhoneError::Length),
        }
    }

    fn swedish(national: &str) -> Result<Self, PhoneError> {
        let kind = series(national);
        let fits = match kind {
            PhoneKind::Mobile => national.len() == 9,
            PhoneKind::Machine => (9..=12).contains(&national.len()),
            PhoneKind::Fixed => (7..=9).contains(&national.len()) && !national.starts_with('0'),
            PhoneKind::Foreign => false,
        };
        if fits { Ok(Self { digits: format!("{SWEDEN}{national}"), kind }) } else { Err(PhoneError::Length) }
    }

    /// `+46701740605`: the form that is stored and compared.
    #[must_use]
    pub fn e164(&self) -> String {
        format!("+{}", self.digits)
    }

    /// What kind of number it is.
    #[must_use]
    pub fn kind(&self) -> PhoneKind {
        self.kind
    }

    /// The form people read: `070-174 06 05`, `08-123 456 78`, `0719-000 012 345`, `+47 12345678` unspaced for
    /// other countries.
    #[must_use]
    pub fn display(&self) -> String {
        let Some(national) = self.digits.strip_prefix(SWEDEN).filter(|_| self.kind != PhoneKind::Foreign)
        else {
            return self.e164();
        };
        let area = match self.kind {
            PhoneKind::Mobile => 2,
            PhoneKind::Machine => 3,
            _ => SHORT_AREA_CODES.iter().find(|a| national.starts_with(*a)).map_or(3, |a| a.len()),
        };
        let (area, subscriber) = national.split_at_checked(area).unwrap_or((national, ""));
        format!("0{area}-{}", grouped(subscriber))
    }

    /// For lists of evidence: series and last two digits, `070-*** ** 05`.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown = self.display();
        let all = shown.chars().filter(char::is_ascii_digit).count();
        let mut seen = 0;
        let dash = shown.find('-').unwrap_or(3);
        shown
            .char_indices()
            .map(|(i, c)| {
                seen += usize::from(c.is_ascii_digit());
                if c.is_ascii_digit() && i > dash && seen + 2 <= all { '*' } else { c }
            })
            .collect()
    }
}

/// A stored number as people read it; what is no number as it is.
#[must_use]
pub fn shown(text: &str) -> String {
    Phone::parse(text).map_or_else(|_| text.to_owned(), |phone| phone.display())
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// The series of a national number written without its leading zero.
fn series(national: &str) -> PhoneKind {
    match national.as_bytes() {
        [b'7', b'0' | b'2' | b'3' | b'6' | b'9', ..] => PhoneKind::Mobile,
        [b'7', b'1', ..] => PhoneKind::Machine,
        _ => PhoneKind::Fixed,
    }
}

/// "070-174 06 05 / 070-174 06 06": every part is a number of its own.
fn holds_several(text: &str) -> bool {
    let parts: Vec<&str> =
        text.split(['/', ',', ';', '\n']).map(str::trim).filter(|p| !p.is_empty()).collect();
    parts.len() > 1 && parts.iter().all(|p| Phone::from_plain(&digits::without_separators(p)).is_ok())
}

/// Groups as in the telephone directory: 123 45, 12 34 56, 123 45 67, 123 456 78, and threes for longer ones.
fn grouped(subscriber: &str) -> String {
    let sizes: &[usize] = match subscriber.len() {
        5 => &[3, 2],
        6 => &[2, 2, 2],
        7 => &[3, 2, 2],
        8 => &[3, 3, 2],
        _ => &[3, 3, 3, 3],
    };
    let mut rest = subscriber;
    let mut groups = Vec::new();
    for size in sizes {
        let (group, tail) = rest.split_at_checked(*size).unwrap_or((rest, ""));
        if !group.is_empty() {
            groups.push(group);
        }
        rest = tail;
    }
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn e164(text: &str) -> Result<String, PhoneError> {
        Phone::parse(text).map(|p| p.e164())
    }

    #[test]
    fn every_way_of_writing_a_mobile_number_gives_the_same_e164() {
        for text in [
            "0701740605",
            "070-174 06 05",
            "070 174 06 05",
            "070/174 06 05",
            "070.174.06.05",
            "070–174 06 05",
            "070-174\u{a0}06\u{a0}05",
            "+46701740605",
            "+46 70 174 06 05",
            "+46 (0)70-174 06 05",
            "+460701740605",
            "0046701740605",
            "0046 (0)70 174 06 05",
            "46701740605",
            "701740605",
            "701740605.0",
            "'0701740605",
            "tel: 070-174 06 05",
            "Mob. 0701740605",
            "\u{feff}0701740605 ",
        ] {
            assert_eq!(e164(text).as_deref(), Ok("+46701740605"), "{text}");
        }
    }

    #[test]
    fn the_series_tells_the_kind() {
        for (text, kind, e164) in [
            ("0721740605", PhoneKind::Mobile, "+46721740605"),
            ("0731740605", PhoneKind::Mobile, "+46731740605"),
            ("0761740605", PhoneKind::Mobile, "+46761740605"),
            ("0791740605", PhoneKind::Mobile, "+46791740605"),
            ("0719000012345", PhoneKind::Machine, "+46719000012345"),
            ("719000012345", PhoneKind::Machine, "+46719000012345"),
            ("46719000012345", PhoneKind::Machine, "+46719000012345"),
            ("08-123 456 78", PhoneKind::Fixed, "+46812345678"),
            ("046-12 34 56", PhoneKind::Fixed, "+4646123456"),
            ("46123456", PhoneKind::Fixed, "+4646123456"),
            ("0771-12 34 56", PhoneKind::Fixed, "+46771123456"),
            ("+47 12 34 56 78", PhoneKind::Foreign, "+4712345678"),
            ("0045 12345678", PhoneKind::Foreign, "+4512345678"),
        ] {
            let phone = Phone::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!((phone.kind(), phone.e164().as_str()), (kind, e164), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_its_cause() {
        for (text, error) in [
            ("", PhoneError::Empty),
            ("7,01741E+08", PhoneError::Scientific),
            ("070-174 06 05 / 070-174 06 06", PhoneError::Several),
            ("0701740605;0701740606", PhoneError::Several),
            ("070-174 06", PhoneError::Length),
            ("070-174 06 055", PhoneError::Length),
            ("4711", PhoneError::Length),
            ("+46", PhoneError::Length),
            ("+", PhoneError::Form),
            ("saknas", PhoneError::Form),
            ("070-174 O6 05", PhoneError::Form),
            ("07190000123456", PhoneError::Length),
        ] {
            assert_eq!(e164(text), Err(error), "{text}");
        }
    }

    #[test]
    fn numbers_are_shown_as_in_the_directory_and_masked_in_evidence() {
        for (text, display, masked) in [
            ("+46701740605", "070-174 06 05", "070-*** ** 05"),
            ("0812345678", "08-123 456 78", "08-*** *** 78"),
            ("046123456", "046-12 34 56", "046-** ** 56"),
            ("0498123456", "0498-12 34 56", "0498-** ** 56"),
            ("0719000012345", "0719-000 012 345", "0719-*** *** *45"),
        ] {
            let phone = Phone::parse(text).unwrap();
            assert_eq!(phone.display(), display);
            assert_eq!(phone.masked(), masked);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_as_the_same_number(national in "7[02369][0-9]{7}|71[0-9]{7,10}|[1-6][0-9]{6,8}") {
            let phone = Phone::parse(&format!("0{national}")).unwrap();
            prop_assert_eq!(Phone::parse(&phone.display()).unwrap(), phone.clone());
            prop_assert_eq!(Phone::parse(&phone.e164()).unwrap(), phone.clone());
            prop_assert!(phone.e164().len() <= 16);
        }

        #[test]
        fn no_text_breaks_the_parser(text in "\\PC{0,30}") {
            let _ = Phone::parse(&text).map(|p| (p.display(), p.masked()));
        }
    }
}
