//! Sends one harmless signed read, and compares the server's clock with this machine's.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use scaleengine::proto::UnixTime;
use scaleengine::{
    Client, Clock as _, Credentials, Endpoint, FormEncoding, HyperTransport, Limits, RawCommand, Signer, SystemClock,
    Transport, TransportError, WireRequest, WireResponse,
};

use super::checks::{Checked, Status};
use crate::context::Context;
use crate::failure::Failure;
use crate::redaction::Redaction;
use scaleengine::config::Profile;

/// A documented read without parameters.
pub(super) const READ: &str = "app.list";
/// A clock skew of this many seconds is a warning.
const CLOSE: i64 = 30;

/// A server and the account that calls it. The secret is read only once.
pub(super) struct Server {
    pub(super) client: Client,
    pub(super) signer: Signer,
    redaction: Redaction,
    transport: Listening,
    encoding: FormEncoding,
}

impl Server {
    pub(super) fn new(
        context: &Context,
        known: &Profile,
        credentials: Credentials,
        endpoint: &Endpoint,
        transport: HyperTransport,
    ) -> Result<Self, Failure> {
        let redaction = Redaction::of(&credentials);
        let signer = Signer::new(&credentials);
        let transport = Listening { inner: Arc::new(transport), ahead: Arc::default() };
        let client =
            context.client_with(known, credentials, Some(&endpoint.to_string()), transport.clone(), Duration::ZERO)?;
        Ok(Self { client, signer, redaction, transport, encoding: context.encoding })
    }

    pub(super) async fn read(&self) -> Checked<()> {
        let reply =
            self.client.call(RawCommand::new(READ)).await.map_err(|error| Failure::of(&error, &self.redaction))?;
        let time = reply.handle_time().map(|time| format!(" in {time} s")).unwrap_or_default();
        Ok(((), Status::Ok(format!("{READ}: success{time}"))))
    }

    /// Checks the clock by the `Date` header of the first response.
    pub(super) fn clock(&self) -> Status {
        let ahead = *self.transport.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        match ahead {
            None => Status::Skipped("the response has no Date header".to_owned()),
            Some(ahead) if ahead.abs() < CLOSE => Status::Ok(format!("{ahead} s from the server's clock")),
            Some(ahead) => {
                let side = if ahead > 0 { "behind" } else { "ahead of" };
                let detail = format!("{} s {side} the server's clock", ahead.unsigned_abs());
                Status::Warning(detail, "synchronize this machine's clock; the API uses UTC".to_owned())
            }
        }
    }

    /// Returns the server's time, as far as it is known.
    pub(super) fn now(&self) -> UnixTime {
        self.client.clock_skew().apply(SystemClock::new().now().wall)
    }

    /// Sends a body once, unchanged.
    pub(super) async fn send(&self, body: &str) -> Result<WireResponse, TransportError> {
        // With the headers and the timeout of a call.
        let read = self.client.call(RawCommand::new(READ)).prepare().request(self.now());
        let (headers, timeout) = read.map(|request| (request.headers(), request.timeout())).unwrap_or_default();
        let (body, limits) = (self.encoding.encode(body), Limits::default().timeout(timeout));
        self.transport.send(WireRequest::forwarded(self.client.endpoint().clone(), headers, body, limits)).await
    }
}

/// A transport that also records how far the server's clock is ahead of this one. Only the first
/// response is used, because the time may be corrected after it.
#[derive(Clone)]
struct Listening {
    inner: Arc<HyperTransport>,
    ahead: Arc<Mutex<Option<i64>>>,
}

impl Transport for Listening {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let response = self.inner.send(request).await?;
        if let Some(server) = response.date() {
            let ahead = server.0.saturating_sub(SystemClock::new().now().wall.0);
            self.ahead.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(ahead);
        }
        Ok(response)
    }
}
