//! Hints for failed calls.

use scaleengine::Error;
use scaleengine::proto::code::KnownCode;
use scaleengine::{ErrorKind, TransportErrorKind};

use crate::exit::Exit;
use crate::tls;

pub(crate) fn hint(error: &Error, exit: Exit) -> Option<&'static str> {
    Some(match (exit, error.code()) {
        (_, Some(KnownCode::KeyRefused)) => "check that the API key and the CDN id belong to the same account",
        (_, Some(KnownCode::SignatureRefused)) => {
            "check the secret key: it must be the API private key of the account as the control panel shows it, without quotes or spaces"
        }
        (_, Some(KnownCode::NotAllowed)) => "the account is not allowed to do this: ask ScaleEngine's support",
        (_, Some(KnownCode::UnknownCommand)) => "check the command's name: `scaleengine commands` lists the known ones",
        (Exit::NotSent, Some(KnownCode::ServerFault)) => "the server failed: try again later",
        (Exit::Clock, _) => "synchronize this machine's clock; the API uses UTC",
        (Exit::Throttled, _) => "wait a few minutes before the next call",
        (Exit::ApiFailure, _) if error.api().is_none() => {
            "a server in front of the API refused the request: check the address (--api-url); -v shows the response"
        }
        (Exit::NotSent, _) if transport_kind(error) == Some(TransportErrorKind::Proxy) => {
            "check that the proxy allows this address, and check its user and password (SCALEENGINE_PROXY, HTTPS_PROXY, or the profile's proxy)"
        }
        (Exit::NotSent, _) if matches!(error.kind(), ErrorKind::Decode(_)) => {
            "the response is not an API reply: check the address (--api-url); -v shows the response"
        }
        (Exit::NotSent, _) if error.is_tls() => tls::remedy(error).unwrap_or(tls::TRUST),
        (Exit::NotSent, Some(KnownCode::Queued)) => "the API queued the request: try again later",
        (Exit::NotSent, _) if matches!(error.kind(), ErrorKind::Status(_)) => {
            "the server or a proxy failed: try again later; if it persists, check the address (--api-url) and the proxy"
        }
        (Exit::NotSent, _) => "check the network, the proxy variables and SCALEENGINE_API_URL",
        (Exit::Unknown, _) => {
            "check the current state before repeating the command, for example with a list or details command"
        }
        (Exit::Unreadable, _) => "the command was executed; do not repeat it",
        _ => return None,
    })
}

fn transport_kind(error: &Error) -> Option<TransportErrorKind> {
    match error.kind() {
        ErrorKind::Transport(error) => Some(error.kind()),
        _ => None,
    }
}
