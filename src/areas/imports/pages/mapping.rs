//! Which column is which field.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;

use super::{check, load, steps, to_run};
use crate::areas::imports::cover::Cover;
use crate::areas::imports::flow;
use crate::areas::imports::kinds::Kind;
use crate::areas::imports::model::{Run, State, kept_mapping};
use crate::areas::imports::{plan, queries};
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::rules::personal_id::{PersonalId, Profile};
use crate::tabular::{Book, DataRow, Mapping, Sheet, Table};
use crate::web::ctx::Ctx;
use crate::web::extract::{Form, Id};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::page::Page;
use crate::web::page_parts::{Choice, Step};

/// A column of the file with what is chosen for it.
struct Column {
    /// The name of its form field.
    name: String,
    header: String,
    examples: String,
    chosen: String,
    unsure: bool,
}

#[derive(Template)]
#[template(path = "imports/mapping.html")]
struct MappingPage {
    page: Page,
    steps: Vec<Step>,
    run: Run,
    kind: &'static str,
    columns: Vec<Column>,
    fields: Vec<Choice>,
    needed: Vec<String>,
    faults: Faults,
}

/// The columns.
pub async fn edit(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (run, kind) = open_run(&mut tx, &ctx, id).await?;
    let book = book(&mut tx, &run).await?;
    let sheet = flow::sheet_of(&book, &run).ok_or(AppError::NotFound)?;
    let page = page(&ctx, &mut tx, run, kind, sheet, Faults::default()).await?;
    ctx.html(&page)
}

/// A run whose columns may still be chosen.
async fn open_run(tx: &mut TenantTx, ctx: &Ctx, id: uuid::Uuid) -> AppResult<(Run, Kind)> {
    let (run, kind) = load(tx, ctx, id).await?;
    if run.state.is_working() || run.state == State::TakenIn {
        return Err(AppError::rejected("Filen är redan på väg in eller inläst. Kolumnerna kan inte ändras."));
    }
    Ok((run, kind))
}

async fn book(tx: &mut TenantTx, run: &Run) -> AppResult<Book> {
    let (_, bytes) = queries::find_content(tx, run.file_id).await?.ok_or(AppError::NotFound)?;
    flow::open(bytes).await?.map_err(|refusal| AppError::rejected(refusal.message))
}

async fn page(
    ctx: &Ctx,
    tx: &mut TenantTx,
    mut run: Run,
    kind: Kind,
    sheet: &Sheet,
    faults: Faults,
) -> AppResult<MappingPage> {
    let table = Table::read(sheet, kind.vocabulary).map_err(|refusal| AppError::rejected(refusal.message))?;
    let mapping = run.mapping_of(kind.vocabulary);
    // Columns are not recognised yet: a row that names a person with protected identity anywhere gives no example (rules 9.6).
    let cover = Cover::load(tx, (&table, &mapping, kind), (ctx.app.keys(), ctx.today())).await?;
    let open: Vec<&DataRow> = table.rows.iter().take(200).filter(|row| !cover.names_anybody(row)).collect();
    let columns = (0..table.header.columns.len())
        .map(|column| {
            let field = mapping.field(column);
            let secret = field.and_then(|code| kind.vocabulary.field(code)).is_some_and(|field| field.secret);
            Column {
                name: format!("c{column}"),
                header: table
                    .name(column)
                    .map_or_else(|| format!("(kolumn {} utan rubrik)", column + 1), str::to_owned),
                examples: if secret {
                    crate::tabular::check::MASK.to_owned()
                } else {
                    examples(&table, &open, column, ctx.today())
                },
                chosen: field.unwrap_or_default().to_owned(),
                unsure: run.facts.unsure.contains(&column),
            }
        })
        .collect();
    super::cover_names(ctx, tx, std::slice::from_mut(&mut run)).await?;
    let needed = mapping.missing(kind.vocabulary).iter().map(|labels| labels.join(" eller ")).collect();
    Ok(MappingPage {
        page: ctx.page(tx, "Para ihop kolumner").await?.crumb("Filer in", "imports"),
        steps: steps(1, Some((ctx, &run))),
        kind: kind.name(),
        columns,
        fields: kind.vocabulary.fields.iter().map(|field| Choice::new(field.code, field.label)).collect(),
        needed,
        faults,
        run,
    })
}

/// The first different values of a column.
fn examples(table: &Table<'_>, rows: &[&DataRow], column: usize, today: NaiveDate) -> String {
    let mut shown: Vec<String> = Vec::new();
    for cell in rows.iter().map(|row| table.cell(row, column)).filter(|cell| !cell.is_blank()) {
        let text = cell.text();
        // A column that nobody has recognised yet may hold identity numbers (rules 9.5).
        let text: String = if PersonalId::parse(&text, today, Profile { temporary: true }).is_ok() {
            crate::tabular::check::MASK.to_owned()
        } else {
            text.chars().take(40).collect()
        };
        if !shown.contains(&text) {
            shown.push(text);
        }
        if shown.len() == 3 {
            break;
        }
    }
    shown.join(" · ")
}

/// Keeps what was chosen and checks the rows.
pub async fn update(ctx: Ctx, Id(id): Id, Form(form): Form<BTreeMap<String, String>>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (mut run, kind) = open_run(&mut tx, &ctx, id).await?;
    let book = book(&mut tx, &run).await?;
    let sheet = flow::sheet_of(&book, &run).ok_or(AppError::NotFound)?;
    let table = Table::read(sheet, kind.vocabulary).map_err(|refusal| AppError::rejected(refusal.message))?;
    let mut faults = Faults::default();
    let mut pairs: Vec<(&'static str, usize)> = Vec::new();
    for column in 0..table.header.columns.len() {
        let name = format!("c{column}");
        let Some(field) = form.get(&name).and_then(|code| kind.vocabulary.field(code)) else { continue };
        if pairs.iter().any(|(code, _)| *code == field.code) {
            faults.add(name, format!("Två kolumner är valda som ”{}”. Välj en av dem.", field.label));
        } else {
            pairs.push((field.code, column));
        }
    }
    let mapping = Mapping::new(pairs);
    if let Some(refusal) = plan::columns_missing(&table, &mapping, kind) {
        faults.add("", refusal.message);
    }
    run.mapping = kept_mapping(&mapping);
    run.facts.unsure.clear();
    if !faults.is_empty() {
        let page = page(&ctx, &mut tx, run, kind, sheet, faults).await?;
        return ctx.unprocessable(&MappingPage { page: page.page.clone().faulty(), ..page });
    }
    queries::update_mapping(&mut tx, id, &run.mapping, &run.facts).await?;
    if !run.source.is_empty() {
        queries::upsert_mapping(
            &mut tx,
            kind.code(),
            &run.source,
            &plan::to_remember(&table.header.columns, &mapping),
        )
        .await?;
    }
    check(&ctx, &mut tx, id, i32::try_from(table.rows.len()).unwrap_or(i32::MAX)).await?;
    tx.commit().await?;
    Ok(to_run(&ctx, id))
}
