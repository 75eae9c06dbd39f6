//! One order, and what is sent of it: a file or a letter.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::super::{Line, file};
use super::{MarkForm, load, open_to_reader};
use crate::areas::audit::AccessKind;
use crate::areas::matches::queries::OrderRow;
use crate::areas::matches::refresh;
use crate::areas::people::ProtectedMask;
use crate::auth::permissions::Permission;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::download::{self, FileKind};
use crate::web::extract::{Id, Path};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "matches/orders_show.html")]
struct ShowPage {
    page: Page,
    order: OrderRow,
    lines: Vec<Line>,
    beyond: usize,
    left_out: usize,
    verified: usize,
    is_closed: bool,
    can_write: bool,
    names: bool,
    base: String,
    mailto: String,
    raw: MarkForm,
    faults: Faults,
}

/// One order.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let raw = MarkForm { sent_on: ctx.today().to_string(), ..MarkForm::default() };
    shown(&ctx, id, raw, Faults::default()).await
}

/// The page of an order with what was typed.
pub(super) async fn shown(ctx: &Ctx, id: Uuid, raw: MarkForm, faults: Faults) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let mut loaded = load(ctx, &mut tx, id).await?;
    ProtectedMask::for_reader(ctx, &mut tx).await?.cover_in(&mut loaded.order.note);
    let page = ctx
        .page(&mut tx, format!("Beställning {}", loaded.order.number))
        .await?
        .crumb("Att ta ställning till", "matches")
        .crumb("Beställningar", "matches/orders");
    tx.commit().await?;
    let is_faulty = !faults.is_empty();
    let template = ShowPage {
        page: if is_faulty { page.faulty() } else { page },
        left_out: loaded.lines.len() - loaded.count(),
        verified: loaded.lines.iter().filter(|line| line.is_verified).count(),
        is_closed: loaded.is_closed,
        beyond: loaded.beyond,
        can_write: ctx.can(Permission::MatchDecide),
        names: ctx.can(Permission::HolderNames),
        base: ctx.path(format!("matches/orders/{id}")),
        mailto: mailto(&loaded.order, &ctx.tenant.name),
        lines: loaded.lines,
        order: loaded.order,
        raw,
        faults,
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// What an address is made of; anything else would add to the mail's own fields.
const IN_ADDRESS: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'+');

/// A link that begins a mail to the operator; the numbers go in the file and not in it.
fn mailto(order: &OrderRow, municipality: &str) -> String {
    if order.order_email.is_empty() {
        return String::new();
    }
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let subject = encode(&format!("Beställning {} från {municipality}", order.number));
    let body = encode("Hej!\n\nBeställningen finns i den bifogade filen. Svara gärna med ert ordernummer.\n");
    let to = percent_encoding::utf8_percent_encode(&order.order_email, IN_ADDRESS);
    format!("mailto:{to}?subject={subject}&body={body}")
}

/// Which file of an order.
#[derive(Debug, Deserialize)]
pub struct FilePath {
    id: Uuid,
    kind: String,
}

/// The order as a file.
pub async fn download(ctx: Ctx, Path(path): Path<FilePath>) -> AppResult<Response> {
    let kind = match path.kind.as_str() {
        "csv" => FileKind::Csv,
        "xlsx" => FileKind::Xlsx,
        _ => return Err(AppError::NotFound),
    };
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let loaded = load(&ctx, &mut tx, path.id).await?;
    open_to_reader(&loaded)?;
    let bytes = file::bytes(&loaded.lines, kind)?;
    let detail = json!({ "rows": loaded.count(), "format": kind.ending(), "order": loaded.order.number });
    ctx.log_access(&mut tx, AccessKind::Export, ("operator_order", Some(path.id)), detail).await?;
    tx.commit().await?;
    Ok(download::file(&format!("bestallning-{}", loaded.order.number), kind, bytes))
}

#[derive(Template)]
#[template(path = "matches/orders_letter.html")]
struct LetterPage {
    page: Page,
    order: OrderRow,
    lines: Vec<Line>,
    municipality: String,
    today: NaiveDate,
    back: String,
    sender: String,
}

/// The order as a letter to print.
pub async fn letter(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let mut loaded = load(&ctx, &mut tx, id).await?;
    open_to_reader(&loaded)?;
    let detail = json!({ "rows": loaded.count(), "order": loaded.order.number });
    ctx.log_access(&mut tx, AccessKind::Print, ("operator_order", Some(id)), detail).await?;
    loaded.lines.retain(|line| line.left_out.is_empty());
    let page = ctx
        .page(&mut tx, format!("Brev, beställning {}", loaded.order.number))
        .await?
        .crumb("Beställningar", "matches/orders")
        .crumb(format!("Beställning {}", loaded.order.number), format!("matches/orders/{id}"));
    tx.commit().await?;
    ctx.html(&LetterPage {
        page,
        lines: loaded.lines,
        order: loaded.order,
        municipality: ctx.tenant.name.clone(),
        today: ctx.today(),
        back: ctx.path(format!("matches/orders/{id}")),
        sender: ctx.user.name.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_adds_no_other_receiver_to_the_mail() {
        let order = |email: &str| OrderRow {
            id: Uuid::nil(),
            number: 7,
            operator: String::new(),
            order_email: email.to_owned(),
            order_address: String::new(),
            state: "draft".to_owned(),
            form: "fil".to_owned(),
            created_at: chrono::DateTime::UNIX_EPOCH,
            actor: String::new(),
            sent_on: None,
            reference: String::new(),
            note: String::new(),
            version: 1,
        };
        let good = mailto(&order("order-nord@operator.example"), "Vik");
        assert!(good.starts_with("mailto:order-nord@operator.example?subject="), "{good}");
        let odd = mailto(&order("a@b.example?bcc=c@d.example&x"), "Vik");
        assert!(odd.starts_with("mailto:a@b.example%3Fbcc%3Dc@d.example%26x?subject="), "{odd}");
        assert_eq!(mailto(&order(""), "Vik"), "");
    }
}
