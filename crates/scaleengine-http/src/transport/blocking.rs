//! Blocking transports, for programs without a runtime: the trait, and closures as transports.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::TransportError;
use crate::wire::{WireRequest, WireResponse};

/// An HTTP stack that sends requests and waits for responses on the calling thread. The rules of
/// [`Transport`](super::Transport) apply.
pub trait BlockingTransport: Send + Sync {
    /// Sends a request and reads the complete response.
    ///
    /// # Errors
    ///
    /// Returns an error if no complete response was received; see [`TransportError::sent`].
    fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError>;
}

impl<T: BlockingTransport + ?Sized> BlockingTransport for Arc<T> {
    fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        (**self).send(request)
    }
}

/// Creates a blocking transport from a closure.
///
/// An error of the closure counts as "may have been sent", unless it is a [`TransportError`].
pub fn from_blocking_fn<F, E>(function: F) -> FromBlockingFn<F>
where
    F: Fn(WireRequest) -> Result<WireResponse, E> + Send + Sync,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    FromBlockingFn(function)
}

/// The transport that [`from_blocking_fn`] creates.
#[derive(Clone)]
pub struct FromBlockingFn<F>(F);

impl<F, E> BlockingTransport for FromBlockingFn<F>
where
    F: Fn(WireRequest) -> Result<WireResponse, E> + Send + Sync,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        (self.0)(request).map_err(TransportError::unclassified)
    }
}

impl<F> fmt::Debug for FromBlockingFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromBlockingFn(…)")
    }
}
