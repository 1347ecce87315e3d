//! Checks the connection to the server: proxy, name lookup, TCP.

use std::net::SocketAddr;
use std::time::Duration;

use scaleengine::Endpoint;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::checks::{Checked, Status};
use crate::context;
use crate::failure::Failure;
use scaleengine::config::Profile;

/// The time limit of a lookup or a connection attempt, the same as in a call.
const PATIENCE: Duration = Duration::from_secs(5);

/// The host to connect to: the server or its proxy.
pub(super) struct Peer {
    host: String,
    port: u16,
    pub(super) is_proxy: bool,
}

/// Finds the proxy for this address, if one is set.
pub(super) fn proxy(known: &Profile, endpoint: &Endpoint) -> Checked<Peer> {
    let uri = endpoint.uri();
    let port = |secure: bool| if secure { 443 } else { 80 };
    let direct = Peer {
        host: uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned(),
        port: uri.port_u16().unwrap_or_else(|| port(endpoint.is_secure())),
        is_proxy: false,
    };
    if endpoint.is_loopback() {
        return Ok((direct, Status::Skipped("not used for addresses on this machine".to_owned())));
    }
    let proxies = known.proxies()?;
    let found = proxies.for_endpoint(endpoint).map_err(|error| context::unusable_proxy(&error))?;
    let Some(proxy) = found else { return Ok((direct, Status::Skipped("none set".to_owned()))) };
    let peer = Peer { host: proxy.host().to_owned(), port: proxy.port(), is_proxy: true };
    Ok((peer, Status::Ok(proxy.to_string())))
}

pub(super) async fn lookup(peer: &Peer) -> Checked<Vec<SocketAddr>> {
    let host = &peer.host;
    let unknown = |why: String| {
        Failure::not_sent(format!("the name {host} cannot be looked up")).because(why).hint(if peer.is_proxy {
            "check the proxy's name and this machine's DNS (/etc/resolv.conf)"
        } else {
            "check the address (--api-url) and this machine's DNS (/etc/resolv.conf)"
        })
    };
    let found = timeout(PATIENCE, lookup_host((host.as_str(), peer.port))).await;
    let found = found.map_err(|_| unknown("no response within 5 s".to_owned()))?;
    let addresses: Vec<_> = found.map_err(|error| unknown(error.to_string()))?.collect();
    let shown: Vec<_> = addresses.iter().map(|address| address.ip().to_string()).collect();
    let finding = Status::Ok(format!("{host} resolves to {}", shown.join(", ")));
    Ok((addresses, finding))
}

pub(super) async fn connect(addresses: &[SocketAddr], peer: &Peer) -> Checked<TcpStream> {
    let mut causes = Vec::new();
    for address in addresses {
        match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok((stream, Status::Ok(format!("to {address}")))),
            Ok(Err(error)) => causes.push(format!("{address}: {error}")),
            Err(_) => causes.push(format!("{address}: no response within 5 s")),
        }
    }
    let failure = Failure::not_sent("no TCP connection can be made").because(causes.join("; "));
    Err(failure.hint(if peer.is_proxy {
        "check the proxy's address: --proxy, SCALEENGINE_PROXY, HTTPS_PROXY"
    } else {
        "check the network and its firewalls, and whether a proxy is needed (--proxy)"
    }))
}
