//! One harmless signed read, and what its answer says of this machine's clock.

use std::sync::{Arc, Mutex, PoisonError};

use scaleengine::RawCommand;
use scaleengine::ReqwestTransport;
use scaleengine::http::{Clock as _, SystemClock, Transport, TransportError, WireRequest, WireResponse};
use scaleengine::proto::UnixTime;

use super::examination::{Finding, Found};
use crate::exit::Failure;
use crate::settings::Settings;

/// A read without parameters that is documented.
pub(super) const READ: &str = "app.list";
/// What a clock may be off before it deserves a look.
const CLOSE: i64 = 30;

/// What came of it.
pub(super) struct Heard {
    pub(super) outcome: Found<()>,
    /// How far the server's clock is ahead of this one, in seconds, if it told.
    pub(super) clock: Option<i64>,
}

pub(super) async fn read(settings: &Settings, sandbox: Option<&str>) -> Heard {
    let offset = Arc::new(Mutex::new(None));
    let outcome = answer(settings, sandbox, &offset).await;
    let clock = *offset.lock().unwrap_or_else(PoisonError::into_inner);
    Heard { outcome, clock }
}

async fn answer(settings: &Settings, sandbox: Option<&str>, offset: &Offset) -> Found<()> {
    let listening = |inner| Listening { inner, offset: Arc::clone(offset), clock: SystemClock::new() };
    let client = settings.client_over(sandbox, listening)?;
    let mut call = client.prepare(RawCommand::new(READ));
    let reply = call.run().await.map_err(|error| Failure::of(&error))?;
    let time = reply.handle_time().map(|time| format!(" in {time} s")).unwrap_or_default();
    Ok(((), Finding::Fine(format!("{READ}: success{time}"))))
}

/// The clock by the answer's `Date`.
pub(super) fn clock(offset: Option<i64>) -> Finding {
    match offset {
        None => Finding::Nothing("the server did not tell its time".to_owned()),
        Some(offset) if offset.abs() < CLOSE => Finding::Fine(format!("{offset} s off the server's")),
        Some(offset) => {
            let side = if offset > 0 { "behind" } else { "ahead of" };
            let detail = format!("{} s {side} the server's", offset.unsigned_abs());
            Finding::Odd(detail, "have this machine's clock synchronized; the API counts in UTC".to_owned())
        }
    }
}

type Offset = Arc<Mutex<Option<i64>>>;

/// Sends as another, and notes the time that answers tell. The first counts: the clock may be corrected after it.
struct Listening {
    inner: ReqwestTransport,
    offset: Offset,
    clock: SystemClock,
}

impl Transport for Listening {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let response = self.inner.send(request).await?;
        if let Some(server) = date(&response) {
            let offset = server.0.saturating_sub(self.clock.now().wall.0);
            self.offset.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(offset);
        }
        Ok(response)
    }
}

fn date(response: &WireResponse) -> Option<UnixTime> {
    let text = response.headers.get("date")?.to_str().ok()?;
    let time = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(UnixTime(time.as_second()))
}
