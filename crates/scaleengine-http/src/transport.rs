//! Transports: the trait, its object-safe twin, closures as transports, and adapters for HTTP
//! clients.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::wire::{WireRequest, WireResponse};

mod blocking;
#[cfg(any(feature = "hyper", feature = "reqwest", feature = "tower"))]
mod body;
#[cfg(any(feature = "hyper", feature = "ureq"))]
mod connecting;
mod error;
#[cfg(feature = "hyper")]
pub mod hyper;
#[cfg(any(feature = "hyper", feature = "ureq"))]
mod lookup;
#[cfg(any(feature = "hyper", feature = "ureq", feature = "test-server"))]
pub(crate) mod provider;
pub mod proxy;
#[cfg(feature = "reqwest")]
pub mod reqwest;
#[cfg(any(feature = "hyper", feature = "ureq"))]
mod tls;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "ureq")]
pub mod ureq;

#[cfg(any(feature = "hyper", feature = "ureq"))]
pub use connecting::SetupError;
#[cfg(any(feature = "hyper", feature = "ureq", feature = "test-server"))]
pub use provider::NoProvider;
#[cfg(any(feature = "hyper", feature = "ureq"))]
pub use tls::ExtraCaError;

pub use blocking::{BlockingTransport, FromBlockingFn, from_blocking_fn};
pub use error::{Sent, TransportError, TransportErrorKind, chain};

/// An HTTP stack that sends requests. An implementation
/// - sends exactly the bytes and headers of the request, once: it does not retry;
/// - follows no redirect, and decompresses nothing;
/// - enforces [`WireRequest::timeout`] and [`WireRequest::max_body`];
/// - fails with [`Sent::No`] only if nothing can have been sent;
/// - sends to an `https` endpoint over TLS, or fails with [`TransportErrorKind::TlsSetup`];
/// - uses no proxy for an endpoint on this machine.
///
/// It must handle what the API's servers do: they respond in HTTP/1.1 to a request of any version,
/// use chunked bodies, and keep connections open.
///
/// `test_util::contract` (feature `test-server`) tests these rules, except TLS and proxies.
pub trait Transport: Send + Sync {
    /// Sends a request and reads the complete response.
    fn send(&self, request: WireRequest) -> impl Future<Output = Result<WireResponse, TransportError>> + Send;
}

/// The boxed future of [`DynTransport::send_dyn`].
pub type SendFuture<'a> = Pin<Box<dyn Future<Output = Result<WireResponse, TransportError>> + Send + 'a>>;

/// The object-safe twin of [`Transport`], implemented for every transport.
pub trait DynTransport: Send + Sync {
    /// Sends a request; see [`Transport::send`].
    fn send_dyn(&self, request: WireRequest) -> SendFuture<'_>;
}

impl<T: Transport> DynTransport for T {
    fn send_dyn(&self, request: WireRequest) -> SendFuture<'_> {
        Box::pin(self.send(request))
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        (**self).send(request).await
    }
}

impl Transport for Arc<dyn DynTransport> {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        (**self).send_dyn(request).await
    }
}

/// Creates a transport from a closure.
///
/// An error of the closure counts as [`Sent::Maybe`], unless it is a [`TransportError`].
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

/// The transport that [`from_fn`] creates.
#[derive(Clone)]
pub struct FromFn<F>(F);

impl<F, R, E> Transport for FromFn<F>
where
    F: Fn(WireRequest) -> R + Send + Sync,
    R: Future<Output = Result<WireResponse, E>> + Send,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        (self.0)(request).await.map_err(TransportError::unclassified)
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFn(…)")
    }
}

/// Returns an error outside a tokio runtime, or in one without timer or I/O, where clients based on
/// tokio would panic. tokio cannot be queried for its drivers, so this creates a timer and a
/// socket; `checked` is set once that has worked.
#[cfg(any(feature = "hyper", feature = "reqwest"))]
fn require_tokio(checked: &std::sync::OnceLock<()>) -> Result<(), TransportError> {
    const MISSING: &str =
        "the call is not inside a tokio runtime: run it in one, or use the blocking client (feature `ureq`)";
    const DISABLED: &str = "this tokio runtime has no timer or no I/O: build it with `enable_all`";
    let fail = |why| Err(TransportError::not_sent(TransportErrorKind::NoRuntime, why));
    if tokio::runtime::Handle::try_current().is_err() {
        return fail(MISSING);
    }
    let create = || {
        drop(tokio::time::timeout(std::time::Duration::ZERO, std::future::ready(())));
        let socket = std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0)).ok();
        let socket = socket.filter(|socket| socket.set_nonblocking(true).is_ok());
        drop(socket.map(tokio::net::UdpSocket::from_std));
    };
    if checked.get().is_none() && std::panic::catch_unwind(create).is_err() {
        return fail(DISABLED);
    }
    let _ = checked.set(());
    Ok(())
}
