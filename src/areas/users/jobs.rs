//! The mail that invites a user.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::queries;
use crate::{
    areas::settings,
    auth::token,
    jobs::{Job, JobCtx, JobResult, Registry},
};

/// The area's kinds of job.
#[must_use]
pub fn jobs() -> Registry {
    Registry::new().job::<InvitationMail>()
}

/// Mails a user who has become a member: the link to choose a password, or the way in for whoever has one.
///
/// The link is made here and not when the job is queued, so that its secret is nowhere but in the mail. A second run makes a new
/// link, which puts the first out of force.
#[derive(Debug, Serialize, Deserialize)]
pub struct InvitationMail {
    /// The user.
    pub user_id: Uuid,
}

impl Job for InvitationMail {
    const KIND: &'static str = "invitation_mail";
    const LABEL: &'static str = "Inbjudan med e-post";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let env = ctx.env();
        let tenant_id = ctx.tenant_id()?;
        let mut tx = ctx.begin().await?;
        let Some(invited) = queries::find_invited(&mut tx, self.user_id).await? else { return Ok(()) };
        let contact = settings::load(&mut tx).await?.support_contact;
        tx.rollback().await?;

        let base = &env.base_url;
        let way_in = if invited.has_password {
            format!("Logga in med det lösenord du redan har:\n{base}/{}\n", invited.tenant_slug)
        } else {
            let pool = env.system.pool();
            let secret =
                token::issue(pool, token::Kind::Invite, self.user_id, Some(tenant_id), ctx.clock().now())
                    .await?;
            format!(
                "Välj ett lösenord här:\n{base}/invite/{secret}\n\nLänken gäller i 14 dagar och kan användas en gång. \
                 Skicka den inte vidare: den är din nyckel.\n"
            )
        };
        let ending = if contact.is_empty() {
            "Väntade du dig inte det här brevet? Då kan du kasta det.".to_owned()
        } else {
            format!("Undrar du över något? Kontakta {contact}.")
        };
        let text = format!(
            "Hej {}!\n\n{} har gett dig tillgång till Överblick för {}.\n\n{way_in}\n{ending}\n",
            invited.name,
            ctx.actor().name,
            invited.tenant_name
        );
        let subject = format!("Inbjudan till Överblick för {}", invited.tenant_name);
        Ok(env.mailer.send(&invited.email, &subject, text).await?)
    }
}
