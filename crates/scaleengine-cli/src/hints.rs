//! Hints for a call that failed.

use scaleengine::Error;
use scaleengine::proto::code::KnownCode;
use scaleengine::{ErrorKind, TransportErrorKind};

use crate::exit::Exit;
use crate::tls;

pub(crate) fn hint(error: &Error, exit: Exit) -> Option<&'static str> {
    Some(match (exit, error.code()) {
        (_, Some(KnownCode::KeyRefused)) => "API key and CDN id have to belong together",
        (_, Some(KnownCode::SignatureRefused)) => {
            "check the secret key: the account's private key, as text, without quotes or blanks around it"
        }
        (_, Some(KnownCode::NotAllowed)) => "the account may not do this: ask ScaleEngine's support",
        (_, Some(KnownCode::UnknownCommand)) => "check the command's name",
        (Exit::NotSent, Some(KnownCode::ServerFault)) => "the server has a fault: try again later",
        (Exit::Clock, _) => "check this machine's clock and its synchronization; the API counts in UTC",
        (Exit::Throttled, _) => "wait a few minutes before the next call",
        (Exit::ApiFailure, _) if error.api().is_none() => {
            "something before the API refused the request: check the address (--api-url); -v shows the response"
        }
        (Exit::NotSent, _) if transport_kind(error) == Some(TransportErrorKind::Proxy) => {
            "check that the proxy allows this address, and its user and password (SCALEENGINE_PROXY, HTTPS_PROXY, or the profile's proxy)"
        }
        (Exit::NotSent, _) if matches!(error.kind(), ErrorKind::Decode(_)) => {
            "the response is not one of the API: check the address (--api-url); -v shows the response"
        }
        (Exit::NotSent, _) if error.is_tls() => tls::remedy(error).unwrap_or(tls::TRUST),
        (Exit::NotSent, _) => "check the network, the proxy variables and SCALEENGINE_API_URL",
        (Exit::Unknown, _) => "look at the present state first; repeat the command only where it is still needed",
        (Exit::Unreadable, _) => "the command is done: do not repeat it",
        _ => return None,
    })
}

fn transport_kind(error: &Error) -> Option<TransportErrorKind> {
    match error.kind() {
        ErrorKind::Transport(error) => Some(error.kind()),
        _ => None,
    }
}
