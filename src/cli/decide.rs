//! `overblick decide`: decides what happens to the subscription of somebody who has left, as the page does.

use chrono::NaiveDate;

use super::output::{json, say};
use super::{CliError, CliResult, Env, Outcome};
use crate::areas::matches::{self, DecideCommand};
use crate::db::tenant::Actor;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Kommunens kortnamn.
    #[arg(long, value_name = "KORTNAMN")]
    tenant: String,
    /// Abonnemangets nummer.
    #[arg(long, value_name = "NUMMER")]
    msisdn: String,
    /// Vad som beslutas.
    #[arg(long, value_name = "BESLUT", value_parser = ["avsluta", "overlat", "flytta_kostnad", "behall", "ej_person", "reserv",
        "privat_overtagande", "fel_traff", "vantar_svar"])]
    outcome: String,
    /// Skälet, eller meddelandet till den som frågas.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// Anställningsnummer: den som tar över, den som ärendet gäller när flera är möjliga, eller den som frågas.
    #[arg(long, value_name = "ANSTÄLLNINGSNUMMER", default_value = "")]
    person: String,
    /// När abonnemanget ska avslutas; annars så snart det går.
    #[arg(long, value_name = "DATUM")]
    end_on: Option<NaiveDate>,
    /// När beslutet ska ses över.
    #[arg(long, value_name = "DATUM")]
    review_on: Option<NaiveDate>,
    /// Enhetens kod.
    #[arg(long, value_name = "KOD", default_value = "")]
    unit: String,
    /// Kostnadsstället som betalar från och med nu.
    #[arg(long, value_name = "KOD", default_value = "")]
    cost_centre: String,
    /// Vad abonnemanget används till.
    #[arg(long, value_name = "TEXT", default_value = "")]
    purpose: String,
    /// Vem som vet vad det används till.
    #[arg(long, value_name = "TEXT", default_value = "")]
    contact: String,
    /// Antal dagar i reserv.
    #[arg(long, value_name = "DAGAR")]
    days: Option<i32>,
    /// Chefen som har bekräftat.
    #[arg(long, value_name = "NAMN", default_value = "")]
    manager: String,
    /// Beteckning på avtalet om privat övertagande.
    #[arg(long, value_name = "TEXT", default_value = "")]
    agreement: String,
    /// Numret ska flyttas till någon annan.
    #[arg(long)]
    port: bool,
    /// Avsluta även om bindningen inte har gått ut.
    #[arg(long)]
    despite_binding: bool,
    /// Dagen som reglerna räknar från, i stället för i dag.
    #[arg(long, value_name = "DATUM")]
    today: Option<NaiveDate>,
    /// Svara med ett JSON-objekt.
    #[arg(long)]
    json: bool,
}

/// Does it.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let tenant = env.tenant(&args.tenant).await?;
    let db = env.db().await?;
    let today = args.today.unwrap_or_else(|| env.clock.today());
    let command = DecideCommand {
        msisdn: args.msisdn,
        outcome: args.outcome,
        reason: args.reason,
        person: args.person,
        end_on: args.end_on,
        review_on: args.review_on,
        unit: args.unit,
        cost_centre: args.cost_centre,
        purpose: args.purpose,
        contact: args.contact,
        days: args.days,
        manager: args.manager,
        agreement: args.agreement,
        port: args.port,
        bound_known: args.despite_binding,
    };
    let mut tx = db.tenants.begin(tenant.id, Actor::system("kommandoraden")).await?;
    match matches::decide_number(&mut tx, &command, env.clock.now(), today).await? {
        Ok(decided) => {
            tx.commit().await?;
            if args.json {
                json(&decided)?;
            } else {
                let words = matches::Outcome::from_code(decided.outcome).map_or("", matches::Outcome::label);
                say(&format!("Beslutat: {}.", words.to_lowercase()));
            }
            Ok(Outcome::Done)
        }
        Err(sentence) => {
            tx.rollback().await?;
            Err(CliError::refused(sentence))
        }
    }
}
