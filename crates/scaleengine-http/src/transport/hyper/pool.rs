//! A connection pool for servers that may close connections without announcing it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Request;
use http::uri::Authority;
use http_body_util::Full;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::super::connecting::Connecting;

/// The number of requests that get a new connection after the server closed one that was in use.
/// **Chosen**: enough for most bulk runs, and few enough that a single unlucky close does not cost
/// a long-lived service its pool.
const SINGLE: u32 = 1000;

/// A client that sends each request once. Some servers close a connection after each response
/// without `Connection: close`; a request written to such a connection may be lost, which cannot be
/// detected. So once a connection breaks under a request, the next requests to that server use no
/// kept connection.
pub(super) struct Pool<C> {
    kept: Client<C, Full<Bytes>>,
    single: Client<C, Full<Bytes>>,
    /// The number of further requests to a server that get a new connection.
    remaining: Mutex<HashMap<Authority, u32>>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Pool<C> {
    pub(super) fn new(connector: C, settings: &Connecting) -> Self {
        let idle_timeout = settings.idle_timeout;
        let client = |idle| {
            let mut client = Client::builder(TokioExecutor::new());
            client.retry_canceled_requests(false).pool_idle_timeout(idle_timeout).pool_timer(TokioTimer::new());
            client.pool_max_idle_per_host(idle);
            client
        };
        Self {
            kept: client(if idle_timeout.is_zero() { 0 } else { settings.max_idle }).build(connector.clone()),
            single: client(0).build(connector),
            remaining: Mutex::default(),
        }
    }

    pub(super) async fn request(&self, request: Request<Full<Bytes>>) -> <ResponseFuture as Future>::Output {
        let Some(server) = request.uri().authority().cloned() else { return self.kept.request(request).await };
        if self.takes_single(&server) {
            return self.single.request(request).await;
        }
        let response = self.kept.request(request).await;
        if response.as_ref().is_err_and(|error| !error.is_connect()) {
            self.remaining().insert(server, SINGLE);
        }
        response
    }

    fn takes_single(&self, server: &Authority) -> bool {
        let mut remaining = self.remaining();
        let Some(left) = remaining.get_mut(server) else { return false };
        *left = left.saturating_sub(1);
        if *left == 0 {
            remaining.remove(server);
        }
        true
    }

    fn remaining(&self) -> MutexGuard<'_, HashMap<Authority, u32>> {
        self.remaining.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
