//! Configuration: one struct, every default visible, each value a flag or an environment variable.
//!
//! A flag wins over its variable, which wins over the default. There is no configuration file: a service unit, a compose
//! file or a shell already has a place for variables. `docs/operations.md` holds the same table for those who run it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use axum::http::Uri;
use clap::{Args, ValueEnum};

/// Everything that can be configured. Flattened into the command line, so that every subcommand takes the same flags.
/// The documentation of the fields is what `--help` shows, and so in Swedish.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Inställningar för alla kommandon")]
pub struct Config {
    /// Databasens adress. Utelämnas den startar Överblick en egen PostgreSQL i datakatalogen.
    // The role the server runs as: one that owns nothing and bypasses nothing. A role that may administer the database
    // is accepted too; it is then used for migrations only, and the server connects as `overblick_app`
    // (see `db::server`).
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub database_url: Option<String>,

    /// Adress för rollen som äger tabellerna; används bara när databasen ska ändras.
    #[arg(long, env = "OVERBLICK_OWNER_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub owner_url: Option<String>,

    /// Det största antalet anslutningar till databasen.
    #[arg(long, env = "OVERBLICK_DB_CONNECTIONS", default_value_t = 16, global = true, value_name = "ANTAL")]
    pub db_connections: u32,

    /// Katalog för den egna databasen, nycklar och utgående post.
    #[arg(long, env = "OVERBLICK_DATA_DIR", default_value = "data", global = true, value_name = "KATALOG")]
    pub data_dir: PathBuf,

    /// Adress och port som servern lyssnar på.
    #[arg(
        long,
        env = "OVERBLICK_LISTEN",
        default_value = "127.0.0.1:3000",
        global = true,
        value_name = "ADRESS"
    )]
    pub listen: SocketAddr,

    /// Adressen som användarna skriver i webbläsaren. Utelämnas den blir den http:// följt av serverns adress.
    #[arg(long, env = "OVERBLICK_BASE_URL", global = true, value_name = "URL", value_parser = parse_base_url)]
    pub base_url: Option<BaseUrl>,

    /// Proxyservrar vars uppgift om klientens adress (X-Forwarded-For) går att lita på, åtskilda med komma.
    #[arg(long, env = "OVERBLICK_TRUSTED_PROXIES", value_delimiter = ',', global = true, value_name = "IP")]
    pub trusted_proxies: Vec<IpAddr>,

    /// Postserver, till exempel smtps://namn:losen@post.example.se. Utelämnas den läggs posten i datakatalogens mapp mail.
    #[arg(long, env = "OVERBLICK_SMTP_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub smtp_url: Option<String>,

    /// Avsändare på utgående post.
    #[arg(
        long,
        env = "OVERBLICK_MAIL_FROM",
        default_value = "Överblick <overblick@localhost>",
        global = true,
        value_name = "ADRESS"
    )]
    pub mail_from: String,

    /// Fil med nycklarna för hemliga uppgifter. Utelämnas den blir det secret.key i datakatalogen.
    #[arg(long, env = "OVERBLICK_SECRET_KEY_FILE", global = true, value_name = "FIL")]
    pub secret_key_file: Option<PathBuf>,

    /// Nycklarna själva i stället för en fil, för behållare som får sina hemligheter som variabler.
    // A variable only: a key on a command line can be read by every user of the machine.
    #[arg(skip = std::env::var("OVERBLICK_SECRET_KEY").ok().filter(|keys| !keys.is_empty()))]
    pub secret_key: Option<String>,

    /// Loggens form: text för människor, json för maskiner.
    #[arg(long, env = "OVERBLICK_LOG_FORMAT", default_value = "text", global = true, value_name = "FORM")]
    pub log_format: LogFormat,

    /// Vad som loggas, till exempel info,overblick=debug. Utelämnas den loggar servern sina egna händelser och andra kommandon bara varningar.
    #[arg(long, env = "OVERBLICK_LOG", global = true, value_name = "FILTER")]
    pub log: Option<String>,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One readable line per event.
    Text,
    /// One JSON object per line.
    Json,
}

/// The address people use: scheme and host, with port where it is not the usual one, and never a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The address as text, such as `https://overblick.example.se`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether browsers reach the server over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Config {
    /// The address people use: as configured, or else that on which the server listens.
    #[must_use]
    pub fn base_url_at(&self, listening: SocketAddr) -> BaseUrl {
        let port = listening.port();
        match &self.base_url {
            Some(base_url) => base_url.clone(),
            // Everywhere is not an address that a browser can open.
            None if listening.ip().is_unspecified() => BaseUrl(format!("http://127.0.0.1:{port}")),
            None => BaseUrl(format!("http://{listening}")),
        }
    }

    /// Where outgoing mail lands when no mail server is configured.
    #[must_use]
    pub fn mail_dir(&self) -> PathBuf {
        self.data_dir.join("mail")
    }

    /// The file with the keys for secret columns.
    #[must_use]
    pub fn secret_key_file(&self) -> PathBuf {
        self.secret_key_file.clone().unwrap_or_else(|| self.data_dir.join("secret.key"))
    }
}

/// Takes an address such as `https://overblick.example.se/`: http or https, a host, and no path.
fn parse_base_url(text: &str) -> Result<BaseUrl, String> {
    let wrong = || "Ange en adress utan sökväg, till exempel https://overblick.example.se".to_owned();
    let uri: Uri = text.trim().parse().map_err(|_| wrong())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(wrong()) };
    let plain = matches!(uri.path(), "" | "/") && uri.query().is_none() && !authority.as_str().contains('@');
    if !matches!(scheme, "http" | "https") || authority.host().is_empty() || !plain {
        return Err(wrong());
    }
    Ok(BaseUrl(format!("{scheme}://{}", authority.as_str().to_lowercase())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_kept_without_its_slash_and_in_lower_case() {
        assert_eq!(
            parse_base_url("https://Overblick.Example.se/").unwrap().as_str(),
            "https://overblick.example.se"
        );
        assert_eq!(parse_base_url("http://127.0.0.1:3000").unwrap().as_str(), "http://127.0.0.1:3000");
    }

    #[test]
    fn a_base_url_with_a_path_a_user_or_another_scheme_is_refused() {
        for text in
            ["https://a.se/x", "https://a.se/?x=1", "https://u:p@a.se", "ftp://a.se", "a.se", "", "https://"]
        {
            assert!(parse_base_url(text).is_err(), "{text} was taken");
        }
    }
}
