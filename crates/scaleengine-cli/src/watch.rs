//! `stream watch`: repeats a read-only call, writes changes, and ends when a condition is met.

use std::process::ExitCode;
use std::time::Duration;

use scaleengine::param::DateTime;
use scaleengine::proto::{Printable, UnixTime};
use scaleengine::{Clock as _, Sleep as _, SystemClock, SystemSleep};
use scaleengine::{Command as _, Effect, RawCommand};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::observed::{Change, Observed, shown};
use crate::output::{self, Format};
use crate::runtime::Signals;
use crate::session::{self, Session};

/// The options of a watch.
pub(crate) struct Watch {
    pub(crate) read: RawCommand,
    pub(crate) every: Duration,
    pub(crate) until: Option<Until>,
    /// The maximum duration.
    pub(crate) lasting: Option<Duration>,
}

/// The condition that ends a watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Until {
    /// The API reports failure.
    Failure,
    /// Any value has changed.
    Changed,
    /// The value at a path is equal to this string.
    Value { path: String, value: String },
}

impl Until {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        match (text, text.split_once('=')) {
            ("failure", _) => Ok(Self::Failure),
            ("changed", _) => Ok(Self::Changed),
            (_, Some((path, value))) if !path.is_empty() => {
                Ok(Self::Value { path: path.to_owned(), value: value.to_owned() })
            }
            _ => Err("expected failure, changed or PATH=VALUE, such as status=success"),
        }
    }

    fn has_come(&self, observed: &Observed, changed: bool) -> bool {
        match self {
            Self::Failure => observed.get("status").is_some_and(|status| status == "failure"),
            Self::Changed => changed,
            Self::Value { path, value } => {
                let own = observed.get(path).map(|own| own.as_str().map_or_else(|| own.to_string(), str::to_owned));
                own.as_ref() == Some(value)
            }
        }
    }
}

/// Runs a watch. It only reads, so it can be stopped at any time.
pub(crate) async fn run(context: &Context, watch: Watch) -> Result<ExitCode, Failure> {
    if context.field.is_some() {
        return Err(Failure::usage(
            "--field cannot be used with stream watch, which writes many events; use -o jsonl and jq",
        ));
    }
    let session = Session::open(context).await?;
    let mut signals = Signals::new()?;
    tokio::select! {
        ended = watch.finish(&session, context.format) => ended,
        signal = signals.next() => Err(Failure::interrupted(signal?, Effect::None, 0)),
    }
}

/// Waits for the remaining time; forever if it is `None`.
async fn over(left: Option<Duration>) {
    match left {
        Some(left) => SystemSleep.sleep(left).await,
        None => std::future::pending().await,
    }
}

/// The result of one call.
enum Look {
    Seen(Observed),
    /// A temporary failure, and the wait that the server requests.
    Blind(Box<Failure>, Option<Duration>),
}

impl Watch {
    async fn finish(self, session: &Session, format: Format) -> Result<ExitCode, Failure> {
        let (client, clock) = (&session.client, SystemClock::new());
        let end = self.lasting.map(|lasting| clock.now().mono.saturating_add(lasting));
        let mut last: Option<Observed> = None;
        // The failure of the last call, if it was temporary.
        let mut blind: Option<Box<Failure>> = None;
        let mut corrected = 0;
        loop {
            let mut pause = self.every;
            let left = end.map(|end| end.saturating_sub(clock.now().mono));
            let look = tokio::select! {
                look = self.look(session) => look?,
                () = over(left) => return self.at_its_end(last.is_some(), blind),
            };
            let offset = client.clock_skew().seconds();
            if std::mem::replace(&mut corrected, offset) != offset {
                session::tell_offset(client);
            }
            match look {
                Look::Seen(observed) => {
                    blind = None;
                    let changes = last.as_ref().map(|last| observed.since(last));
                    let changed = changes.as_ref().is_some_and(|changes| !changes.is_empty());
                    if changed || last.is_none() {
                        let text = self.told(&observed, changes.as_deref(), clock.now().wall, format);
                        let code = output::data(text.as_bytes())?;
                        if code != ExitCode::SUCCESS {
                            return Ok(code);
                        }
                    }
                    if self.until.as_ref().is_some_and(|until| until.has_come(&observed, changed)) {
                        return Ok(ExitCode::SUCCESS);
                    }
                    last = Some(observed);
                }
                Look::Blind(failure, wait) => {
                    // Warn once per outage, not once per call.
                    if blind.is_none() {
                        output::note(&format!("warning: {}; the watch continues", Printable(&failure.told())));
                    }
                    blind = Some(failure);
                    pause = pause.max(wait.unwrap_or_default());
                }
            }
            if output::is_unread() {
                return Ok(Exit::ClosedPipe.into());
            }
            let left = end.map(|end| end.saturating_sub(clock.now().mono));
            SystemSleep.sleep(left.map_or(pause, |left| left.min(pause))).await;
            if left.is_some_and(|left| left <= pause) {
                return self.at_its_end(last.is_some(), blind);
            }
        }
    }

    /// Ends the watch at its maximum duration. Without any reply, it has failed.
    fn at_its_end(&self, seen: bool, blind: Option<Box<Failure>>) -> Result<ExitCode, Failure> {
        match blind {
            Some(failure) if !seen => Err(*failure),
            _ if seen && self.until.is_none() => Ok(ExitCode::SUCCESS),
            _ => Err(Failure::condition_timeout()),
        }
    }

    /// Calls once. Returns an error if the next call would fail the same way.
    async fn look(&self, session: &Session) -> Result<Look, Failure> {
        let error = match session.client.call(self.read.clone()).await {
            Ok(reply) => return Ok(Look::Seen(Observed::answer(&reply))),
            Err(error) => error,
        };
        let failure = Failure::of(&error, &session.redaction);
        let no_use = match failure.exit {
            Exit::Refused | Exit::Clock | Exit::Usage | Exit::Internal => true,
            // Refused without an API reply: the API URL is wrong, or a proxy needs a password.
            Exit::ApiFailure => error.api().is_none(),
            _ => error.is_tls(),
        };
        match error.api() {
            _ if no_use => Err(failure),
            Some(_) if !error.is_throttled() => Ok(Look::Seen(Observed::failure(&error, &session.redaction))),
            _ => Ok(Look::Blind(Box::new(failure), error.retry_after())),
        }
    }

    /// Formats an event: the first reply completely, later ones by their changes.
    fn told(&self, observed: &Observed, changes: Option<&[Change]>, now: UnixTime, format: Format) -> String {
        let time = DateTime::from_unix(now).map(|time| time.to_string()).unwrap_or_default();
        if format == Format::Human {
            let lines: Vec<String> = match changes {
                None => observed
                    .values()
                    .filter(|(path, _)| *path != "sandbox.shape")
                    .map(|(path, value)| format!("{} {}", Printable(path), shown(Some(value))))
                    .collect(),
                Some(changes) => changes.iter().map(Change::to_string).collect(),
            };
            return lines.into_iter().map(|line| format!("{time} UTC {line}\n")).collect();
        }
        let values: serde_json::Map<_, _> =
            observed.values().map(|(path, value)| (path.clone(), value.clone())).collect();
        let changes = changes.map(|changes| changes.iter().map(Change::data).collect::<Vec<_>>());
        let line = [
            ("schema", json!(output::json::SCHEMA).to_string()),
            ("time", json!(time).to_string()),
            ("command", json!(self.read.wire_name()).to_string()),
            ("values", Value::Object(values).to_string()),
            ("changes", json!(changes).to_string()),
        ];
        output::json::object(&line)
    }
}
