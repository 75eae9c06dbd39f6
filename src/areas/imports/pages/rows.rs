//! The refused rows as a file, with the original columns and what is wrong, to mend and send again.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::load;
use crate::areas::audit::AccessKind;
use crate::areas::imports::cover::Cover;
use crate::areas::imports::flow;
use crate::areas::imports::kinds::RowOutcome;
use crate::areas::imports::queries::{self, RowFilter};
use crate::auth::permissions::Permission;
use crate::error::{AppError, AppResult};
use crate::tabular::Table;
use crate::tabular::vocabulary::Content;
use crate::tabular::write::{Value, write_csv, write_xlsx};
use crate::web::ctx::Ctx;
use crate::web::extract::{Id, Query};

/// The most rows a file of refused rows has.
const MOST: i64 = 100_000;

/// Which sort of file is wanted.
#[derive(Debug, Default, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    format: String,
}

/// The file.
pub async fn refused(ctx: Ctx, Id(id): Id, Query(chosen): Query<Chosen>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (run, kind) = load(&mut tx, &ctx, id).await?;
    let refused = queries::list_rows(&mut tx, id, RowFilter::Outcome(RowOutcome::Refused), MOST, 0).await?;
    let (_, bytes) = queries::find_content(&mut tx, run.file_id).await?.ok_or(AppError::NotFound)?;
    let book = flow::open(bytes).await?.map_err(|refusal| AppError::rejected(refusal.message))?;
    let sheet = flow::sheet_of(&book, &run).ok_or(AppError::NotFound)?;
    let table = Table::read(sheet, kind.vocabulary).map_err(|refusal| AppError::rejected(refusal.message))?;
    let mut headers: Vec<String> = table.header.columns.clone();
    headers.push("Fel".to_owned());
    headers.push("Rad i filen".to_owned());
    let width = table.header.columns.len();
    // Codes that open things are never taken out; personal identity numbers only masked (rules 9.5): whoever sent the file has
    // them, and finds the row by its number there.
    let mapping = run.mapping_of(kind.vocabulary);
    let hidden: Vec<usize> = mapping
        .pairs()
        .filter(|(code, _)| {
            kind.vocabulary
                .field(code)
                .is_some_and(|field| field.secret && field.content != Content::PersonalId)
        })
        .map(|(_, column)| column)
        .collect();
    let sees_protected = ctx.scope_for(Permission::ProtectedRead).all;
    let cover = Cover::load(&mut tx, (&table, &mapping, kind), (ctx.app.keys(), ctx.today())).await?;
    let rows: Vec<Vec<Value>> = refused
        .iter()
        .filter_map(|kept| {
            let number = u32::try_from(kept.row).ok()?;
            let at = table.rows.binary_search_by_key(&number, |row| row.number).ok()?;
            let row = table.rows.get(at)?;
            // Of a person with protected identity only that the row was refused, and why (rules 9.6).
            let withheld = !sees_protected && cover.hides_row(row);
            let mut values: Vec<Value> = (0..width)
                .map(|column| {
                    if withheld || hidden.contains(&column) {
                        Value::Empty
                    } else if let Some(covered) = cover.cell(row, column, sees_protected) {
                        Value::from(covered)
                    } else {
                        Value::from(table.cell(row, column))
                    }
                })
                .collect();
            let faults: Vec<&str> = kept.faults.iter().map(|fault| fault.message.as_str()).collect();
            values.push(Value::from(faults.join(" ")));
            values.push(Value::Integer(i64::from(number)));
            Some(values)
        })
        .collect();
    let detail = serde_json::json!({ "rows": rows.len(), "format": chosen.format });
    ctx.log_access(&mut tx, AccessKind::Download, ("import_run", Some(id)), detail).await?;
    tx.commit().await?;
    let stem = format!("avvisade-rader-{}", ctx.today());
    if chosen.format == "xlsx" {
        let header: Vec<(&str, usize)> = headers
            .iter()
            .enumerate()
            .map(|(at, name)| (name.as_str(), if at == width { 40 } else { 14 }))
            .collect();
        let bytes = write_xlsx("Avvisade rader", &header, rows)
            .map_err(|error| AppError::internal("writing a workbook", error))?;
        return Ok(file(
            bytes,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            &format!("{stem}.xlsx"),
        ));
    }
    let header: Vec<&str> = headers.iter().map(String::as_str).collect();
    Ok(file(write_csv(Vec::new(), &header, rows)?, "text/csv; charset=utf-8", &format!("{stem}.csv")))
}

fn file(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
