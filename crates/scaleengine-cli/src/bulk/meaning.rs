//! What an item's error means: for the item, and for those that follow.

use scaleengine::proto::code::Documented;
use scaleengine::{Effect, Error};

use super::journal::State;
use crate::exit::{Exit, Failure};

/// What an error leaves behind.
pub(super) fn state_of(error: &Error, failure: &Failure) -> State {
    match failure.effect {
        Effect::Applied => State::Done,
        Effect::Unknown => State::Unknown,
        // Worth another try once the cause is gone: the network, the credentials, the clock, something before the API.
        Effect::None if error.api().is_none() && failure.exit != Exit::Usage || hits_every_item(error) => State::Unsent,
        Effect::None => State::Failed,
    }
}

/// Something that is none of the API answers that it cannot.
pub(super) fn failing(error: &Error) -> bool {
    error.api().is_none() && error.response().is_some_and(|response| response.status.is_server_error())
}

/// Credentials, the clock and certificates are the same for all; what an account may do is not.
pub(super) fn hits_every_item(error: &Error) -> bool {
    error.is_unauthorized() && error.code() != Some(Documented::NotAllowed) || error.is_clock() || error.is_tls()
}

/// Of an item that was sent, by whom, and of which nothing was heard.
pub(super) fn possibly_done(by: &str) -> Failure {
    let failure = Failure::possibly_done(format!("it was sent by {by} and its answer not seen: it is possibly done"));
    failure.hint("look first; --retry-unknown sends it again")
}
