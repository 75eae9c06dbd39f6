//! Which address on the network a request comes from: what sign-in attempts are counted by.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts as _, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};

use crate::app::AppState;

/// The client's address; `None` when the connection has none (a socket, a test).
#[derive(Clone, Copy, Debug, Default)]
pub struct ClientIp(pub Option<IpAddr>);

/// The layer: notes the address on the request.
pub async fn layer(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let peer =
        ConnectInfo::<SocketAddr>::from_request_parts(&mut parts, &()).await.ok().map(|info| info.0.ip());
    let client = peer.map(|peer| client(peer, &parts.headers, app.trusted_proxies()));
    parts.extensions.insert(ClientIp(client));
    next.run(Request::from_parts(parts, body)).await
}

/// The last address in `X-Forwarded-For` that is not one of our own proxies; what stands before it the client itself may have
/// written. Without a trusted proxy in front the header says nothing.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let mut client = peer.to_canonical();
    let said = headers.get_all("x-forwarded-for");
    let hops: Vec<&str> = said.iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).collect();
    for hop in hops.iter().rev() {
        if !proxies.iter().any(|proxy| proxy.to_canonical() == client) {
            break;
        }
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, said: &[&'static str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let proxies: Vec<IpAddr> = proxies.iter().map(|p| p.parse().unwrap()).collect();
        client(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn a_client_cannot_choose_its_own_address() {
        assert_eq!(seen("192.0.2.7", &["198.51.100.1"], &[]), "192.0.2.7");
        assert_eq!(seen("192.0.2.7", &["198.51.100.1"], &["10.0.0.1"]), "192.0.2.7");
        // What the client sent stands first; what our proxy added stands last.
        assert_eq!(seen("10.0.0.1", &["198.51.100.1, 192.0.2.7"], &["10.0.0.1"]), "192.0.2.7");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1", "192.0.2.7"], &["10.0.0.1"]), "192.0.2.7");
    }

    #[test]
    fn several_proxies_of_our_own_are_passed_over() {
        assert_eq!(seen("10.0.0.1", &["192.0.2.7, 10.0.0.2"], &["10.0.0.1", "10.0.0.2"]), "192.0.2.7");
        assert_eq!(seen("::ffff:10.0.0.1", &["192.0.2.7"], &["10.0.0.1"]), "192.0.2.7");
    }

    #[test]
    fn what_cannot_be_read_leaves_the_proxys_own_address() {
        assert_eq!(seen("10.0.0.1", &["unknown"], &["10.0.0.1"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.1"]), "10.0.0.1");
    }
}
