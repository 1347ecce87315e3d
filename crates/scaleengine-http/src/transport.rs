//! What sends a request: a trait, its erased twin, and the error that says whether anything was sent.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::wire::{WireRequest, WireResponse};

#[cfg(feature = "reqwest")]
pub mod reqwest;

/// Sends requests. An implementation
/// - sends exactly the bytes and headers of the request, once: it does not retry;
/// - follows no redirect, and decompresses nothing;
/// - keeps the request's [`crate::Limits`];
/// - says [`Sent::No`] only of what cannot have been sent;
/// - uses no proxy for an endpoint on this machine.
pub trait Transport: Send + Sync {
    /// Sends a request and reads the whole response.
    fn send(&self, request: WireRequest) -> impl Future<Output = Result<WireResponse, TransportError>> + Send;
}

/// A boxed future of a transport.
pub type SendFuture<'a> = Pin<Box<dyn Future<Output = Result<WireResponse, TransportError>> + Send + 'a>>;

/// [`Transport`] as a trait object; every transport is one.
pub trait DynTransport: Send + Sync {
    /// As [`Transport::send`].
    fn send_dyn(&self, request: WireRequest) -> SendFuture<'_>;
}

impl<T: Transport> DynTransport for T {
    fn send_dyn(&self, request: WireRequest) -> SendFuture<'_> {
        Box::pin(self.send(request))
    }
}

impl Transport for Arc<dyn DynTransport> {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        (**self).send_dyn(request).await
    }
}

/// A transport made of a function.
///
/// Its errors count as "may have been sent", unless they are [`TransportError`]s, which say it themselves.
///
/// ```
/// use scaleengine_http::{WireRequest, WireResponse, transport};
///
/// let transport = transport::from_fn(|request: WireRequest| async move {
///     let request: http::Request<bytes::Bytes> = request.into_http();
///     // … your own HTTP stack …
/// #   let _ = request;
///     Ok::<_, std::io::Error>(WireResponse::new(http::StatusCode::OK, "{}"))
/// });
/// # let _: std::sync::Arc<dyn scaleengine_http::DynTransport> = std::sync::Arc::new(transport);
/// ```
pub fn from_fn<F, R, E>(function: F) -> FromFn<F>
where
    F: Fn(WireRequest) -> R + Send + Sync,
    R: Future<Output = Result<WireResponse, E>> + Send,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    FromFn(function)
}

/// The transport that [`from_fn`] makes.
#[derive(Clone)]
pub struct FromFn<F>(F);

impl<F, R, E> Transport for FromFn<F>
where
    F: Fn(WireRequest) -> R + Send + Sync,
    R: Future<Output = Result<WireResponse, E>> + Send,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        (self.0)(request).await.map_err(|error| match error.into().downcast::<TransportError>() {
            Ok(classified) => *classified,
            Err(error) => TransportError::maybe_sent(TransportErrorKind::Other, error),
        })
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFn(…)")
    }
}

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
    /// The server's name could not be resolved.
    #[error("the server's name could not be resolved")]
    Resolve,
    /// No connection could be made.
    #[error("no connection to the server could be made")]
    Connect,
    /// The TLS handshake failed, or TLS could not be set up.
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
    /// None of these, or the transport cannot tell.
    #[error("the request could not be sent, or its answer not be read")]
    Other,
}

/// A transport brought no whole response.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) sent: Sent,
    pub(crate) kind: TransportErrorKind,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
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
