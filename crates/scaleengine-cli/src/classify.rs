//! Maps a failed call to its exit code and kind.

use scaleengine::ErrorKind;
use scaleengine::proto::code::KnownCode;
use scaleengine::{Effect, Error};

use crate::exit::Exit;

pub(crate) fn classify(error: &Error) -> (Exit, &'static str) {
    let exit = match error.effect() {
        _ if matches!(error.kind(), ErrorKind::Sign(_)) => Exit::Usage,
        _ if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::Ended) => return (Exit::Internal, "internal"),
        _ if error.is_unauthorized() => Exit::Refused,
        _ if error.is_clock() => Exit::Clock,
        _ if error.is_throttled() => Exit::Throttled,
        // The server failed and the command only reads, so it can be repeated.
        Effect::None if error.code() == Some(KnownCode::ServerFault) => Exit::NotSent,
        // The API or a server in front of it refused the request; repeating it changes nothing.
        Effect::None if error.api().is_some() || refused(error) => Exit::ApiFailure,
        Effect::None => Exit::NotSent,
        // A server error is included: the command may have run before it.
        Effect::Unknown => Exit::Unknown,
        Effect::Applied => Exit::Unreadable,
    };
    (exit, error.kind().name())
}

fn refused(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Status(error) if error.is_refusal())
}
