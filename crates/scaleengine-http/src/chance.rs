//! Chance: the only file of the client that asks the machine for random bytes.

use scaleengine_proto::param::Secret;

/// A password of 20 random letters and digits, from the machine's own source of randomness.
///
/// # Errors
///
/// The machine has none at hand.
pub fn random_password() -> Result<Secret, RandomError> {
    let mut bytes = [0; Secret::RANDOM_BYTES];
    getrandom::fill(&mut bytes).map_err(|_| RandomError(()))?;
    Ok(Secret::from_random(bytes))
}

/// A number between 0 and 1; a half where the machine has no random bytes at hand, since nothing depends on it but load.
pub(crate) fn draw() -> f64 {
    let bits = getrandom::u32().unwrap_or(u32::MAX / 2);
    f64::from(bits) / f64::from(u32::MAX)
}

/// The machine has no random bytes at hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no password can be made: the machine has no random bytes at hand")]
pub struct RandomError(());
