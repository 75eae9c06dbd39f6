//! Which subscription a twin or data card belongs to, over the file and the register together.

use std::collections::HashMap;

use uuid::Uuid;

use super::SubscriptionRow;
use crate::{
    areas::{
        imports::Incoming,
        subscriptions::queries::import::{KnownSubscription, Sealed},
    },
    ids::new_id,
};

/// Every number, with its id and the number that it belongs to.
pub(super) struct Mains<'a>(HashMap<&'a str, (Uuid, Option<&'a str>)>);

impl<'a> Mains<'a> {
    /// Over the register and the rows, which go before. What is new gets its id here.
    pub(super) fn new(
        rows: &'a [Incoming<SubscriptionRow>],
        known: &HashMap<&'a str, &'a KnownSubscription>,
    ) -> Self {
        let mut all: HashMap<&str, (Uuid, Option<&str>)> =
            known.iter().map(|(number, s)| (*number, (s.id, s.main_msisdn.as_deref()))).collect();
        for row in rows.iter().map(|r| &r.row) {
            let own = all.entry(row.msisdn.as_str()).or_insert_with(|| (new_id(), None));
            if row.has.main || row.main_msisdn.is_some() {
                own.1 = row.main_msisdn.as_deref();
            }
        }
        Self(all)
    }

    /// The id of a number.
    pub(super) fn id_of(&self, number: &str) -> Option<Uuid> {
        self.0.get(number).map(|(id, _)| *id)
    }

    /// The subscription that a number belongs to: of a card to a card, the one at the end.
    pub(super) fn resolve(&self, number: &str) -> Option<Uuid> {
        let mut at = self.0.get(number)?.1?;
        for _ in 0..4 {
            let (id, next) = self.0.get(at)?;
            match next {
                None => return Some(*id).filter(|_| at != number),
                Some(next) => at = next,
            }
        }
        None
    }

    /// Subscriptions outside the file whose main number came with it.
    pub(super) fn found_now(
        &self,
        known: &HashMap<&str, &KnownSubscription>,
        rows: &[Incoming<SubscriptionRow>],
    ) -> Vec<(KnownSubscription, Sealed)> {
        let in_file: std::collections::HashSet<&str> = rows.iter().map(|r| r.row.msisdn.as_str()).collect();
        known
            .values()
            .filter(|s| s.main_msisdn.is_some() && s.main_subscription_id.is_none())
            .filter(|s| !in_file.contains(s.msisdn.as_str()))
            .filter_map(|s| {
                let main = self.resolve(&s.msisdn)?;
                let now = KnownSubscription { main_subscription_id: Some(main), ..(*s).clone() };
                Some((now, Sealed::default()))
            })
            .collect()
    }
}
