//! The shutdown of a stream: its publisher is locked out, then its encoder is disconnected, so that
//! it cannot reconnect.
//!
//! The API documentation describes the procedure:
//! <https://cp.scaleengine.net/docs/api/stream/close>.

use std::borrow::Borrow;
use std::error::Error as StdError;
use std::fmt;
use std::str::FromStr;

use scaleengine_proto::code::KnownCode;
use scaleengine_proto::param::{Pattern, Secret, TextId};
use scaleengine_proto::{Code, Document, RawCommand, Reply, sevu, stream};
use scaleengine_sign::Signer;

use crate::call::{Call, Step};
use crate::clock::Now;
use crate::effect::Effect;
use crate::error::{Error, ErrorKind};
use crate::machine::{Configure, Machine};
use crate::settings::CallSettings;
use crate::transport::TransportError;
use crate::wire::WireResponse;

/// The name of a live stream: an application, an instance of it, and the stream. Its string is
/// `app/inst/stream`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StreamName {
    app: String,
    inst: String,
    stream: String,
    origin_url: Option<String>,
}

impl StreamName {
    /// Creates the name of a stream on the default origin server.
    #[must_use]
    pub fn new(app: impl Into<String>, inst: impl Into<String>, stream: impl Into<String>) -> Self {
        Self { app: app.into(), inst: inst.into(), stream: stream.into(), origin_url: None }
    }

    /// Selects an origin server other than the default one.
    #[must_use]
    pub fn origin_url(mut self, address: impl Into<String>) -> Self {
        self.origin_url = Some(address.into());
        self
    }

    /// Returns the application.
    #[must_use]
    pub fn app(&self) -> &str {
        &self.app
    }

    /// Returns the instance of the application.
    #[must_use]
    pub fn inst(&self) -> &str {
        &self.inst
    }

    /// Returns the name of the stream within the instance.
    #[must_use]
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// Returns the command that disconnects the stream's encoder.
    #[must_use]
    pub fn close(&self) -> stream::Close {
        let close = stream::Close::by_name(self.app.as_str(), self.inst.as_str(), self.stream.as_str());
        self.origin_url.iter().fold(close, |close, address| close.origin_url(address.as_str()))
    }

    /// Returns the command that shows the details of the stream.
    #[must_use]
    pub fn details(&self) -> stream::Details {
        let details = stream::Details::new(self.app.as_str(), self.inst.as_str(), self.stream.as_str());
        self.origin_url.iter().fold(details, |details, address| details.origin_url(address.as_str()))
    }
}

/// The error of parsing a [`StreamName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a stream name: use APP/INST/STREAM, such as demo-origin/live/my_live_stream")]
pub struct StreamNameError(());

/// Parses `app/inst/stream`. Only the stream may contain `/`.
impl FromStr for StreamName {
    type Err = StreamNameError;

    fn from_str(text: &str) -> Result<Self, StreamNameError> {
        let mut parts = text.splitn(3, '/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (Some(app), Some(inst), Some(stream)) => Ok(Self::new(app, inst, stream)),
            _ => Err(StreamNameError(())),
        }
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.app, self.inst, self.stream)
    }
}

/// A way to lock out a publisher, so that its encoder cannot reconnect.
///
/// ```
/// use scaleengine_http::workflow::Lockout;
/// use scaleengine_proto::param::Pattern;
///
/// let by_name = Lockout::remove("username_1");
/// let for_all_streams = Lockout::remove("username_1").registered_for(Pattern::any());
/// let by_password = Lockout::new_password("username_1", "a new random password");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockout {
    how: How,
    stream: Option<Pattern>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum How {
    Remove(String),
    RemoveId(TextId),
    NewPassword(String, Secret),
}

impl Lockout {
    /// Removes the publisher with this name (`sevu.removestreamuser`).
    #[must_use]
    pub fn remove(user: impl Into<String>) -> Self {
        Self { how: How::Remove(user.into()), stream: None }
    }

    /// Removes the publisher with this id (`sevu.removestreamuser`).
    #[must_use]
    pub fn remove_id(streamuser_id: impl Into<TextId>) -> Self {
        Self { how: How::RemoveId(streamuser_id.into()), stream: None }
    }

    /// Sets a new password for the publisher with this name (`sevu.addstreamuser`). The
    /// documentation of `stream.close` states that this replaces the password; its effect on the
    /// publisher's other settings is not known.
    #[must_use]
    pub fn new_password(user: impl Into<String>, pass: impl Into<Secret>) -> Self {
        Self { how: How::NewPassword(user.into(), pass.into()), stream: None }
    }

    /// Sets the stream that the publisher is registered for, if it is registered under another name
    /// than that of the stream. A string is an exact name; [`Pattern::any`] is the registration for
    /// every stream of the application.
    #[must_use]
    pub fn registered_for(mut self, stream: impl Into<Pattern>) -> Self {
        self.stream = Some(stream.into());
        self
    }

    fn into_command(self, name: &StreamName) -> RawCommand {
        let app = name.app.as_str();
        // Only a registration that the caller named may be a pattern.
        let stream = self.stream.unwrap_or_else(|| name.stream.as_str().into());
        match self.how {
            How::Remove(user) => sevu::RemoveStreamUser::by_name(app, stream, user).into(),
            How::RemoveId(id) => sevu::RemoveStreamUser::by_id(id).into(),
            How::NewPassword(user, pass) => sevu::AddStreamUser::publisher(app, stream, user, pass).into(),
        }
    }
}

/// The shutdown of a stream, as a machine of two calls.
///
/// If the publisher was certainly not locked out, the stream is not closed. If the effect of the
/// lockout is unknown, the stream is closed anyway, and the result is an error.
pub struct Shutdown<S> {
    lockout: Call<S, RawCommand>,
    locked_out: Option<Result<Reply<Document>, Error>>,
    close: Call<S, RawCommand>,
    /// The progress at the end. A queued step has another effect than its call, so it cannot be
    /// found by the calls later.
    ended: Option<Progress>,
    begun: bool,
}

/// Converts a success with the code for "queued" into an error, since the command was not executed
/// yet.
fn at_once(outcome: Result<Reply<Document>, Error>, attempts: u32) -> Result<Reply<Document>, Error> {
    match outcome {
        Ok(reply) if reply.code().and_then(Code::known) == Some(KnownCode::Queued) => {
            Err(Error::new(ErrorKind::Queued, Effect::Unknown, attempts, None))
        }
        outcome => outcome,
    }
}

impl<S: Borrow<Signer> + Clone> Shutdown<S> {
    /// Creates the shutdown of a stream. The deadline of the settings bounds both calls together.
    pub fn new(settings: CallSettings<S>, stream: &StreamName, lockout: Lockout) -> Self {
        Self {
            lockout: Call::with_settings(settings.clone(), lockout.into_command(stream)),
            locked_out: None,
            close: Call::with_settings(settings, stream.close().into()),
            ended: None,
            begun: false,
        }
    }

    /// Returns the calls in order.
    pub fn calls(&self) -> [&Call<S, RawCommand>; 2] {
        [&self.lockout, &self.close]
    }

    /// Returns the progress so far.
    pub fn progress(&self) -> Progress {
        let lockout = match &self.locked_out {
            Some(Err(error)) => error.effect(),
            _ => self.lockout.effect(),
        };
        self.ended.unwrap_or(Progress { lockout, close: self.close.effect() })
    }

    fn end(&mut self, close: Option<Result<Reply<Document>, Error>>) -> Result<ShutdownReport, ShutdownError> {
        let mut progress = self.progress();
        if let Some(Err(error)) = &close {
            progress.close = error.effect();
        }
        self.ended = Some(progress);
        match (self.locked_out.take(), close) {
            (Some(Ok(lockout)), Some(Ok(close))) => Ok(ShutdownReport { lockout, close }),
            (lockout, close) => {
                let (lockout, close) = (lockout.and_then(Result::err), close.and_then(Result::err));
                Err(ShutdownError(Box::new(Failed { progress, lockout, close })))
            }
        }
    }

    /// Returns an error if the close cannot be signed, so that the publisher is not locked out in
    /// vain.
    fn check(&self, now: Now) -> Result<(), Error> {
        let unsigned = |error| Error::new(ErrorKind::Sign(error), Effect::None, 0, None);
        self.close.request(now.wall).map(|_| ()).map_err(unsigned)
    }
}

impl<S: Borrow<Signer> + Clone> Machine for Shutdown<S> {
    type Output = Result<ShutdownReport, ShutdownError>;

    fn name(&self) -> &str {
        "stream shutdown"
    }

    fn next(&mut self, now: Now) -> Step<Self::Output> {
        if let Some(progress) = self.ended {
            let close = Error::new(ErrorKind::Ended, progress.effect(), self.attempts(), None);
            return Step::Done(Box::new(Err(ShutdownError(Box::new(Failed {
                progress,
                lockout: None,
                close: Some(close),
            })))));
        }
        if !std::mem::replace(&mut self.begun, true) {
            self.configure(&mut |settings| settings.began = settings.began.or(Some(now.mono)));
        }
        if self.locked_out.is_none() {
            if self.lockout.attempts() == 0
                && !self.lockout.is_ending()
                && let Err(error) = self.check(now)
            {
                return Step::Done(Box::new(self.end(Some(Err(error)))));
            }
            match self.lockout.next(now) {
                Step::Done(outcome) => {
                    let outcome = self.locked_out.insert(at_once(*outcome, self.lockout.attempts()));
                    if outcome.as_ref().is_err_and(|error| error.effect() == Effect::None) {
                        return Step::Done(Box::new(self.end(None)));
                    }
                }
                Step::Send(request) => return Step::Send(request),
                Step::Wait(time) => return Step::Wait(time),
            }
        }
        let step = self.close.next(now);
        let attempts = self.close.attempts();
        step.map(|outcome| self.end(Some(at_once(outcome, attempts))))
    }

    fn handle(&mut self, now: Now, outcome: Result<WireResponse, TransportError>) {
        match self.locked_out {
            None => self.lockout.handle(now, outcome),
            Some(_) => self.close.handle(now, outcome),
        }
    }

    fn effect(&self) -> Effect {
        self.progress().effect()
    }

    fn attempts(&self) -> u32 {
        self.lockout.attempts() + self.close.attempts()
    }

    fn error(output: &Self::Output) -> Option<&Error> {
        let failed = output.as_ref().err()?;
        failed.close().or(failed.lockout())
    }
}

impl<S: Borrow<Signer> + Clone> Configure<S> for Shutdown<S> {
    fn configure(&mut self, change: &mut dyn FnMut(&mut CallSettings<S>)) {
        self.lockout.configure(change);
        self.close.configure(change);
    }

    fn fail(&mut self, kind: ErrorKind) {
        self.lockout.fail(kind);
    }
}

impl<S> fmt::Debug for Shutdown<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown").field("lockout", &self.lockout).field("close", &self.close).finish_non_exhaustive()
    }
}

/// The replies of a successful shutdown.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// The reply to the lockout.
    pub lockout: Reply<Document>,
    /// The reply to `stream.close`.
    pub close: Reply<Document>,
}

/// The progress of a shutdown. `Display` writes it as a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Progress {
    /// The effect of the lockout.
    pub lockout: Effect,
    /// The effect of the close.
    pub close: Effect,
}

impl Progress {
    /// Returns the effect of both steps together.
    #[must_use]
    pub fn effect(self) -> Effect {
        self.lockout.max(self.close)
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Effect::{Applied, None, Unknown};
        f.write_str(match (self.lockout, self.close) {
            (None, None) => "the publisher was not locked out and the stream was not closed",
            (None, Unknown) => "the publisher was not locked out; the stream may have been closed",
            (None, Applied) => "the publisher was not locked out, but the stream was closed",
            (Unknown, None) => "the publisher may have been locked out; the stream was not closed",
            (Unknown, Unknown) => "the publisher may have been locked out and the stream may have been closed",
            (Unknown, Applied) => {
                "the stream was closed, but the publisher may not have been locked out: the encoder may reconnect"
            }
            (Applied, None) => "the publisher was locked out, but the stream was not closed",
            (Applied, Unknown) => "the publisher was locked out; the stream may have been closed",
            (Applied, Applied) => "the publisher was locked out and the stream was closed",
        })
    }
}

/// The error of a shutdown with a step that failed or has an unknown effect. The message is the
/// progress; the source is the error of that step.
#[derive(Debug)]
pub struct ShutdownError(Box<Failed>);

#[derive(Debug)]
struct Failed {
    progress: Progress,
    lockout: Option<Error>,
    close: Option<Error>,
}

impl ShutdownError {
    /// Returns the progress.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.0.progress
    }

    /// Returns the effect of both steps together.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.progress().effect()
    }

    /// Returns the error of the lockout, if it failed or its effect is unknown.
    #[must_use]
    pub fn lockout(&self) -> Option<&Error> {
        self.0.lockout.as_ref()
    }

    /// Returns the error of the close, if it failed or its effect is unknown.
    #[must_use]
    pub fn close(&self) -> Option<&Error> {
        self.0.close.as_ref()
    }
}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.progress().fmt(f)
    }
}

impl StdError for ShutdownError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.close().or(self.lockout()).map(|error| error as _)
    }
}
