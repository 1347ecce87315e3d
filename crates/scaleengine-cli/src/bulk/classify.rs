//! What an item's error means: for the item, and for those that follow.

use scaleengine::proto::code::KnownCode;
use scaleengine::{Effect, Error, Safety};

use super::journal::State;
use crate::exit::Exit;
use crate::failure::Failure;

/// The state that an error leaves an item in.
pub(super) fn state_of(error: &Error, failure: &Failure, safety: Safety) -> State {
    match failure.effect {
        Effect::Applied => State::Done,
        Effect::Unknown => State::Unknown,
        // The same for every item: credentials, clock, certificates.
        Effect::None if hits_every_item(error) => State::Unsent,
        // HTTP 4xx from something that is not the API: it says that nothing was done, and only the API could know.
        Effect::None if error.response().is_some() && error.api().is_none() && safety == Safety::Unsafe => {
            State::Failed
        }
        // Worth another attempt once the cause is gone, such as the network.
        Effect::None if error.api().is_none() && failure.exit != Exit::Usage => State::Unsent,
        Effect::None => State::Failed,
    }
}

/// Something that is none of the API answers that it cannot.
pub(super) fn failing(error: &Error) -> bool {
    error.api().is_none() && error.response().is_some_and(|response| response.status.is_server_error())
}

/// Credentials, the clock and certificates are the same for all; what an account may do is not.
pub(super) fn hits_every_item(error: &Error) -> bool {
    error.is_unauthorized() && error.code() != Some(KnownCode::NotAllowed) || error.is_clock() || error.is_tls()
}

/// Of an item that was sent, by whom, and of which nothing was heard.
pub(super) fn possibly_done(by: &str) -> Failure {
    let failure = Failure::possibly_done(format!("it was sent by {by} and its answer not seen: it is possibly done"));
    failure.hint("look first; --retry-unknown sends it again")
}
