//! Why the program does not exit with 0: exit code, kind, message, causes, effect and hint.

use std::error::Error as _;

use scaleengine::proto::Printable;
use scaleengine::{Effect, Error, ShutdownError, SignError};

use crate::classify::classify;
use crate::excerpt::Excerpt;
use crate::exit::Exit;
use crate::generated_passwords::GeneratedPasswords;
use crate::hints::hint;
use crate::redaction::Redaction;

/// Where the account's key and its CDN id, and its secret come from.
pub(crate) struct Sources {
    pub(crate) account: String,
    pub(crate) secret: String,
}

/// Why the program does not exit with 0.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) kind: &'static str,
    pub(crate) code: Option<Box<str>>,
    pub(crate) message: String,
    /// The causes of the message, the outermost first.
    pub(crate) causes: Vec<String>,
    pub(crate) effect: Effect,
    pub(crate) attempts: u32,
    pub(crate) hint: Option<String>,
    /// The response that is not the API's, if one came.
    pub(crate) response: Option<Box<Excerpt>>,
}

impl Failure {
    fn new(exit: Exit, kind: &'static str, message: impl Into<String>) -> Self {
        let (code, causes, hint, response) = (None, Vec::new(), None, None);
        Self { exit, kind, code, message: message.into(), causes, effect: Effect::None, attempts: 0, hint, response }
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(Exit::Internal, "internal", message)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(Exit::Config, "config", message)
    }

    /// Nothing could be sent.
    pub(crate) fn not_sent(message: impl Into<String>) -> Self {
        Self::new(Exit::NotSent, "transport", message)
    }

    /// A question was answered with no, or could not be asked.
    pub(crate) fn not_confirmed(message: impl Into<String>) -> Self {
        Self::new(Exit::NotConfirmed, "confirm", message)
    }

    /// The server would refuse the request that was examined.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, "signature", message)
    }

    /// Some items or steps are not done.
    pub(crate) fn partial(message: impl Into<String>, effect: Effect) -> Self {
        Self { effect, ..Self::new(Exit::Partial, "bulk", message) }
    }

    /// The condition was not met in time.
    pub(crate) fn condition_timeout() -> Self {
        Self::new(Exit::ConditionTimeout, "deadline", "what was waited for did not come in time")
    }

    /// The message and its causes, on one line.
    pub(crate) fn told(&self) -> String {
        let causes = self.causes.iter().map(|cause| format!(": {cause}"));
        format!("{}{}", self.message, causes.collect::<String>())
    }

    /// The result is unknown.
    pub(crate) fn possibly_done(message: impl Into<String>) -> Self {
        Self { effect: Effect::Unknown, ..Self::new(Exit::Unknown, "bulk", message) }
    }

    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    pub(crate) fn sign(error: &SignError) -> Self {
        let causes = vec![error.to_string()];
        Self { causes, ..Self::new(Exit::Usage, "sign", "the command cannot be signed; nothing was done") }
    }

    /// The command succeeded, and its answer cannot be written.
    pub(crate) fn unwritten(error: &std::io::Error, effect: Effect, attempts: u32) -> Self {
        let exit = if effect == Effect::None { Exit::Internal } else { Exit::Unreadable };
        let failure = Self::new(exit, "output", "the command succeeded, but stdout cannot be written");
        Self { causes: vec![error.to_string()], effect, attempts, ..failure }
    }

    /// The command succeeded, and its answer lacks the value that was wanted.
    pub(crate) fn no_field(why: &str, effect: Effect, attempts: u32) -> Self {
        let failure = Self::new(
            Exit::Unreadable,
            "decode",
            "the command succeeded, but its answer does not have what --field names",
        );
        let failure = Self { causes: vec![why.to_owned()], effect, attempts, ..failure };
        failure.hint("-o json shows the whole answer; the command is done: do not repeat it")
    }

    pub(crate) fn interrupted(signal: Exit, effect: Effect, attempts: u32) -> Self {
        let message = match effect {
            Effect::None => "interrupted; nothing was done",
            _ => "interrupted; whether the command was executed is unknown, look before repeating it",
        };
        Self { effect, attempts, ..Self::new(signal, "interrupted", message) }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds where a refused key or secret comes from.
    pub(crate) fn naming_sources(mut self, sources: impl FnOnce() -> Option<Sources>) -> Self {
        let refused = matches!(self.code.as_deref(), Some("0001" | "0003"));
        if let Some(Sources { account, secret }) = Some(()).filter(|()| refused).and_then(|()| sources())
            && let Some(hint) = &mut self.hint
        {
            *hint += &format!("; from {}", if self.code.as_deref() == Some("0003") { secret } else { account });
        }
        self
    }

    /// Passwords that were made for a command that may have been executed are lost with this failure.
    pub(crate) fn unless_told(self, made: &GeneratedPasswords) -> Self {
        if made.is_empty() || self.effect == Effect::None {
            return self;
        }
        let lost = "the password that was made is lost: make another once the present state is known";
        let hint = self.hint.iter().map(String::as_str).chain([lost]).collect::<Vec<_>>().join("; ");
        self.hint(hint)
    }

    /// How far a shutdown came.
    pub(crate) fn of_shutdown(error: &ShutdownError, attempts: u32, redaction: &Redaction) -> Self {
        let errors: Vec<_> = [error.lockout(), error.close()].into_iter().flatten().collect();
        let last = errors
            .last()
            .map_or_else(|| Self::internal("a shutdown ended without a cause"), |last| Self::of(last, redaction));
        let refused = errors.last().and_then(|last| last.api()).is_some_and(|failure| failure.code().is_none());
        let (exit, hint) = match (error.progress().lockout, error.progress().close) {
            (Effect::None, _) if refused => {
                (last.exit, Some("where the publisher is gone already: scaleengine stream close"))
            }
            // Nothing was done, and the one call says why and what to do.
            (Effect::None, _) => (last.exit, None),
            (Effect::Applied, Effect::None) => {
                (Exit::Partial, Some("the encoder cannot come back: scaleengine stream close"))
            }
            _ => (Exit::Unknown, Some("look first: scaleengine sevu liststreamusers, scaleengine stream active")),
        };
        let own = last.hint.as_deref().filter(|_| exit != Exit::Unknown);
        let hint = hint.into_iter().chain(own).collect::<Vec<_>>().join("; ");
        let causes = errors
            .iter()
            .map(|error| Self::of(error, redaction))
            .flat_map(|own| std::iter::once(own.message).chain(own.causes));
        Self {
            exit,
            causes: causes.collect(),
            effect: error.effect(),
            attempts,
            message: error.to_string(),
            hint: (!hint.is_empty()).then_some(hint),
            ..last
        }
    }

    /// The outcome of a failed call. Text of the server's may repeat the request, so secrets are taken out of it.
    pub(crate) fn of(error: &Error, redaction: &Redaction) -> Self {
        let (exit, kind) = classify(error);
        let sources = std::iter::successors(error.source(), |error| (*error).source()).map(ToString::to_string);
        let debug = error.api().map(|failure| failure.debug().iter().cloned()).into_iter().flatten();
        let mut causes: Vec<_> = sources.chain(debug).filter(|cause| !cause.is_empty()).collect();
        causes.dedup();
        for cause in &mut causes {
            *cause = redaction.apply(cause);
        }
        let mut message = error.to_string();
        if let Some(own) = error.api().map(|failure| Printable(failure.message()).to_string()) {
            // Only the server's part of it is hidden.
            message = message.replacen(&own, &redaction.apply(&own), 1);
        }
        let message = redaction.apply(&message);
        Self {
            response: Excerpt::of(error, redaction).map(Box::new),
            code: error.api().and_then(|failure| failure.code()).map(|code| redaction.apply(code.as_str()).into()),
            causes,
            effect: error.effect(),
            attempts: error.attempts(),
            hint: hint(error, exit).map(str::to_owned),
            ..Self::new(exit, kind, message)
        }
    }
}
