//! What an outcome requires, field by field.

use chrono::{Months, NaiveDate};
use uuid::Uuid;

use super::{Decision, DecisionForm, Facts, Found, Named};
use crate::web::form::Faults;

/// When it ends, whether the binding is known, and whether the number moves.
pub(super) fn end(form: &DecisionForm, facts: &Facts, decision: &mut Decision, faults: &mut Faults) {
    let earliest = facts.earliest();
    let bound = facts.binding_until.filter(|until| *until > facts.today);
    decision.end_on = match form.end_choice.as_str() {
        "nu" if earliest > facts.today => {
            faults.add("end_choice", format!("Sista dagen är {earliest}. Välj den dagen eller en senare."));
            None
        }
        "nu" => Some(facts.today),
        "bindning" => {
            if bound.is_none() {
                faults.add("end_choice", "Abonnemanget är inte bundet. Välj när det ska avslutas.");
            }
            bound.map(|until| until.max(earliest))
        }
        "annan" => {
            let day = faults.date("end_on", "Avslutas", &form.end_on);
            match day {
                None if faults.of("end_on").is_none() => {
                    faults.add("end_on", "Ange dagen då abonnemanget ska avslutas.");
                }
                Some(day) if day < earliest => {
                    faults.add("end_on", format!("Abonnemanget kan avslutas tidigast {earliest}."));
                }
                _ => {}
            }
            day
        }
        _ => {
            faults.add("end_choice", "Välj när abonnemanget ska avslutas.");
            None
        }
    };
    if let (Some(day), Some(until)) = (decision.end_on, bound)
        && day < until
        && form.bound_known.is_empty()
    {
        faults.add(
            "bound_known",
            format!("Abonnemanget är bundet till {until}. Välj ”när bindningen är slut”, eller kryssa i att kommunen betalar bindningstiden."),
        );
    }
    match form.port.as_str() {
        "ja" => decision.port_number = true,
        "nej" => {}
        _ => faults.add("port", "Svara på om numret ska flyttas till någon annan."),
    }
}

/// The manager who has confirmed it.
pub(super) fn manager(form: &DecisionForm, faults: &mut Faults) -> String {
    faults.required("manager", "Chef som har bekräftat", &form.manager, 200)
}

/// The day when it is looked at again, within six months.
pub(super) fn review(form: &DecisionForm, today: NaiveDate, faults: &mut Faults) -> Option<NaiveDate> {
    let last = today.checked_add_months(Months::new(6)).unwrap_or(today);
    let day = faults.date("review_on", "Ses över", &form.review_on);
    match day {
        None if faults.of("review_on").is_none() => {
            faults.add("review_on", format!("Ange när beslutet ska ses över, senast {last}."));
        }
        Some(day) if day <= today => {
            faults.add("review_on", "Dagen då beslutet ses över ska ligga framåt i tiden.");
        }
        Some(day) if day > last => {
            faults.add("review_on", format!("Beslutet ska ses över inom sex månader, senast {last}."));
        }
        _ => {}
    }
    day
}

/// Whoever takes it over.
pub(super) fn holder(found: &Named, faults: &mut Faults) -> Option<Uuid> {
    let fault = match found {
        Named::One(id) => return Some(*id),
        Named::Nobody => "Ange vem som tar över: anställningsnummer, e-post eller hela namnet.",
        Named::Unknown => {
            "Personen finns inte bland personerna. Kontrollera stavningen, eller ange anställningsnumret."
        }
        Named::Several => {
            "Flera personer kan heta så. Ange anställningsnumret eller e-postadressen i stället."
        }
        Named::Gone => "Personen har ingen pågående anställning. Den som tar över ska arbeta kvar.",
        Named::Oneself => "Du kan inte överlåta ett abonnemang till dig själv. Be en kollega att besluta.",
        Named::Holder => "Personen är den som ärendet gäller. Välj någon annan, eller ”Flytta kostnaden”.",
    };
    faults.add("new_holder", fault);
    None
}

/// The unit that it is to belong to.
pub(super) fn unit(found: &Found, faults: &mut Faults) -> Option<Uuid> {
    if found.unit.is_none() {
        faults.add("unit", "Välj enheten som abonnemanget ska höra till.");
    }
    found.unit
}

/// Who knows what it is used for: a person or a function.
pub(super) fn contact(form: &DecisionForm, found: &Named, decision: &mut Decision, faults: &mut Faults) {
    match found {
        Named::One(id) => decision.contact_person_id = Some(*id),
        Named::Nobody => faults.add("contact", "Ange vem som vet vad abonnemanget används till."),
        Named::Gone => {
            faults.add("contact", "Personen har ingen pågående anställning. Ange någon som arbetar kvar.");
        }
        // A function is as good as a person: "Driftcentralen".
        _ => decision.contact_text = faults.text("contact", "Kontakt", &form.contact, 200),
    }
}
