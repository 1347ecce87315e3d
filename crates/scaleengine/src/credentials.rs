//! Credentials from the environment.

use std::env;

use scaleengine_sign::{Credentials, CredentialsError};

/// Reads the credentials from the environment variables `SCALEENGINE_API_KEY`,
/// `SCALEENGINE_SECRET_KEY` and `SCALEENGINE_CDN`.
///
/// [`Client::from_env`](crate::Client::from_env) does this and builds a client.
///
/// # Errors
///
/// Fails for the same reasons as [`Credentials::from_variables`], or if a value is not valid
/// Unicode.
pub fn credentials_from_env() -> Result<Credentials, CredentialsError> {
    Credentials::from_variables(variable)
}

/// Returns the value of an environment variable, or `None` if it is not set.
pub(crate) fn variable(name: &'static str) -> Result<Option<String>, CredentialsError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(CredentialsError::NotUnicode(name)),
    }
}
