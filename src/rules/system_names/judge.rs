//! Whether two rows that share a key are proposed, how surely, and why.

use super::parse::{SystemName, is_hosting};
use crate::rules::{
    names::one_edit_apart,
    supplier_names::{SupplierMatch, SupplierName},
};

/// Why two rows are proposed, or what the one who decides should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Written alike.
    SameName,
    /// Alike but for case, spaces, hyphens and å/ä/ö.
    SameNameFolded,
    /// One slip of the pen.
    Typo,
    /// The end of one is cut off.
    Truncated,
    /// å, ä and ö are missing in one.
    LettersLost,
    /// One says its supplier or purpose in the name.
    ExtraWord,
    /// Both are marked as the same instance.
    SameInstance,
    /// Same supplier.
    SameSupplier,
    /// Suppliers' names are alike.
    SimilarSupplier,
    /// Same purpose.
    SameArea,
    /// Same owner.
    SameOwner,
    /// Both stand in the same list.
    SameList,
    /// Different version numbers, or only one has one.
    OtherVersion,
    /// Only one is marked with how it is hosted.
    OtherHosting,
    /// Different purposes are stated.
    OtherArea,
    /// Different suppliers are stated.
    OtherSupplier,
}

impl Reason {
    /// Every reason, what agrees first.
    pub const ALL: [Self; 16] = [
        Self::SameName,
        Self::SameNameFolded,
        Self::Typo,
        Self::Truncated,
        Self::LettersLost,
        Self::ExtraWord,
        Self::SameInstance,
        Self::SameSupplier,
        Self::SimilarSupplier,
        Self::SameArea,
        Self::SameOwner,
        Self::SameList,
        Self::OtherVersion,
        Self::OtherHosting,
        Self::OtherArea,
        Self::OtherSupplier,
    ];

    /// The code that is stored and filtered on.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SameName => "same_name",
            Self::SameNameFolded => "same_name_folded",
            Self::Typo => "typo",
            Self::Truncated => "truncated",
            Self::LettersLost => "letters_lost",
            Self::ExtraWord => "extra_word",
            Self::SameInstance => "same_instance",
            Self::SameSupplier => "same_supplier",
            Self::SimilarSupplier => "similar_supplier",
            Self::SameArea => "same_area",
            Self::SameOwner => "same_owner",
            Self::SameList => "same_list",
            Self::OtherVersion => "other_version",
            Self::OtherHosting => "other_hosting",
            Self::OtherArea => "other_area",
            Self::OtherSupplier => "other_supplier",
        }
    }

    /// Whether it speaks against the two being the same.
    #[must_use]
    pub fn is_against(self) -> bool {
        matches!(self, Self::OtherVersion | Self::OtherHosting | Self::OtherArea | Self::OtherSupplier)
    }

    /// The words on the screen.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::SameName => "Samma namn",
            Self::SameNameFolded => "Samma namn, skrivet på olika sätt",
            Self::Typo => "Namnen skiljer sig på en bokstav",
            Self::Truncated => "Det ena namnet är avkortat",
            Self::LettersLost => "Det ena namnet saknar å, ä eller ö",
            Self::ExtraWord => "Det ena namnet har leverantör eller användning i sig",
            Self::SameInstance => "Samma instans",
            Self::SameSupplier => "Samma leverantör",
            Self::SimilarSupplier => "Leverantörernas namn liknar varandra",
            Self::SameArea => "Samma funktionsområde",
            Self::SameOwner => "Samma systemägare",
            Self::SameList => "Står två gånger i samma lista",
            Self::OtherVersion => "Olika versionsnummer",
            Self::OtherHosting => "Olika uppgift om drift",
            Self::OtherArea => "Olika funktionsområde",
            Self::OtherSupplier => "Olika leverantör",
        }
    }
}

/// A row, prepared for comparing.
pub(super) struct Prepared {
    pub name: SystemName,
    /// Trimmed text, for "written alike".
    pub text: String,
    /// Words of product and instance: what must agree.
    pub words: Vec<String>,
    /// `words` without spaces.
    pub compact: String,
    /// `compact` without words that repeat the supplier, the purpose or the hosting; equal to it when none does.
    pub reduced: String,
    pub supplier: Option<SupplierName>,
    pub area: Vec<String>,
    pub owner: Option<String>,
    pub list: u32,
}

/// How the names agree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NameAgreement {
    Written,
    Folded,
    Slip(Reason),
    Extra,
}

/// The score below which nothing is proposed.
const PROPOSE_AT: i16 = 60;

/// Judges two rows. `None` when they are not proposed.
pub(super) fn judge(a: &Prepared, b: &Prepared) -> Option<(u8, Vec<Reason>)> {
    let agreement = names_agree(a, b)?;
    let supplier = match (&a.supplier, &b.supplier) {
        (Some(x), Some(y)) => x.compare(y),
        _ => SupplierMatch::Unknown,
    };
    let same_area = share_word(&a.area, &b.area);
    let other_area = !same_area && !a.area.is_empty() && !b.area.is_empty();
    let same_supplier = matches!(supplier, SupplierMatch::SameName | SupplierMatch::SameNumber);
    let close_supplier = same_supplier || supplier == SupplierMatch::SimilarName;
    let same_owner = a.owner.is_some() && a.owner == b.owner;
    if supplier == SupplierMatch::Different {
        // Suppliers change their names, and a reseller may stand in for the maker: an equal name that says
        // enough still deserves a look. A generic word or a name merely alike does not.
        let equal = matches!(agreement, NameAgreement::Written | NameAgreement::Folded);
        let telling = a.words.len() >= 2 || (a.compact.len() >= 6 && !same_area);
        if !equal || !telling || other_area {
            return None;
        }
    }
    let mut score: i16 = match agreement {
        NameAgreement::Written => 94,
        NameAgreement::Folded => 92,
        NameAgreement::Slip(_) => 76,
        NameAgreement::Extra => 66,
    };
    match agreement {
        NameAgreement::Slip(_) if other_area && !close_supplier => return None,
        NameAgreement::Slip(_)
            if a.compact.len().min(b.compact.len()) < 9 && !(close_supplier || same_area) =>
        {
            return None;
        }
        NameAgreement::Extra if !(close_supplier || same_area || same_owner) || other_area => return None,
        _ => {}
    }
    let mut reasons = vec![match agreement {
        NameAgreement::Written => Reason::SameName,
        NameAgreement::Folded => Reason::SameNameFolded,
        NameAgreement::Slip(reason) => reason,
        NameAgreement::Extra => Reason::ExtraWord,
    }];
    let mut note = |holds: bool, reason: Reason, points: i16| {
        if holds {
            reasons.push(reason);
            score += points;
        }
    };
    note(!a.name.instance.is_empty() && a.name.instance == b.name.instance, Reason::SameInstance, 0);
    note(same_supplier, Reason::SameSupplier, 4);
    note(supplier == SupplierMatch::SimilarName, Reason::SimilarSupplier, 1);
    note(same_area, Reason::SameArea, 2);
    note(same_owner, Reason::SameOwner, 2);
    note(a.list == b.list, Reason::SameList, 0);
    note(a.name.version != b.name.version, Reason::OtherVersion, -2);
    note(a.name.hosting != b.name.hosting, Reason::OtherHosting, -2);
    note(other_area, Reason::OtherArea, -10);
    note(supplier == SupplierMatch::Different, Reason::OtherSupplier, -30);
    (score >= PROPOSE_AT).then(|| (u8::try_from(score.min(100)).unwrap_or(100), reasons))
}

fn names_agree(a: &Prepared, b: &Prepared) -> Option<NameAgreement> {
    if a.compact == b.compact {
        return Some(if a.text == b.text { NameAgreement::Written } else { NameAgreement::Folded });
    }
    let lost = |x: &Prepared, y: &Prepared| {
        x.name.dropped == y.compact && x.name.dropped.len() >= 5 && x.name.additions.is_empty()
    };
    if lost(a, b) || lost(b, a) {
        return Some(NameAgreement::Slip(Reason::LettersLost));
    }
    if let Some(reason) = slip(a, b) {
        return Some(NameAgreement::Slip(reason));
    }
    let extra = (a.reduced == b.compact || b.reduced == a.compact) && a.reduced.len() >= 4;
    extra.then_some(NameAgreement::Extra)
}

/// One edit, in a word of five letters or more, not in a number and not in an instance mark.
fn slip(a: &Prepared, b: &Prepared) -> Option<Reason> {
    if a.compact.len().min(b.compact.len()) < 6 || !one_edit_apart(&a.compact, &b.compact) {
        return None;
    }
    let digits = |p: &Prepared| p.compact.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    if digits(a) != digits(b) {
        return None;
    }
    // The word that differs, where both are cut into the same number of words; else the whole names are
    // compared as one word.
    if a.words.len() == b.words.len() {
        let mut differing = a.words.iter().zip(&b.words).filter(|(x, y)| x != y);
        let (x, y) = differing.next()?;
        if differing.next().is_some() || x.len().max(y.len()) < 5 {
            return None;
        }
        let last = a.name.instance.last().or(b.name.instance.last());
        if last.is_some_and(|i| i == x || i == y) && a.name.instance != b.name.instance {
            return None;
        }
    }
    let cut = |x: &str, y: &str| x.len() == y.len() + 1 && x.starts_with(y);
    let shortened = a.words.iter().zip(&b.words).any(|(x, y)| cut(x, y) || cut(y, x));
    Some(if shortened || cut(&a.compact, &b.compact) || cut(&b.compact, &a.compact) {
        Reason::Truncated
    } else {
        Reason::Typo
    })
}

fn share_word(a: &[String], b: &[String]) -> bool {
    a.iter().any(|w| w.len() >= 3 && b.contains(w))
}

/// The words of a name without those that repeat its supplier, its purpose or its hosting. `None` when there is
/// nothing to take away or nothing would be left.
pub(super) fn reduced(words: &[String], supplier: Option<&SupplierName>, area: &[String]) -> Option<String> {
    let repeats = |w: &String| {
        is_hosting(w)
            || area.contains(w)
            || supplier.is_some_and(|s| s.words().iter().any(|sw| super::parse::fold(sw) == *w))
    };
    let kept: Vec<&str> = words.iter().filter(|w| !repeats(w)).map(String::as_str).collect();
    (!kept.is_empty() && kept.len() < words.len()).then(|| kept.concat())
}
