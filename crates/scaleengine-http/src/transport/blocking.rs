//! The same for programs without a runtime: a trait, which is its own erased twin, and what makes one of a function.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::TransportError;
use crate::wire::{WireRequest, WireResponse};

/// Sends requests, and waits for their responses on the thread that asks. What a [`Transport`](super::Transport) has to
/// keep, this has to keep too.
pub trait BlockingTransport: Send + Sync {
    /// Sends a request and reads the whole response.
    ///
    /// # Errors
    ///
    /// No whole response came; the error says whether anything may have been sent.
    fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError>;
}

impl<T: BlockingTransport + ?Sized> BlockingTransport for Arc<T> {
    fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        (**self).send(request)
    }
}

/// A blocking transport made of a function.
///
/// Its errors count as "may have been sent", unless they are [`TransportError`]s, which say it themselves.
pub fn from_blocking_fn<F, E>(function: F) -> FromBlockingFn<F>
where
    F: Fn(WireRequest) -> Result<WireResponse, E> + Send + Sync,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    FromBlockingFn(function)
}

/// The transport that [`from_blocking_fn`] makes.
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
