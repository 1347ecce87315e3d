//! The error of a transport: the reason, and whether anything was sent.

use std::error::Error as StdError;
use std::fmt;
use std::io;

/// The state of a failed request: certainly not sent, or possibly sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sent {
    /// No byte of the request can have reached the server.
    No,
    /// The request may have reached the server, or the transport cannot tell.
    Maybe,
}

/// The reason why a transport returned no complete response.
///
/// "Retried" means: for any command after [`Sent::No`], and after [`Sent::Maybe`] only for a
/// command that is safe to repeat, while attempts and time are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The server's name could not be resolved, perhaps temporarily. Retried.
    #[error("the server's name could not be resolved")]
    Resolve,
    /// The server's name does not exist. Not retried.
    #[error("the server's name does not exist")]
    NoSuchHost,
    /// The connection was refused or reset, or the server is unreachable. Retried.
    #[error("could not connect to the server")]
    Connect,
    /// A proxy refused to connect to the server, or cannot be used. Not retried.
    #[error("the proxy did not connect to the server")]
    Proxy,
    /// A proxy could not reach the server: it responded to CONNECT with HTTP 502, 503 or 504.
    /// Retried.
    #[error("the proxy could not reach the server")]
    ProxyGateway,
    /// TLS could not be set up on this machine, for example without root certificates. Not retried.
    #[error("TLS could not be set up on this machine")]
    TlsSetup,
    /// The TLS handshake failed. Retried.
    #[error("the TLS handshake with the server failed")]
    Tls,
    /// The server's certificate was refused. Not retried.
    #[error("the server's certificate was refused")]
    Certificate,
    /// The timeout of the attempt was reached. Retried if there was no connection yet; otherwise
    /// only if the command is safe to repeat.
    #[error("no complete response within the timeout")]
    Timeout,
    /// The response was longer than the limit. Not retried.
    #[error("the response was longer than the limit")]
    BodyTooLarge,
    /// The connection broke, or the response was not HTTP. Retried only if the command is safe to
    /// repeat.
    #[error("the connection broke before the response was complete")]
    Broken,
    /// The transport needs a tokio runtime, and the call does not run in one. Not retried.
    #[error("the transport needs a tokio runtime")]
    NoRuntime,
    /// Another reason, or an unknown one. Not retried if nothing was sent, since the reason is
    /// unlikely to pass by itself; otherwise retried if the command is safe to repeat.
    #[error("the request could not be sent, or its response could not be read")]
    Other,
}

impl TransportErrorKind {
    /// Returns a word for logs and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::NoSuchHost => "no_such_host",
            Self::Connect => "connect",
            Self::Proxy => "proxy",
            Self::ProxyGateway => "proxy_gateway",
            Self::TlsSetup => "tls_setup",
            Self::Tls => "tls",
            Self::Certificate => "certificate",
            Self::Timeout => "timeout",
            Self::BodyTooLarge => "body_too_large",
            Self::Broken => "broken",
            Self::NoRuntime => "no_runtime",
            Self::Other => "other",
        }
    }
}

/// The error of a transport that returned no complete response.
///
/// ```
/// use std::io;
/// use scaleengine_http::{Sent, TransportError, TransportErrorKind};
///
/// let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
/// let error = TransportError::not_sent(TransportErrorKind::Connect, refused);
/// assert_eq!((error.sent(), error.kind().name()), (Sent::No, "connect"));
/// ```
#[derive(Debug)]
pub struct TransportError {
    sent: Sent,
    kind: TransportErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// Creates the error of a request that cannot have reached the server.
    pub fn not_sent(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { sent: Sent::No, kind, source: Some(source.into()) }
    }

    /// Creates the error of a request that may have reached the server.
    pub fn maybe_sent(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { sent: Sent::Maybe, kind, source: Some(source.into()) }
    }

    /// Creates the error of a response longer than the limit of its request.
    #[must_use]
    pub fn body_too_large() -> Self {
        Self { sent: Sent::Maybe, kind: TransportErrorKind::BodyTooLarge, source: None }
    }

    /// Wraps any error as [`Sent::Maybe`]. A [`TransportError`] is returned unchanged.
    pub fn unclassified(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        match error.into().downcast::<Self>() {
            Ok(classified) => *classified,
            Err(error) => Self::maybe_sent(TransportErrorKind::Other, error),
        }
    }

    /// Changes [`Sent::No`] to [`Sent::Maybe`], for a stack whose "not sent" is not certain.
    #[must_use]
    pub fn or_maybe_sent(self) -> Self {
        Self { sent: Sent::Maybe, ..self }
    }

    /// Returns whether the request may have reached the server.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// Returns the reason.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Iterates over an error and its sources, from the outermost, to find an error of the HTTP or the
/// TLS library. An [`io::Error`] omits the error that it wraps from its source chain; this iterator
/// includes it.
///
/// ```
/// use scaleengine_http::transport::chain;
///
/// # let error = std::io::Error::other(std::fmt::Error);
/// let formatting = chain(&error).find_map(|error| error.downcast_ref::<std::fmt::Error>());
/// assert!(formatting.is_some());
/// ```
pub fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error: &&'a (dyn StdError + 'static)| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref).map(|error| error as _);
        wrapped.or_else(|| error.source())
    })
}
