//! Classifies the error of an item, for itself and for later items.

use scaleengine::proto::code::KnownCode;
use scaleengine::{Effect, Error, Safety};

use super::journal::State;
use crate::exit::Exit;
use crate::failure::Failure;

/// Returns the state of an item after an error.
pub(super) fn state_of(error: &Error, failure: &Failure, safety: Safety) -> State {
    match failure.effect {
        Effect::Applied => State::Done,
        Effect::Unknown => State::Unknown,
        // The run stops, and the item can be sent once the cause is fixed.
        Effect::None if hits_every_item(error) => State::Unsent,
        // HTTP 4xx without an API reply: only the API could confirm that nothing was executed, so
        // an unsafe command is not resent by default.
        Effect::None if error.response().is_some() && error.api().is_none() && safety == Safety::Unsafe => {
            State::Failed
        }
        // Can be sent again once the cause, such as a network failure, is gone.
        Effect::None if error.api().is_none() && failure.exit != Exit::Usage => State::Unsent,
        Effect::None => State::Failed,
    }
}

/// Returns whether the response is HTTP 5xx without an API reply.
pub(super) fn failing(error: &Error) -> bool {
    error.api().is_none() && error.response().is_some_and(|response| response.status.is_server_error())
}

/// Returns whether every item would fail the same way: credentials, clock or certificates. A
/// command that the account may not use does not count.
pub(super) fn hits_every_item(error: &Error) -> bool {
    error.is_unauthorized() && error.code() != Some(KnownCode::NotAllowed) || error.is_clock() || error.is_tls()
}

/// Returns the failure of an item that was sent by the run `by` with an unknown outcome.
pub(super) fn possibly_done(by: &str) -> Failure {
    let failure = Failure::possibly_done(format!("sent by {by}; outcome unknown: the command may have been executed"));
    failure.hint("check the current state; to send it again, pass --resume --retry-unknown")
}
