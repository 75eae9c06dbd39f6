//! A supplier, and how one is found by what a file or a person writes.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use crate::rules::org_number::{OrgForm, OrgNumber};
use crate::rules::supplier_names::{SupplierMatch, SupplierName};

/// A row of the table `supplier`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Supplier {
    /// The supplier.
    pub id: Uuid,
    /// The number in the municipality's ledger.
    pub supplier_no: Option<String>,
    /// The name.
    pub name: String,
    /// The name without legal form, case and marks.
    pub name_key: String,
    /// Ten digits.
    pub org_no: Option<String>,
    /// Where it is.
    pub city: Option<String>,
    /// Its address on the web.
    pub website: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Blocked for new orders.
    pub is_blocked: bool,
    /// What makes it a risk.
    pub risk_note: Option<String>,
    /// Anything else.
    pub note: String,
    /// Grows with every change.
    pub version: i32,
}

impl Supplier {
    /// A new supplier of which only the name, and perhaps the number, is known.
    #[must_use]
    pub fn named(name: &str, number: Option<OrgNumber>) -> Self {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = match number {
            Some(number) if name.is_empty() => number.to_string(),
            _ => name,
        };
        Self {
            id: crate::ids::new_id(),
            name_key: name_key(&name),
            name,
            org_no: number.map(|number| number.digits()),
            version: 1,
            ..Self::default()
        }
    }

    /// The organisation number.
    #[must_use]
    pub fn org_number(&self) -> Option<OrgNumber> {
        self.org_no.as_deref().and_then(|text| OrgNumber::parse(text).ok())
    }

    /// The organisation number as it may be shown: a sole trader's is a personnummer.
    #[must_use]
    pub fn shown_org_no(&self) -> Option<String> {
        let number = self.org_number()?;
        Some(match number.form() {
            OrgForm::SoleTrader => format!("{}-****", number.digits().get(..6)?),
            _ => number.to_string(),
        })
    }
}

/// The key that a name is found by.
#[must_use]
pub fn name_key(name: &str) -> String {
    SupplierName::parse(name).map_or_else(|| crate::tabular::fold::compact(name), |name| name.normal())
}

/// The register, to find suppliers in.
#[derive(Debug, Default)]
pub struct Index {
    by_number: HashMap<OrgNumber, Uuid>,
    /// By key: the suppliers of that name, with their numbers.
    by_key: HashMap<String, Vec<(Uuid, Option<OrgNumber>)>>,
}

impl Index {
    /// Of the whole register.
    #[must_use]
    pub fn of(suppliers: &[Supplier]) -> Self {
        let mut index = Self::default();
        for supplier in suppliers {
            index.add(supplier);
        }
        index
    }

    /// One more.
    pub fn add(&mut self, supplier: &Supplier) {
        let number = supplier.org_number();
        if let Some(number) = number {
            self.by_number.entry(number).or_insert(supplier.id);
        }
        self.by_key.entry(name_key(&supplier.name)).or_default().push((supplier.id, number));
    }

    /// A supplier's number has become known.
    pub fn learn(&mut self, id: Uuid, number: OrgNumber) {
        self.by_number.entry(number).or_insert(id);
        for (_, known) in self.by_key.values_mut().flatten().filter(|(known, _)| *known == id) {
            *known = Some(number);
        }
    }

    /// The supplier that a name and a number mean, and whether it lacks a number of its own.
    #[must_use]
    pub fn find(&self, name: &str, number: Option<OrgNumber>) -> Option<(Uuid, bool)> {
        if let Some(id) = number.and_then(|number| self.by_number.get(&number)) {
            return Some((*id, false));
        }
        let named = self.by_key.get(&name_key(name))?;
        match number {
            // Another number is another company, whatever it is called.
            Some(_) => named.iter().find(|(_, known)| known.is_none()).map(|(id, _)| (*id, true)),
            None => named.first().map(|(id, known)| (*id, known.is_none())),
        }
    }
}

/// Two suppliers that are probably the same company.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The one that is proposed to stay: with a number, else the older.
    pub keep: Supplier,
    /// The other.
    pub other: Supplier,
    /// Why.
    pub why: SupplierMatch,
}

impl Pair {
    /// Why, in words.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self.why {
            SupplierMatch::SameNumber => "Samma organisationsnummer",
            SupplierMatch::SameName => "Samma namn",
            _ => "Liknande namn",
        }
    }
}

/// A supplier with its name and number taken apart once.
struct Parsed<'a> {
    supplier: &'a Supplier,
    name: Option<SupplierName>,
    number: Option<OrgNumber>,
}

impl<'a> Parsed<'a> {
    fn of(supplier: &'a Supplier) -> Self {
        Self { supplier, name: SupplierName::parse(&supplier.name), number: supplier.org_number() }
    }

    fn pair_with(&self, other: &Self) -> Option<Pair> {
        let why = match (self.number, other.number) {
            (Some(x), Some(y)) if x == y => SupplierMatch::SameNumber,
            (Some(_), Some(_)) => return None,
            _ => self.name.as_ref()?.compare(other.name.as_ref()?),
        };
        if !matches!(why, SupplierMatch::SameNumber | SupplierMatch::SameName | SupplierMatch::SimilarName) {
            return None;
        }
        let stays = self.number.is_some() || other.number.is_none();
        let (keep, other) = if stays { (self, other) } else { (other, self) };
        Some(Pair { keep: keep.supplier.clone(), other: other.supplier.clone(), why })
    }
}

/// Every pair that is probably the same company, the surest first.
#[must_use]
pub fn pairs(suppliers: &[Supplier]) -> Vec<Pair> {
    let parsed: Vec<Parsed<'_>> = suppliers.iter().map(Parsed::of).collect();
    let mut pairs: Vec<Pair> = parsed
        .iter()
        .enumerate()
        .flat_map(|(at, a)| parsed.iter().skip(at + 1).filter_map(|b| a.pair_with(b)))
        .collect();
    pairs.sort_by_key(|pair| pair.why);
    pairs
}

/// The pairs that one supplier is part of.
#[must_use]
pub fn pairs_of(one: &Supplier, suppliers: &[Supplier]) -> Vec<Pair> {
    let parsed = Parsed::of(one);
    let others = suppliers.iter().filter(|other| other.id != one.id);
    others.filter_map(|other| parsed.pair_with(&Parsed::of(other))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<OrgNumber> {
        OrgNumber::parse(text).ok()
    }

    fn register() -> (Index, Supplier, Supplier) {
        let with = Supplier::named("Nordvård AB", number("559959-4222"));
        let without = Supplier::named("Lärdom Digital AB", None);
        (Index::of(&[with.clone(), without.clone()]), with, without)
    }

    #[test]
    fn the_number_finds_a_supplier_whatever_it_is_called() {
        let (index, with, _) = register();
        assert_eq!(index.find("Något annat", number("SE559959422201")), Some((with.id, false)));
    }

    #[test]
    fn the_name_finds_a_supplier_however_it_is_written() {
        let (index, with, without) = register();
        assert_eq!(index.find("NORDVÅRD Aktiebolag", None), Some((with.id, false)));
        assert_eq!(index.find("Lardom digital", None), Some((without.id, true)));
        assert_eq!(index.find("Lärdom", None), None);
    }

    #[test]
    fn another_number_is_another_company_though_the_name_is_the_same() {
        let (index, _, without) = register();
        assert_eq!(index.find("Nordvård AB", number("556000-4615")), None);
        assert_eq!(index.find("Lärdom Digital AB", number("556000-4615")), Some((without.id, true)));
    }

    #[test]
    fn a_sole_traders_number_is_not_shown_in_full() {
        let sole = Supplier { org_no: Some("0001010016".to_owned()), ..Supplier::default() };
        assert!(sole.org_number().is_none_or(|number| number.form() == OrgForm::SoleTrader));
        assert!(sole.shown_org_no().is_none_or(|shown| shown.ends_with("****")));
        assert_eq!(register().1.shown_org_no().as_deref(), Some("559959-4222"));
    }

    #[test]
    fn pairs_are_proposed_with_the_numbered_one_to_keep() {
        let a = Supplier::named("Nordvård", None);
        let b = Supplier::named("Nordvård AB", number("559959-4222"));
        let c = Supplier::named("Helt annat AB", number("556000-4615"));
        let found = pairs(&[a.clone(), b.clone(), c]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].keep.id, found[0].other.id), (b.id, a.id));
    }
}
