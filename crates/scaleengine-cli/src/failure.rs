//! The error that ends the program: exit code, kind, message, causes, effect and hint.

use std::error::Error as _;

use scaleengine::config::{ConfigError, ConfigErrorKind};
use scaleengine::proto::Printable;
use scaleengine::{Effect, Error, ShutdownError, SignError};

use crate::classify::classify;
use crate::excerpt::Excerpt;
use crate::exit::Exit;
use crate::generated_passwords::GeneratedPasswords;
use crate::hints::hint;
use crate::redaction::Redaction;

/// The sources of the account (API key and CDN id) and of its secret.
pub(crate) struct Sources {
    pub(crate) account: String,
    pub(crate) secret: String,
}

/// The error that ends the program.
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
    /// The response, if one came that is not an API reply.
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

    /// Creates the failure of a call that was not sent.
    pub(crate) fn not_sent(message: impl Into<String>) -> Self {
        Self::new(Exit::NotSent, "transport", message)
    }

    /// Creates the failure of a confirmation that was refused, or impossible without a terminal.
    pub(crate) fn not_confirmed(message: impl Into<String>) -> Self {
        Self::new(Exit::NotConfirmed, "confirm", message)
    }

    /// Creates the failure of a request whose signature a server would refuse.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, "signature", message)
    }

    /// Creates the failure of a run in which some items failed.
    pub(crate) fn partial(message: impl Into<String>, effect: Effect) -> Self {
        Self { effect, ..Self::new(Exit::Partial, "bulk", message) }
    }

    /// Creates the failure of a watch whose condition was not met in time.
    pub(crate) fn condition_timeout() -> Self {
        Self::new(Exit::ConditionTimeout, "deadline", "timed out before a reply met the `--until` condition")
    }

    /// Returns the message and its causes on one line.
    pub(crate) fn told(&self) -> String {
        match self.causes.as_slice() {
            [] => self.message.clone(),
            causes => format!("{} ({})", self.message, causes.join(": ")),
        }
    }

    /// Creates the failure of an item that may have been executed.
    pub(crate) fn possibly_done(message: impl Into<String>) -> Self {
        Self { effect: Effect::Unknown, ..Self::new(Exit::Unknown, "bulk", message) }
    }

    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    pub(crate) fn sign(error: &SignError) -> Self {
        let causes = vec![error.to_string()];
        Self { causes, ..Self::new(Exit::Usage, "sign", "the command cannot be signed; it was not executed") }
    }

    /// Creates the failure of a command that succeeded, but whose output cannot be written.
    pub(crate) fn unwritten(error: &std::io::Error, effect: Effect, attempts: u32) -> Self {
        let exit = if effect == Effect::None { Exit::Internal } else { Exit::Unreadable };
        let failure = Self::new(exit, "output", "the command succeeded, but its output cannot be written to stdout");
        Self { causes: vec![error.to_string()], effect, attempts, ..failure }
    }

    /// Creates the failure of a command that succeeded, but whose reply lacks the `--field` value.
    pub(crate) fn no_field(why: &str, effect: Effect, attempts: u32) -> Self {
        let failure = Self::new(
            Exit::Unreadable,
            "decode",
            "the command succeeded, but its reply has no value at the path of --field",
        );
        let failure = Self { causes: vec![why.to_owned()], effect, attempts, ..failure };
        failure.hint(if effect == Effect::None {
            "run it again with -o json to see the complete reply"
        } else {
            "the command was executed: do not repeat it just to see the reply; next time, -o json shows all of it"
        })
    }

    pub(crate) fn interrupted(signal: Exit, effect: Effect, attempts: u32) -> Self {
        let message = match effect {
            Effect::None => "interrupted; nothing was changed",
            _ => "interrupted; the command may have been executed",
        };
        let failure = Self { effect, attempts, ..Self::new(signal, "interrupted", message) };
        if effect == Effect::Unknown {
            failure.hint("check the current state before repeating the command")
        } else {
            failure
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the source of a refused key or secret to the hint.
    pub(crate) fn naming_sources(mut self, sources: impl FnOnce() -> Option<Sources>) -> Self {
        let refused = matches!(self.code.as_deref(), Some("0001" | "0003"));
        if let Some(Sources { account, secret }) = Some(()).filter(|()| refused).and_then(|()| sources())
            && let Some(hint) = &mut self.hint
        {
            *hint += &format!(" (from {})", if self.code.as_deref() == Some("0003") { secret } else { account });
        }
        self
    }

    /// Adds to the hint that generated passwords are lost, if the command may have been executed.
    pub(crate) fn unless_told(self, made: &GeneratedPasswords) -> Self {
        if made.is_empty() || self.effect == Effect::None {
            return self;
        }
        let lost = "the generated password is lost: check the current state, then set another one";
        let hint = self.hint.iter().map(String::as_str).chain([lost]).collect::<Vec<_>>().join("; ");
        self.hint(hint)
    }

    /// Creates the failure of a shutdown, which depends on the steps that were executed.
    pub(crate) fn of_shutdown(error: &ShutdownError, attempts: u32, redaction: &Redaction) -> Self {
        let errors: Vec<_> = [error.lockout(), error.close()].into_iter().flatten().collect();
        let last = errors
            .last()
            .map_or_else(|| Self::internal("a shutdown ended without a cause"), |last| Self::of(last, redaction));
        let refused = errors.last().and_then(|last| last.api()).is_some_and(|failure| failure.code().is_none());
        let (exit, hint) = match (error.progress().lockout, error.progress().close) {
            (Effect::None, _) if refused => {
                (last.exit, Some("if the publisher was already removed, run scaleengine stream close"))
            }
            // Nothing was executed; the hint of the one call is enough.
            (Effect::None, _) => (last.exit, None),
            (Effect::Applied, Effect::None) if error.close().is_some_and(Error::is_not_live) => {
                (Exit::Partial, Some("no encoder was connected and the publisher is locked out: nothing is left to do"))
            }
            (Effect::Applied, Effect::None) => (
                Exit::Partial,
                Some("run scaleengine stream close; the encoder cannot reconnect, because its publisher is locked out"),
            ),
            _ => (
                Exit::Unknown,
                Some(
                    "check the current state before repeating the shutdown: scaleengine sevu liststreamusers, scaleengine stream active",
                ),
            ),
        };
        let own = last.hint.as_deref().filter(|_| exit != Exit::Unknown);
        let hint = hint.into_iter().chain(own).collect::<Vec<_>>().join("; ");
        let steps = [("lockout", error.lockout()), ("close", error.close())];
        let causes = steps.into_iter().filter_map(|(step, error)| Some((step, Self::of(error?, redaction))));
        let causes = causes.flat_map(|(step, own)| {
            let message = if errors.len() > 1 { format!("{step}: {}", own.message) } else { own.message };
            std::iter::once(message).chain(own.causes)
        });
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

    /// Creates the failure of a call. Text from the server may repeat the request, so secrets are
    /// redacted.
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
            // Redacted by itself first, so that a hit hides only the server's part of the message.
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

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        if error.kind() == ConfigErrorKind::Interrupted {
            return Self::interrupted(Exit::Interrupted, Effect::None, 0);
        }
        let remedy = error.remedy().map(|remedy| match error.kind() {
            ConfigErrorKind::Incomplete => format!("{remedy}; to try it without an account, pass --sandbox"),
            _ => remedy.to_owned(),
        });
        remedy.into_iter().fold(Self::config(error.to_string()), Self::hint)
    }
}
