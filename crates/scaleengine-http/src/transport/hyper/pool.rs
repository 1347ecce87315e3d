//! Connections that are kept for the next request, unless the server closes them without announcing it.

use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::super::connecting::IDLE_TIMEOUT;

/// The number of requests that get a connection of their own after the server closed one that was in use. **Chosen**: enough for most
/// bulk runs, and few enough that a single unlucky close does not cost a long-lived service its kept connections.
const SINGLE: u32 = 1000;

/// A client that sends each request once. Some servers close a connection after each response without `Connection: close`; a request
/// written to such a connection may be lost, and nobody can tell. So once a connection breaks under a request, the next requests use no
/// kept connection.
pub(super) struct Pool<C> {
    kept: Client<C, Full<Bytes>>,
    single: Client<C, Full<Bytes>>,
    remaining: AtomicU32,
}

impl<C: Connect + Clone + Send + Sync + 'static> Pool<C> {
    pub(super) fn new(connector: C) -> Self {
        let client = |idle| {
            let mut client = Client::builder(TokioExecutor::new());
            client.retry_canceled_requests(false).pool_idle_timeout(IDLE_TIMEOUT).pool_timer(TokioTimer::new());
            client.pool_max_idle_per_host(idle);
            client
        };
        Self {
            kept: client(usize::MAX).build(connector.clone()),
            single: client(0).build(connector),
            remaining: AtomicU32::new(0),
        }
    }

    pub(super) async fn request(&self, request: Request<Full<Bytes>>) -> <ResponseFuture as Future>::Output {
        let take = |remaining: u32| remaining.checked_sub(1);
        if self.remaining.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
            return self.single.request(request).await;
        }
        let response = self.kept.request(request).await;
        if response.as_ref().is_err_and(|error| !error.is_connect()) {
            self.remaining.store(SINGLE, Ordering::Relaxed);
        }
        response
    }
}
