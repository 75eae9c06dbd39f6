//! Kinds of contract and forms of procurement, by the words lists use for them.

use super::notice::Words;
use super::tokens::tokens;
use crate::rules::contract_dates::{ContractKind, ProcurementPath};

/// The kind a text names, or nothing when it names none that is known.
#[must_use]
pub fn kind(text: &str) -> Option<ContractKind> {
    let tokens = tokens(text);
    let words = Words::new(&tokens);
    let has = |prefixes: &[&str]| words.any_prefix(prefixes);
    // The most telling word first: "tilläggsavtal till ramavtal" is an amendment, "avrop från ramavtal" a call-off.
    Some(if has(&["tillagg", "andringsavtal", "amendment", "addendum"]) {
        ContractKind::Amendment
    } else if has(&["pub", "personuppgiftsbitrad", "dpa", "bitradesavtal", "databehandl"]) {
        ContractKind::DataProcessing
    } else if has(&["avrop", "suborder", "delavtal", "calloff"]) {
        ContractKind::CallOff
    } else if has(&["ram", "framework"]) {
        ContractKind::Framework
    } else if has(&["direkt", "direct"]) {
        ContractKind::DirectAward
    } else if has(&["sla", "serviceniva"]) {
        ContractKind::ServiceLevel
    } else if has(&["upphandla", "lou", "luf"]) {
        ContractKind::Procured
    } else if has(&["tillsvidare"]) || super::renewal::is_open_ended(&words) {
        ContractKind::OpenEnded
    } else if has(&["hyr", "leas", "arrende", "rental"]) {
        ContractKind::Lease
    } else if has(&["intern"]) {
        ContractKind::Internal
    } else if has(&[
        "licens",
        "prenumeration",
        "abonnemang",
        "programvar",
        "saas",
        "molntjanst",
        "license",
        "licence",
        "subscription",
    ]) {
        ContractKind::Licence
    } else if has(&["service", "support", "underhall", "drift", "forvaltning", "tjanst", "konsult"]) {
        ContractKind::Service
    } else {
        return None;
    })
}

/// How the contract was bought, as a path for the next time; nothing when the text names no known form.
#[must_use]
pub fn procurement_form(text: &str) -> Option<ProcurementPath> {
    let tokens = tokens(text);
    let words = Words::new(&tokens);
    let has = |prefixes: &[&str]| words.any_prefix(prefixes);
    Some(if has(&["verksamhetssystem", "systembyte", "migrering"]) {
        ProcurementPath::LargeSystem
    } else if has(&["direkt"]) {
        ProcurementPath::Direct
    } else if has(&["fornyad", "fku"]) {
        ProcurementPath::MiniCompetition
    } else if has(&["rangordning", "avrop"]) {
        ProcurementPath::RankedCallOff
    } else if has(&[
        "oppe",
        "oppna",
        "selektiv",
        "forenkla",
        "annons",
        "urval",
        "forhandla",
        "upphandl",
        "konkurrenspraglad",
        "lou",
        "luf",
    ]) {
        // "under tröskelvärdet" and "ej över" are below.
        let above = has(&["over", "eu", "trosk"]) && !has(&["under", "ej", "inte"]);
        if above { ProcurementPath::AnnouncedAboveThreshold } else { ProcurementPath::Announced }
    } else {
        return None;
    })
}
