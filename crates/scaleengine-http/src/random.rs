//! Randomness as a value.

/// A source of unpredictable random bytes.
pub trait Random: Send + Sync {
    /// Overwrites all of `bytes`.
    ///
    /// # Errors
    ///
    /// There are none at hand.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The machine has no random bytes at hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("no password can be made: the machine has no random bytes at hand")]
pub struct RandomError(());

impl RandomError {
    /// The error of a source that has none.
    #[must_use]
    pub fn new() -> Self {
        Self(())
    }
}
