//! Randomness as a value.

/// A source of unpredictable random bytes.
pub trait Random: Send + Sync {
    /// Overwrites all of `bytes`.
    ///
    /// # Errors
    ///
    /// Returns an error if no random bytes are available.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The error of a source without random bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("cannot create a password: no random bytes are available")]
pub struct RandomError(());

impl RandomError {
    /// Creates the error.
    #[must_use]
    pub fn new() -> Self {
        Self(())
    }
}
