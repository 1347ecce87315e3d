//! Random passwords for tickets and publishers.

use scaleengine_proto::param::Secret;

use crate::random::{Random, RandomError};

/// Creates a password of 20 random letters and digits.
///
/// # Errors
///
/// Returns an error if the source has no random bytes.
pub fn password_from(random: &dyn Random) -> Result<Secret, RandomError> {
    let mut bytes = [0; Secret::RANDOM_BYTES];
    random.fill(&mut bytes)?;
    Ok(Secret::from_random(bytes))
}

/// Creates a password of 20 random letters and digits, from the system's source of randomness.
///
/// # Errors
///
/// Returns an error if the system has no random bytes.
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub fn random_password() -> Result<Secret, RandomError> {
    password_from(&crate::system::SystemRandom)
}
