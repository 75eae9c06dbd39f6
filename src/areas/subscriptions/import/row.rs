//! A row of an operator's list → typed values, with what could not be read as warnings.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{status, twin};
use crate::{
    areas::imports::{RowFaults, RowView, headings},
    rules::{digits::without_decimals, imei::Imei, phone::Phone},
    tabular::fold::fold,
};

/// A subscription as a file has it. `Debug` is left out: the row holds names and secrets.
#[derive(Clone, Default)]
pub struct SubscriptionRow {
    /// E.164.
    pub(super) msisdn: String,
    pub(super) operator: Option<String>,
    pub(super) customer_no: String,
    pub(super) agreement_no: String,
    pub(super) type_text: String,
    pub(super) holder: String,
    pub(super) reference: String,
    /// The row's own, else the one of the heading it stands under.
    pub(super) cost_centre: String,
    /// The heading, to find the unit by where the cost centre does not tell.
    pub(super) section: Option<String>,
    pub(super) status: Option<status::Status>,
    pub(super) status_text: String,
    pub(super) activated_on: Option<NaiveDate>,
    pub(super) binding_until: Option<NaiveDate>,
    pub(super) ends_on: Option<NaiveDate>,
    pub(super) notice_text: String,
    pub(super) monthly_price: Option<Decimal>,
    pub(super) last_traffic: Option<NaiveDate>,
    pub(super) data_gb: Option<Decimal>,
    pub(super) call_minutes: Option<i32>,
    pub(super) data_pot_gb: Option<Decimal>,
    pub(super) iccid: Option<String>,
    pub(super) puk: Option<String>,
    pub(super) pin: Option<String>,
    pub(super) imei: String,
    /// E.164.
    pub(super) main_msisdn: Option<String>,
    pub(super) address: String,
    pub(super) contact: String,
    pub(super) note: String,
    pub(super) has: Has,
}

/// Which columns the file has.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each column that may be missing")]
pub(super) struct Has {
    pub customer: bool,
    pub agreement: bool,
    pub plan: bool,
    pub holder: bool,
    pub reference: bool,
    pub cost_centre: bool,
    pub activated: bool,
    pub binding: bool,
    pub ends: bool,
    pub notice: bool,
    pub price: bool,
    pub traffic: bool,
    pub data: bool,
    pub calls: bool,
    pub pot: bool,
    pub imei: bool,
    pub address: bool,
    pub main: bool,
}

impl Has {
    fn of(row: &RowView<'_>) -> Self {
        Self {
            customer: row.has("customer_no"),
            agreement: row.has("agreement_id"),
            plan: row.has("plan"),
            holder: ["holder", "holder_first", "holder_last", "email", "login"]
                .iter()
                .any(|field| row.has(field)),
            reference: row.has("reference") || row.has("email") || row.has("login"),
            cost_centre: row.has("cost_centre") || row.section().is_some(),
            activated: row.has("start_date"),
            binding: row.has("binding_end"),
            ends: row.has("end_date") || row.has("status"),
            notice: row.has("notice"),
            price: row.has("monthly_price"),
            traffic: row.has("last_traffic"),
            data: row.has("data_gb"),
            calls: row.has("call_minutes"),
            pot: row.has("data_pot_gb"),
            imei: row.has("imei"),
            address: row.has("address"),
            main: row.has("main_number"),
        }
    }
}

/// The number of a row, as far as there is one.
pub(super) fn number(row: &RowView<'_>) -> Option<String> {
    Phone::parse(&row.text("msisdn")?).ok().map(|phone| phone.e164())
}

/// Reads a row. `None` when its number cannot be read, which has been reported.
pub(super) fn read(row: &RowView<'_>, faults: &mut RowFaults) -> Option<SubscriptionRow> {
    let msisdn = match Phone::parse(&row.text("msisdn")?) {
        Ok(phone) => phone.e164(),
        Err(error) => {
            faults.refuse(row, "msisdn", "phone_invalid", error.to_string());
            return None;
        }
    };
    let type_text = row.text_or_empty("plan");
    let account = row.text("email").or_else(|| row.text("login"));
    let (holder, reference) =
        with_account(holder(row), code(row, "reference"), account.as_deref().unwrap_or_default());
    let status_text = row.text_or_empty("status");
    let (status, until) = status::read(&status_text);
    let note = row.text_or_empty("note");
    let main_msisdn = main_number(&row.text_or_empty("main_number"), [&type_text, &holder, &note])
        .filter(|main| *main != msisdn);
    let ends_on = row.day("end_date").or(until);
    let (cost_centre, section) = cost_centre(row);
    Some(SubscriptionRow {
        msisdn,
        operator: row.text("operator"),
        customer_no: row.text_or_empty("customer_no"),
        agreement_no: row.text_or_empty("agreement_id"),
        type_text: twin::without_number(&type_text),
        holder,
        reference,
        cost_centre,
        section,
        status,
        status_text,
        activated_on: row.day("start_date"),
        binding_until: row.day("binding_end"),
        ends_on,
        notice_text: row.text_or_empty("notice"),
        monthly_price: monthly_price(row),
        last_traffic: row.day("last_traffic"),
        data_gb: gigabytes(row, "data_gb"),
        call_minutes: row.integer("call_minutes").and_then(|minutes| i32::try_from(minutes).ok()),
        data_pot_gb: gigabytes(row, "data_pot_gb"),
        iccid: row.text("iccid").map(|text| plain(&text)).filter(|text| !text.is_empty()),
        puk: row.text("puk").map(|text| plain(&text)).filter(|text| !text.is_empty()),
        pin: row.text("pin").map(|text| plain(&text)).filter(|text| !text.is_empty()),
        imei: row
            .text("imei")
            .and_then(|text| Imei::parse(&text).ok())
            .map(|imei| imei.as_str().to_owned())
            .unwrap_or_default(),
        main_msisdn,
        address: row.text_or_empty("address"),
        contact: row.text_or_empty("contact"),
        note,
        has: Has::of(row),
    })
}

/// The number that a card belongs to, E.164: of a column of its own, as a number or in words, else of what other texts say.
fn main_number(column: &str, texts: [&str; 3]) -> Option<String> {
    let own = Phone::parse(column).ok().map(|phone| phone.e164());
    own.or_else(|| [column].into_iter().chain(texts).find_map(twin::main_number))
}

/// A code as it is written, empty where there is none.
fn code(row: &RowView<'_>, field: &str) -> String {
    without_decimals(&row.text_or_empty(field)).to_owned()
}

/// What the database has room for.
fn is_small(number: Decimal) -> bool {
    number.abs() < Decimal::from(100_000_000)
}

/// What it costs in a month, without VAT.
fn monthly_price(row: &RowView<'_>) -> Option<Decimal> {
    let said = row.amount("monthly_price").filter(|price| is_small(*price))?;
    let price = by_the_month(row.header("monthly_price").unwrap_or_default(), said);
    Some(price.round_dp(2)).filter(|price| is_small(*price))
}

/// A price as the header says it is, by the month and without VAT, which is 25 per cent of what a telephone costs: "Avgift per
/// kvartal", "Pris/dag", "Månadsavgift inkl. moms". What says nothing is by the month and without VAT.
fn by_the_month(header: &str, price: Decimal) -> Decimal {
    let folded = fold(header);
    let words: Vec<&str> = folded.split(' ').collect();
    let says = |some: &[&str]| words.iter().any(|word| some.contains(word));
    let price = if says(&["manad", "man", "month", "monthly"]) || folded.contains("manad") {
        price
    } else if words.iter().any(|word| word.starts_with("kvartal")) {
        price / Decimal::from(3)
    } else if says(&["ar", "arlig", "arsavgift", "arskostnad", "arspris", "year", "yearly"]) {
        price / Decimal::from(12)
    } else if says(&["dag", "dygn", "day"]) {
        price * Decimal::from(365) / Decimal::from(12)
    } else {
        price
    };
    let with_vat = says(&["inkl", "inklusive", "ink", "med", "incl", "including"])
        && says(&["moms", "vat"])
        && !says(&["exkl", "ex", "exklusive", "utan", "excl", "excluding"]);
    if with_vat { price / Decimal::new(125, 2) } else { price }
}

/// An amount of data.
fn gigabytes(row: &RowView<'_>, field: &str) -> Option<Decimal> {
    let figure = in_gigabytes(row.header(field).unwrap_or_default(), row.decimal(field)?);
    Some(figure.round_dp(3)).filter(|gb| is_small(*gb))
}

/// A figure in the unit that the header says, in gigabytes: "Data (MB)".
fn in_gigabytes(header: &str, figure: Decimal) -> Decimal {
    let is_mega = fold(header).split(' ').any(|word| matches!(word, "mb" | "mbyte" | "megabyte"));
    if is_mega { figure / Decimal::ONE_THOUSAND } else { figure }
}

/// Figures and letters only.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The holder, from one column or from two.
fn holder(row: &RowView<'_>) -> String {
    row.text("holder").unwrap_or_else(|| {
        let (first, last) = (row.text_or_empty("holder_first"), row.text_or_empty("holder_last"));
        format!("{first} {last}").trim().to_owned()
    })
}

/// Holder and reference, with the account that a column of its own tells: it stands for a holder that is not named, else
/// beside the reference.
fn with_account(holder: String, reference: String, account: &str) -> (String, String) {
    if account.is_empty() || reference.contains(account) || holder == account {
        (holder, reference)
    } else if holder.is_empty() {
        (account.to_owned(), reference)
    } else {
        (holder, format!("{reference} {account}").trim().to_owned())
    }
}

/// The cost centre of the row, else of the heading it stands under, and the heading.
fn cost_centre(row: &RowView<'_>) -> (String, Option<String>) {
    let section = headings::of_unit(row.section());
    let own = Some(code(row, "cost_centre")).filter(|text| !matches!(text.as_str(), "" | "-" | "?" | "0"));
    let from_heading = || {
        section
            .as_deref()
            .and_then(|text| text.split_whitespace().next())
            .filter(|word| word.chars().any(|c| c.is_ascii_digit()))
            .map(|word| word.trim_end_matches([',', ':', '-', '.']).to_owned())
    };
    (own.or_else(from_heading).unwrap_or_default(), section)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_its_own_column_names_the_holder_or_stands_beside_the_reference() {
        for (holder, reference, account, expected) in [
            ("Eva Ek", "", "eva.ek@k.example", ("Eva Ek", "eva.ek@k.example")),
            ("Eva Ek", "104223", "eva.ek@k.example", ("Eva Ek", "104223 eva.ek@k.example")),
            ("", "104223", "eva.ek@k.example", ("eva.ek@k.example", "104223")),
            ("Eva Ek", "evaek01", "evaek01", ("Eva Ek", "evaek01")),
            ("Eva Ek", "104223", "", ("Eva Ek", "104223")),
        ] {
            let (h, r) = with_account(holder.to_owned(), reference.to_owned(), account);
            assert_eq!((h.as_str(), r.as_str()), expected);
        }
    }

    #[test]
    fn data_is_kept_in_gigabytes_whatever_the_header_counts_in() {
        for (header, figure, gigabytes) in [
            ("Data (MB)", "1024", "1.024"),
            ("Data usage MB", "12.5", "0.0125"),
            ("Datatrafik (GB)", "1.5", "1.5"),
            ("Surf", "3", "3"),
        ] {
            let figure: Decimal = figure.parse().unwrap();
            assert_eq!(in_gigabytes(header, figure), gigabytes.parse::<Decimal>().unwrap(), "{header}");
        }
    }

    #[test]
    fn a_price_is_kept_by_the_month_and_without_vat_whatever_the_header_says() {
        for (header, price, kept) in [
            ("Pris", "149", "149"),
            ("Pris/mån", "149", "149"),
            ("Månadsavgift exkl. moms", "149", "149"),
            ("Månadsavgift inkl. moms", "186.25", "149"),
            ("Pris inkl moms", "186.25", "149"),
            ("Pris exkl moms inkl rabatt", "149", "149"),
            ("Avgift per kvartal", "447", "149"),
            ("Kvartalsavgift", "447", "149"),
            ("Kostnad per år", "1188", "99"),
            ("Årsavgift", "1188", "99"),
            ("Pris/dag", "4.80", "146"),
            ("Abonnemangsavgift", "99", "99"),
        ] {
            let price: Decimal = price.parse().unwrap();
            let kept: Decimal = kept.parse().unwrap();
            assert_eq!(by_the_month(header, price).round_dp(2), kept, "{header}");
        }
    }

    #[test]
    fn a_card_says_in_any_of_its_texts_which_number_it_belongs_to() {
        for (main, plan, holder, note) in [
            ("070-174 06 05", "Datakort", "", ""),
            ("Extrakort till 0701740605", "Datakort", "", ""),
            ("", "Datakort till 0701740605", "", ""),
            ("", "Mobilt bredband", "Extra SIM till 0701740605", ""),
            ("", "Mobilt bredband", "", "Tvillingkort till 070-174 06 05"),
        ] {
            assert_eq!(
                main_number(main, [plan, holder, note]).as_deref(),
                Some("+46701740605"),
                "{main} {plan}"
            );
        }
        assert_eq!(main_number("Huvudkort", ["Mobil Plus", "Eva Ek", "ring 0701740605"]), None);
    }
}
