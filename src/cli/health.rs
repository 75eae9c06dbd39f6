//! `overblick health`: whether the server on this machine answers and reaches its database. For a container's health
//! check, which has no other program to ask with.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{CliError, CliResult, Env, Outcome};

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(4);

/// What the command takes: nothing but the configuration, which says where the server listens.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Asks the server.
pub async fn run(_: Args, env: &Env) -> CliResult {
    let mut address = env.config.listen;
    if address.ip().is_unspecified() {
        // It listens everywhere, and so here.
        address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port());
    }
    let answer = tokio::time::timeout(LIMIT, ask(address)).await;
    let answer = answer.map_err(|_| CliError::refused(format!("Servern på {address} svarar inte i tid.")))?;
    let answer = answer.map_err(|_| CliError::refused(format!("Det finns ingen server på {address}.")))?;
    match answer.split(' ').nth(1) {
        Some("204") => Ok(Outcome::Done),
        Some("503") => Err(CliError::refused(format!("Servern på {address} når inte sin databas."))),
        _ => Err(CliError::refused(format!("Det som svarar på {address} är inte Överblick."))),
    }
}

/// The first line of the answer.
async fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0; 64];
    let mut read = 0;
    while read < head.len() && !head[..read].contains(&b'\n') {
        match stream.read(&mut head[read..]).await? {
            0 => break,
            more => read += more,
        }
    }
    Ok(String::from_utf8_lossy(&head[..read]).lines().next().unwrap_or_default().to_owned())
}
