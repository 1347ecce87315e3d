//! A transport that brought no whole response: what kept it, and whether anything was sent.

use std::error::Error as StdError;
use std::fmt;
use std::io;

/// Whether a request may have reached the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sent {
    /// Not a byte of it can have.
    No,
    /// It may have, or nobody can tell.
    Maybe,
}

/// What kept a transport from bringing a whole response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The server's name could not be resolved for now.
    #[error("the server's name could not be resolved")]
    Resolve,
    /// There is no server of this name.
    #[error("there is no server of this name")]
    NoSuchHost,
    /// No connection could be made.
    #[error("no connection to the server could be made")]
    Connect,
    /// A proxy refused to connect to the server, or could not be used.
    #[error("the proxy did not connect to the server")]
    Proxy,
    /// A proxy could not reach the server: it answered HTTP 502, 503 or 504 to CONNECT. Retried.
    #[error("the proxy could not reach the server")]
    ProxyGateway,
    /// TLS could not be set up on this machine, such as for want of root certificates.
    #[error("TLS could not be set up on this machine")]
    TlsSetup,
    /// The TLS handshake failed.
    #[error("no TLS connection to the server could be made")]
    Tls,
    /// The server's certificate was refused.
    #[error("the server's certificate was refused")]
    Certificate,
    /// The time limit was reached.
    #[error("no whole answer came within the time limit")]
    Timeout,
    /// The response was longer than the limit.
    #[error("the answer was longer than the limit")]
    BodyTooLarge,
    /// The connection broke, or what came over it was not HTTP.
    #[error("the connection broke before a whole answer had come")]
    Broken,
    /// The transport needs a tokio runtime, and the call does not run in one.
    #[error("the transport needs a tokio runtime")]
    NoRuntime,
    /// None of these, or the transport cannot tell.
    #[error("the request could not be sent, or its answer not be read")]
    Other,
}

/// A transport brought no whole response.
#[derive(Debug)]
pub struct TransportError {
    sent: Sent,
    kind: TransportErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// Nothing of the request can have reached the server.
    pub fn not_sent(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { sent: Sent::No, kind, source: Some(source.into()) }
    }

    /// The request may have reached the server.
    pub fn maybe_sent(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { sent: Sent::Maybe, kind, source: Some(source.into()) }
    }

    /// The response is longer than the limit of its request.
    #[must_use]
    pub fn body_too_large() -> Self {
        Self { sent: Sent::Maybe, kind: TransportErrorKind::BodyTooLarge, source: None }
    }

    /// An error of a stack that does not tell whether anything was sent, so that it may have been; unless it is an error of
    /// this type, which tells.
    pub fn unclassified(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        match error.into().downcast::<Self>() {
            Ok(classified) => *classified,
            Err(error) => Self::maybe_sent(TransportErrorKind::Other, error),
        }
    }

    /// The same error of a stack for which "not sent" cannot be believed.
    #[must_use]
    pub fn or_maybe_sent(self) -> Self {
        Self { sent: Sent::Maybe, ..self }
    }

    /// Whether the request may have reached the server.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// What happened.
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

/// An error and what lies beneath it, from the outermost; for whoever looks for an error of the HTTP or the TLS library. An
/// [`io::Error`] hides the one that it wraps from its own chain, and this does not.
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
