//! The forms of a subscription and of an operator.

use serde::Deserialize;
use uuid::Uuid;

use super::{
    model::{GENERATIONS, KINDS, STATUSES},
    queries::{find::Subscription, operators::Operator, write::Fields},
};
use crate::rules::{
    phone::{self, Phone},
    subscription_use::UseCode,
};
use crate::web::form::Faults;

/// What was typed. No `Debug`: it holds names.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct SubscriptionForm {
    pub msisdn: String,
    pub operator_id: String,
    pub type_text: String,
    pub holder: String,
    pub reference: String,
    pub cost_centre: String,
    pub org_unit_id: String,
    pub status: String,
    pub binding_until: String,
    pub ends_on: String,
    pub monthly_price: String,
    pub kind_decided: String,
    pub use_decided: String,
    pub purpose: String,
    pub place: String,
    pub device: String,
    pub contact: String,
    pub generation: String,
    pub review_on: String,
    pub note: String,
    pub order_ref: String,
    pub version: i32,
}

impl SubscriptionForm {
    /// An empty form.
    #[must_use]
    pub fn empty() -> Self {
        Self { status: "aktiv".to_owned(), ..Self::default() }
    }

    /// The form of a subscription; `contact` = its contact as text.
    #[must_use]
    pub fn of(s: &Subscription, contact: String) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        Self {
            msisdn: phone::shown(&s.msisdn),
            operator_id: s.operator_id.to_string(),
            type_text: s.type_text.clone(),
            holder: s.holder.clone(),
            reference: s.reference.clone(),
            cost_centre: s.cost_centre.clone(),
            org_unit_id: s.org_unit_id.map(|id| id.to_string()).unwrap_or_default(),
            status: s.status.clone(),
            binding_until: day(s.binding_until),
            ends_on: day(s.ends_on),
            monthly_price: s.monthly_price.map(|p| p.to_string().replace('.', ",")).unwrap_or_default(),
            kind_decided: s.kind_decided.clone().unwrap_or_default(),
            use_decided: s.use_decided.clone().unwrap_or_default(),
            purpose: s.purpose.clone(),
            place: s.place.clone(),
            device: s.device.clone(),
            contact,
            generation: s.generation.clone(),
            review_on: day(s.review_on),
            note: s.note.clone(),
            order_ref: s.order_ref.clone(),
            version: s.version,
        }
    }

    /// Reads it. The contact is found among the persons by the caller: its text is in [`Fields::contact_text`]. `number` = the
    /// number of a subscription that is there, which stays.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(&self, number: Option<&str>) -> Result<Fields, Faults> {
        let mut faults = Faults::default();
        let msisdn = match number {
            Some(number) => number.to_owned(),
            None => match Phone::parse(&self.msisdn) {
                Ok(phone) => phone.e164(),
                Err(error) => {
                    faults.add("msisdn", error.to_string());
                    String::new()
                }
            },
        };
        let operator_id = faults.id("operator_id", "Operatör", &self.operator_id);
        if operator_id.is_none() && faults.of("operator_id").is_none() {
            faults.add("operator_id", "Välj operatör.");
        }
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let codes = |table: &'static [(&'static str, &'static str)]| {
            table.iter().map(|(code, _)| *code).collect::<Vec<_>>()
        };
        let uses: Vec<&str> = UseCode::ALL.iter().map(|one| one.code()).collect();
        let price =
            faults.amount("monthly_price", "Pris per månad", &self.monthly_price).map(|p| p.round_dp(2));
        if price.is_some_and(|p| p.is_sign_negative() && !p.is_zero()) {
            faults.add("monthly_price", "Priset kan inte vara mindre än noll.");
        }
        let status = faults.choice("status", "Status", &self.status, &codes(STATUSES));
        let fields = Fields {
            msisdn,
            operator_id: operator_id.unwrap_or_default(),
            type_text: faults.text("type_text", "Abonnemangstyp", &self.type_text, 200),
            holder: faults.text("holder", "Innehavare", &self.holder, 200),
            reference: faults.text("reference", "Referens", &self.reference, 200),
            cost_centre: faults.text("cost_centre", "Kostnadsställe", &self.cost_centre, 60),
            org_unit_id: faults.id("org_unit_id", "Enhet", &self.org_unit_id),
            status: if status.is_empty() { "aktiv".to_owned() } else { status },
            binding_until: faults.date("binding_until", "Bindningen", &self.binding_until),
            ends_on: faults.date("ends_on", "Sista dagen", &self.ends_on),
            monthly_price: price,
            kind_decided: some(faults.choice("kind_decided", "Slag", &self.kind_decided, &codes(KINDS))),
            use_decided: some(faults.choice("use_decided", "Användning", &self.use_decided, &uses)),
            purpose: faults.text("purpose", "Syfte", &self.purpose, 300),
            place: faults.text("place", "Plats", &self.place, 300),
            device: faults.text("device", "Utrustning", &self.device, 300),
            contact_person_id: None,
            contact_text: faults.text("contact", "Kontakt", &self.contact, 200),
            generation: faults.choice("generation", "Nät", &self.generation, &codes(GENERATIONS)),
            review_on: faults.date("review_on", "Dagen för översyn", &self.review_on),
            note: faults.text("note", "Anteckning", &self.note, 4_000),
            order_ref: faults.text("order_ref", "Beställning", &self.order_ref, 100),
        };
        if faults.is_empty() { Ok(fields) } else { Err(faults) }
    }
}

/// The form of an operator.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct OperatorForm {
    pub name: String,
    pub supplier_id: String,
    pub contract_id: String,
    pub order_email: String,
    pub order_address: String,
    pub order_form: String,
    pub note: String,
    pub version: i32,
}

/// How orders go to an operator.
pub const ORDER_FORMS: &[(&str, &str)] = &[("fil", "Fil"), ("brev", "Brev")];

impl OperatorForm {
    /// The form of an operator.
    #[must_use]
    pub fn of(o: &Operator) -> Self {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        Self {
            name: o.name.clone(),
            supplier_id: id(o.supplier_id),
            contract_id: id(o.contract_id),
            order_email: o.order_email.clone(),
            order_address: o.order_address.clone(),
            order_form: o.order_form.clone(),
            note: o.note.clone(),
            version: o.version,
        }
    }

    /// Reads it over an operator.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(&self, over: &Operator) -> Result<Operator, Faults> {
        let mut faults = Faults::default();
        let form = faults.choice("order_form", "Beställningar", &self.order_form, &["fil", "brev"]);
        let email = faults.text("order_email", "E-post för beställningar", &self.order_email, 200);
        if !email.is_empty() && (!email.contains('@') || email.contains(char::is_whitespace)) {
            faults.add("order_email", "Ange en e-postadress, till exempel order@operator.se.");
        }
        let operator = Operator {
            name: faults.required("name", "Namn", &self.name, 80),
            supplier_id: faults.id("supplier_id", "Leverantör", &self.supplier_id),
            contract_id: faults.id("contract_id", "Avtal", &self.contract_id),
            order_email: email,
            order_address: faults.text(
                "order_address",
                "Postadress för beställningar",
                &self.order_address,
                500,
            ),
            order_form: if form.is_empty() { "fil".to_owned() } else { form },
            note: faults.text("note", "Anteckning", &self.note, 4_000),
            version: self.version,
            ..over.clone()
        };
        if faults.is_empty() { Ok(operator) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_form_is_told_at_once() {
        let form = SubscriptionForm {
            msisdn: "12".to_owned(),
            monthly_price: "tio".to_owned(),
            binding_until: "snart".to_owned(),
            status: "borta".to_owned(),
            ..SubscriptionForm::default()
        };
        let faults = form.read(None).err().unwrap();
        let fields: Vec<&str> = faults.iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["msisdn", "operator_id", "monthly_price", "status", "binding_until"]);
    }

    #[test]
    fn a_number_is_kept_in_one_form_however_it_is_typed() {
        let form = SubscriptionForm {
            msisdn: "070-174 06 05".to_owned(),
            operator_id: Uuid::from_u128(1).to_string(),
            monthly_price: "149,50 kr".to_owned(),
            ..SubscriptionForm::empty()
        };
        let fields = form.read(None).ok().unwrap();
        assert_eq!(
            (fields.msisdn.as_str(), fields.monthly_price.unwrap().to_string().as_str()),
            ("+46701740605", "149.50")
        );
    }

    #[test]
    fn an_operator_needs_a_name_and_an_address_that_can_be_one() {
        let form = OperatorForm { order_email: "inte en adress".to_owned(), ..OperatorForm::default() };
        let faults = form.read(&Operator::default()).unwrap_err();
        assert_eq!(faults.iter().map(|f| f.field.as_ref()).collect::<Vec<_>>(), ["order_email", "name"]);
    }
}
