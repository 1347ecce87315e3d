//! Events of calls, for the caller's own metrics and logs.

use std::time::Duration;

use crate::effect::Effect;
use crate::error::Error;
use crate::transport::{Sent, TransportErrorKind};

/// A function that receives the events of calls, on the thread or task that runs them. It must not
/// block.
///
/// ```
/// use scaleengine_http::{CallEvent, CallEventKind, Observer};
///
/// fn observe(event: &CallEvent<'_>) {
///     if let CallEventKind::Ended { error, elapsed } = event.kind {
///         println!("{} {} in {elapsed:?}", event.name, if error.is_some() { "failed" } else { "succeeded" });
///     }
/// }
/// let observer: &Observer = &observe;
/// ```
pub type Observer = dyn Fn(&CallEvent<'_>) + Send + Sync;

/// An event of a call or a workflow. It contains no parameter value, but the error of
/// [`CallEventKind::Ended`] contains the server's message, which may quote one.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CallEvent<'a> {
    /// The id of the call or workflow, unique in this process and the same in all its events.
    pub call: u64,
    /// The name of the command or workflow, such as `stream.close`.
    pub name: &'a str,
    /// The number of attempts so far, including one that is about to be sent.
    pub attempts: u32,
    /// The effect so far.
    pub effect: Effect,
    /// The event.
    pub kind: CallEventKind<'a>,
}

/// The kind of an event.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum CallEventKind<'a> {
    /// A request is about to be sent.
    Sending,
    /// A response was received.
    Received {
        /// The HTTP status.
        status: u16,
        /// The duration of the attempt.
        elapsed: Duration,
    },
    /// No complete response was received.
    NotReceived {
        /// The reason.
        kind: TransportErrorKind,
        /// Whether the request may have been sent.
        sent: Sent,
        /// The duration of the attempt.
        elapsed: Duration,
    },
    /// The next attempt has to wait.
    Waiting {
        /// The wait.
        duration: Duration,
    },
    /// The call ended.
    Ended {
        /// The error, if it failed.
        error: Option<&'a Error>,
        /// The duration of the call.
        elapsed: Duration,
    },
    /// The future of the call was dropped before its end.
    Dropped,
}
