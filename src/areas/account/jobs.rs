//! Mail about the account itself.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::queries;
use crate::{
    auth::token,
    jobs::{Job, JobCtx, JobResult, Registry},
};

/// The area's kinds of job.
#[must_use]
pub fn jobs() -> Registry {
    Registry::new().job::<ResetMail>().job::<PasswordChangedMail>()
}

/// Mails a link to a new password.
#[derive(Debug, Serialize, Deserialize)]
pub struct ResetMail {
    /// The user; `None` when nobody has the address that was typed. The job is queued all the same, so that the page answers after
    /// the same work.
    pub user_id: Option<Uuid>,
}

impl Job for ResetMail {
    const KIND: &'static str = "reset_mail";
    const LABEL: &'static str = "Länk till nytt lösenord";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let env = ctx.env();
        let pool = env.system.pool();
        let Some(user_id) = self.user_id else { return Ok(()) };
        let Some(to) = queries::find_addressee(pool, user_id).await? else { return Ok(()) };
        let secret = token::issue(pool, token::Kind::Reset, user_id, None, ctx.clock().now()).await?;
        let text = format!(
            "Hej {}!\n\nNågon, troligen du, har bett om ett nytt lösenord till Överblick. Välj det här:\n{}/reset/{secret}\n\n\
             Länken gäller i en timme och kan användas en gång.\n\nVar det inte du? Då behöver du inte göra något: ditt \
             lösenord är oförändrat.\n",
            to.name, env.base_url
        );
        Ok(env.mailer.send(&to.email, "Nytt lösenord till Överblick", text).await?)
    }
}

/// Tells a user that the password was changed: whoever did not do it must get to know.
#[derive(Debug, Serialize, Deserialize)]
pub struct PasswordChangedMail {
    /// The user.
    pub user_id: Uuid,
}

impl Job for PasswordChangedMail {
    const KIND: &'static str = "password_changed_mail";
    const LABEL: &'static str = "Besked om bytt lösenord";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let env = ctx.env();
        let Some(to) = queries::find_addressee(env.system.pool(), self.user_id).await? else { return Ok(()) };
        let text = format!(
            "Hej {}!\n\nLösenordet till ditt konto i Överblick har bytts, och alla andra inloggningar har avslutats.\n\n\
             Var det inte du? Välj då genast ett nytt lösenord här, och hör av dig till den som ansvarar för Överblick hos er:\n\
             {}/forgot\n",
            to.name, env.base_url
        );
        Ok(env.mailer.send(&to.email, "Ditt lösenord har bytts", text).await?)
    }
}
