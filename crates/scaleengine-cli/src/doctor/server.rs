//! The server: one harmless signed read, what its answer says of this machine's clock, and a body sent as it is.

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
use crate::profile::Effective;
use crate::redaction::Redaction;

/// A read without parameters that is documented.
pub(super) const READ: &str = "app.list";
/// What a clock may be off before it deserves a look.
const CLOSE: i64 = 30;

/// A server and the account that calls it. The secret was read once.
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
        known: &Effective,
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

    /// The clock by the `Date` of the first answer.
    pub(super) fn clock(&self) -> Status {
        let ahead = *self.transport.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        match ahead {
            None => Status::Skipped("the server did not tell its time".to_owned()),
            Some(ahead) if ahead.abs() < CLOSE => Status::Ok(format!("{ahead} s off the server's")),
            Some(ahead) => {
                let side = if ahead > 0 { "behind" } else { "ahead of" };
                let detail = format!("{} s {side} the server's", ahead.unsigned_abs());
                Status::Warning(detail, "have this machine's clock synchronized; the API counts in UTC".to_owned())
            }
        }
    }

    /// The server's time, as far as it is known.
    pub(super) fn now(&self) -> UnixTime {
        self.client.clock_skew().apply(SystemClock::new().now().wall)
    }

    /// Sends a body once, as it is.
    pub(super) async fn send(&self, body: &str) -> Result<WireResponse, TransportError> {
        // With the headers and the timeout of a call.
        let read = self.client.call(RawCommand::new(READ)).prepare().request(self.now());
        let (headers, timeout) = read.map(|request| (request.headers(), request.timeout())).unwrap_or_default();
        let (body, limits) = (self.encoding.encode(body), Limits::default().timeout(timeout));
        self.transport.send(WireRequest::forwarded(self.client.endpoint().clone(), headers, body, limits)).await
    }
}

/// Sends as another, and notes how far the server's clock is ahead of this one. The first answer counts: the clock may be
/// corrected after it.
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
