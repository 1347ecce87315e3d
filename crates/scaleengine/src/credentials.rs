//! Credentials from the environment.

use std::env;

use scaleengine_sign::{Credentials, CredentialsError};

/// Reads the credentials of the environment: `SCALEENGINE_API_KEY`, `SCALEENGINE_SECRET_KEY` and `SCALEENGINE_CDN`.
///
/// [`Client::from_env`](crate::Client::from_env) does this and builds a client.
///
/// # Errors
///
/// As [`Credentials::from_variables`]; or a value is not Unicode text.
pub fn credentials_from_env() -> Result<Credentials, CredentialsError> {
    Credentials::from_variables(variable)
}

/// Returns the value of a variable, or `None` if it is not set.
pub(crate) fn variable(name: &'static str) -> Result<Option<String>, CredentialsError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(CredentialsError::NotUnicode(name)),
    }
}
