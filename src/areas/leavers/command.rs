//! `overblick leavers reasons`: what a sender's codes mean, told by a script (docs/cli.md).

use serde::Serialize;

use super::{
    import::sender::key_of_source,
    model::{Sender, codes},
    queries::{import, read, write},
};
use crate::{db::tenant::TenantTx, error::AppResult};

/// What the codes were understood as.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// The sender.
    pub sender: String,
    /// Each code with its meaning.
    pub codes: Vec<(String, &'static str)>,
    /// The entries that are not understood.
    pub unknown: Vec<String>,
}

/// Sets what a sender's codes mean. The sender is known by name, or by what its files are called, and made known where it was not.
pub async fn set_reasons(tx: &mut TenantTx, source: &str, reasons: &str) -> AppResult<Told> {
    let key = key_of_source(source);
    let senders = read::list_senders(tx).await?;
    let known = senders
        .into_iter()
        .find(|sender| sender.key == key || sender.name.to_lowercase() == source.trim().to_lowercase());
    let sender = if let Some(sender) = known {
        sender
    } else {
        let row = import::ensure_sender(tx, &key, source.trim()).await?;
        let name = source.trim().to_owned();
        Sender { id: row.id, key, name, is_active: true, version: 1, ..Sender::default() }
    };
    let (known, unknown) = codes(reasons);
    write::update_sender(tx, &Sender { reasons: reasons.trim().to_owned(), ..sender.clone() }).await?;
    Ok(Told { sender: sender.name, codes: known, unknown })
}
