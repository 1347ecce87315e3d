//! The adapter for any `tower::Service` of HTTP requests, so that calls can use tower's layers
//! (limits, concurrency, metrics).

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, poll_fn, select};
use http::{Request, Response};
use http_body_util::Full;
use tower_service::Service;

use super::body;
use super::{Transport, TransportError, TransportErrorKind};
use crate::wire::{WireRequest, WireResponse};

/// Creates a transport from a service, which is cloned for each request, as is usual with tower.
///
/// The service must obey the rules of [`Transport`], except timeout and body limit, which are
/// enforced here. Its errors are classified by [`classify`] unless [`Tower::classified_by`] sets
/// another function.
///
/// ```
/// use bytes::Bytes;
/// use http_body_util::Full;
/// use scaleengine_http::transport;
///
/// # #[derive(Clone)] struct Service;
/// # impl tower_service::Service<http::Request<Full<Bytes>>> for Service {
/// #     type Response = http::Response<Full<Bytes>>;
/// #     type Error = std::io::Error;
/// #     type Future = std::future::Ready<Result<Self::Response, Self::Error>>;
/// #     fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> { Ok(()).into() }
/// #     fn call(&mut self, _: http::Request<Full<Bytes>>) -> Self::Future { std::future::ready(Ok(http::Response::default())) }
/// # }
/// # let service = Service;
/// // such as `ServiceBuilder::new().concurrency_limit(8).service(client)`
/// let transport = transport::tower::tower(service);
/// # let _: std::sync::Arc<dyn scaleengine_http::DynTransport> = std::sync::Arc::new(transport);
/// ```
pub fn tower<S, B>(service: S) -> Tower<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    Tower { service: Mutex::new(service), classify }
}

/// Classifies the errors of a service: tower's `Overloaded` (from `load_shed`) means "not sent", a
/// [`TransportError`] is returned unchanged, and any other error means "may have been sent".
#[must_use]
pub fn classify(error: Box<dyn StdError + Send + Sync>) -> TransportError {
    if error.is::<::tower::load_shed::error::Overloaded>() {
        return TransportError::not_sent(TransportErrorKind::Connect, error);
    }
    TransportError::unclassified(error)
}

/// The transport that [`tower()`] creates.
pub struct Tower<S> {
    /// Cloned for each request; locked only because a service need not be `Sync`.
    service: Mutex<S>,
    classify: fn(Box<dyn StdError + Send + Sync>) -> TransportError,
}

impl<S> Tower<S> {
    /// Sets the function that classifies the errors of the service, such as one that calls
    /// `transport::hyper::classify` for hyper-util's client and [`classify`] for the rest.
    #[must_use]
    pub fn classified_by(mut self, classify: fn(Box<dyn StdError + Send + Sync>) -> TransportError) -> Self {
        self.classify = classify;
        self
    }
}

impl<S, B> Transport for Tower<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    S::Future: Send,
    B: http_body::Body + Send,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let (timeout, max_body) = (request.timeout(), request.max_body());
        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut late = futures_timer::Delay::new(timeout);
        // The service receives the request only once it is ready, and only if that is in time.
        let ready = poll_fn(|context| service.poll_ready(context));
        match select(&mut late, ready).await {
            Either::Left(_) => return Err(not_in_time(timeout, TransportError::not_sent)),
            Either::Right((ready, _)) => ready.map_err(|error| not_given(self.classify, error))?,
        }
        let exchange = Box::pin(async move {
            let response = service.call(request.into_http().map(Full::new)).await;
            let (head, body) = response.map_err(|error| (self.classify)(error.into()))?.into_parts();
            let body = body::read(body, max_body).await?;
            Ok(WireResponse::new(head.status, body).with_headers(head.headers))
        });
        match select(exchange, late).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(not_in_time(timeout, TransportError::maybe_sent)),
        }
    }
}

fn not_given<E>(classify: fn(Box<dyn StdError + Send + Sync>) -> TransportError, error: E) -> TransportError
where
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    let error = classify(error.into());
    TransportError::not_sent(error.kind(), error)
}

fn not_in_time(limit: Duration, error: fn(TransportErrorKind, String) -> TransportError) -> TransportError {
    error(TransportErrorKind::Timeout, format!("the timeout is {limit:?}"))
}

impl<S> fmt::Debug for Tower<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tower(…)")
    }
}
