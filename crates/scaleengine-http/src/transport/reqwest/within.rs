//! Bounds the time for a connection by the time limit of the request that it is made for.
//!
//! reqwest does not say of a request that ran out of time whether it ever had a connection. So a connection gets a little less time than
//! its request: a request without a connection ends with an error of connecting. reqwest polls its connector within the request, so
//! the limit is handed down by the thread that polls.

use std::cell::Cell;
use std::error::Error as StdError;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

/// By how much the limit of a connection is below that of its request, as a part of it.
const PART: u32 = 50;

type BoxError = Box<dyn StdError + Send + Sync>;

thread_local! {
    /// The deadline of a connection for the request that is being polled.
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Polls an exchange so that a connection made for it knows its deadline. It counts from here and not from when connecting begins, which
/// may be later.
pub(super) async fn telling<F: Future>(limit: Duration, exchange: F) -> F::Output {
    let mut exchange = pin!(exchange);
    let deadline = Instant::now().checked_add(limit.saturating_sub(limit / PART));
    poll_fn(move |context| {
        DEADLINE.set(deadline);
        let outcome = exchange.as_mut().poll(context);
        DEADLINE.set(None);
        outcome
    })
    .await
}

/// The layer around reqwest's connector.
#[derive(Clone)]
pub(super) struct Within;

impl<S> Layer<S> for Within {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector(inner)
    }
}

#[derive(Clone)]
pub(super) struct Connector<S>(S);

impl<S, R> Service<R> for Connector<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let (connecting, deadline) = (self.0.call(request), DEADLINE.get());
        Box::pin(async move {
            match deadline {
                None => connecting.await,
                Some(deadline) => match tokio::time::timeout_at(deadline, connecting).await {
                    Ok(outcome) => outcome,
                    Err(_) => Err(ConnectTimeout(()).into()),
                },
            }
        })
    }
}

/// No connection came about in time.
#[derive(Debug, thiserror::Error)]
#[error("no connection within the time of the request")]
pub(super) struct ConnectTimeout(());
