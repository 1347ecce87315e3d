//! `stream watch`: repeats a read, writes what changed, and ends when what was waited for has come.

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

/// A watch as it was asked for.
pub(crate) struct Watch {
    pub(crate) read: RawCommand,
    pub(crate) every: Duration,
    pub(crate) until: Option<Until>,
    /// How long, at most.
    pub(crate) lasting: Option<Duration>,
}

/// What ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Until {
    /// The API answers failure.
    Failure,
    /// Anything is another than at first.
    Changed,
    /// A value is this.
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
            _ => Err("failure, changed or PATH=VALUE is expected, such as status=success"),
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

/// A watch changes nothing, so it can be stopped at any time.
pub(crate) async fn run(context: &Context, watch: Watch) -> Result<ExitCode, Failure> {
    if context.field.is_some() {
        return Err(Failure::usage("--field is for one answer; a watch writes many: -o jsonl and jq"));
    }
    let session = Session::open(context).await?;
    let mut signals = Signals::new()?;
    tokio::select! {
        ended = watch.finish(&session, context.format) => ended,
        signal = signals.next() => Err(Failure::interrupted(signal?, Effect::None, 0)),
    }
}

/// Waits so long; for ever where there is no end.
async fn over(left: Option<Duration>) {
    match left {
        Some(left) => SystemSleep.sleep(left).await,
        None => std::future::pending().await,
    }
}

/// What one look at it brought.
enum Look {
    Seen(Observed),
    /// Nothing was learnt, and it is no use to look again before a time.
    Blind(Box<Failure>, Option<Duration>),
}

impl Watch {
    async fn finish(self, session: &Session, format: Format) -> Result<ExitCode, Failure> {
        let (client, clock) = (&session.client, SystemClock::new());
        let end = self.lasting.map(|lasting| clock.now().mono.saturating_add(lasting));
        let mut last: Option<Observed> = None;
        // Why nothing was learnt the last time.
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
                    // Said once, and not every few seconds of a night.
                    if blind.is_none() {
                        output::note(&format!("warning: {}; it is tried again", Printable(&failure.told())));
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

    /// Its time is over. Who never saw anything did not watch.
    fn at_its_end(&self, seen: bool, blind: Option<Box<Failure>>) -> Result<ExitCode, Failure> {
        match blind {
            Some(failure) if !seen => Err(*failure),
            _ if seen && self.until.is_none() => Ok(ExitCode::SUCCESS),
            _ => Err(Failure::condition_timeout()),
        }
    }

    /// One look. What would be the same the next time ends it.
    async fn look(&self, session: &Session) -> Result<Look, Failure> {
        let error = match session.client.call(self.read.clone()).await {
            Ok(reply) => return Ok(Look::Seen(Observed::answer(&reply))),
            Err(error) => error,
        };
        let failure = Failure::of(&error, &session.redaction);
        let no_use = match failure.exit {
            Exit::Refused | Exit::Clock | Exit::Usage | Exit::Internal => true,
            // Something before the API refused it: another address is needed, or a proxy's password.
            Exit::ApiFailure => error.api().is_none(),
            _ => error.is_tls(),
        };
        match error.api() {
            _ if no_use => Err(failure),
            Some(_) if !error.is_throttled() => Ok(Look::Seen(Observed::failure(&error, &session.redaction))),
            _ => Ok(Look::Blind(Box::new(failure), error.retry_after())),
        }
    }

    /// What was seen first, whole, and from then on what changed.
    fn told(&self, observed: &Observed, changes: Option<&[Change]>, now: UnixTime, format: Format) -> String {
        let time = DateTime::from_unix(now).map(|time| time.to_string()).unwrap_or_default();
        if format == Format::Human {
            let lines: Vec<String> = match changes {
                None => observed
                    .values()
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
