//! Outgoing mail: to the configured server, or as files in a folder where there is none.

use std::path::PathBuf;
use std::str::FromStr;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::config::Config;

/// Why mail could not be set up or sent. Never holds an address or a text.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The sender's address cannot be read.
    #[error("Avsändaren går inte att tolka. Ange till exempel Överblick <overblick@exempel.se>.")]
    BadSender,
    /// The recipient's address cannot be read.
    #[error("Mottagarens adress går inte att tolka.")]
    BadRecipient,
    /// The mail server's address cannot be read. It is not repeated: it may hold a password.
    #[error(
        "Postserverns adress går inte att tolka. Ange till exempel smtps://namn:lösenord@post.exempel.se."
    )]
    BadServer,
    /// The message could not be put together.
    #[error("Brevet gick inte att sätta samman: {0}")]
    Message(#[from] lettre::error::Error),
    /// The mail server refused or did not answer.
    #[error("Postservern tog inte emot brevet: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The folder could not be written.
    #[error("Brevet kunde inte läggas i mappen för utgående post: {0}")]
    File(#[from] lettre::transport::file::Error),
    /// The folder could not be created.
    #[error("Mappen {} kunde inte skapas: {source}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}

/// Sends mail from the configured sender. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
}

#[derive(Debug, Clone)]
enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(AsyncFileTransport<Tokio1Executor>),
}

impl Mailer {
    /// As configured. Opens no connection yet; the folder is created.
    pub fn new(config: &Config) -> Result<Self, MailError> {
        let from = Mailbox::from_str(&config.mail_from).map_err(|_| MailError::BadSender)?;
        let transport = if let Some(url) = &config.smtp_url {
            let smtp =
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| MailError::BadServer)?;
            Transport::Smtp(smtp.build())
        } else {
            let path = config.mail_dir();
            create_private_folder(&path)
                .map_err(|source| MailError::Folder { path: path.clone(), source })?;
            Transport::Folder(AsyncFileTransport::new(path))
        };
        Ok(Self { from, transport })
    }

    /// Sends one plain text message. `to` is an address, with or without a name before it.
    pub async fn send(&self, to: &str, subject: &str, text: String) -> Result<(), MailError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::from_str(to).map_err(|_| MailError::BadRecipient)?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)?;
        match &self.transport {
            Transport::Smtp(smtp) => smtp.send(message).await.map(drop)?,
            Transport::Folder(folder) => folder.send(message).await.map(drop)?,
        }
        Ok(())
    }
}

/// Mail holds names and links that let people in: the folder is its owner's alone.
fn create_private_folder(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if path.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}
