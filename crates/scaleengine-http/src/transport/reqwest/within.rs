//! Bounds the time to connect by the timeout of the request.
//!
//! reqwest does not report whether a request that timed out ever had a connection. So connecting
//! gets slightly less time than the request: a request without a connection ends with a connect
//! error. reqwest polls its connector within the request, so the deadline is passed in a
//! thread-local variable.

use std::cell::Cell;
use std::error::Error as StdError;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

/// The divisor of the request's timeout that gives the time withheld from connecting.
const PART: u32 = 50;

type BoxError = Box<dyn StdError + Send + Sync>;

thread_local! {
    /// The connect deadline of the request that is being polled.
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Polls an exchange with its connect deadline set. The deadline counts from this call, not from
/// the start of connecting, which may be later.
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

/// The error of a connection that was not made in time.
#[derive(Debug, thiserror::Error)]
#[error("no connection within the timeout of the request")]
pub(super) struct ConnectTimeout(());
