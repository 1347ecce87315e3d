//! Why a ticket could not be issued.

use scaleengine_http::{Effect, Error, RandomError};

/// No password could be made, or the call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// No password could be made; nothing was sent.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The call failed.
    #[error(transparent)]
    Call(#[from] Error),
}

impl IssueError {
    /// What was done at the server.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::Random(_) => Effect::None,
            Self::Call(error) => error.effect(),
        }
    }
}
