//! Who calls: the account and its secret, from the environment or given.

use std::env;

use scaleengine_sign::{Account, SecretKey, SecretWarning};

/// An account and its secret key.
#[derive(Debug, Clone)]
pub struct Credentials {
    account: Account,
    secret: SecretKey,
    warning: Option<SecretWarning>,
}

impl Credentials {
    /// The variable of the API key.
    pub const API_KEY: &'static str = "SCALEENGINE_API_KEY";
    /// The variable of the secret key.
    pub const SECRET_KEY: &'static str = "SCALEENGINE_SECRET_KEY";
    /// The variable of the CDN id.
    pub const CDN: &'static str = "SCALEENGINE_CDN";

    /// Credentials that the program has.
    #[must_use]
    pub fn new(account: Account, secret: SecretKey) -> Self {
        Self { account, secret, warning: None }
    }

    /// Credentials of the environment: `SCALEENGINE_API_KEY`, `SCALEENGINE_SECRET_KEY` and `SCALEENGINE_CDN`.
    ///
    /// # Errors
    ///
    /// A variable is missing, empty, no Unicode, or, for the CDN id, no number.
    pub fn from_env() -> Result<Self, CredentialsError> {
        let mut missing = Vec::new();
        let mut required = |name| {
            let value = variable(name)?.filter(|value| !value.trim().is_empty());
            if value.is_none() {
                missing.push(name);
            }
            Ok(value)
        };
        let values = (required(Self::API_KEY)?, required(Self::SECRET_KEY)?, required(Self::CDN)?);
        let (Some(api_key), Some(secret), Some(cdn)) = values else {
            return Err(CredentialsError::Missing(missing));
        };
        let cdn = cdn.trim().parse().map_err(|_| CredentialsError::CdnNotANumber)?;
        let (secret, warning) = SecretKey::from_input(secret);
        Ok(Self { account: Account::new(api_key.trim(), cdn), secret, warning })
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// What looks like a mistake in the secret, and is used as it is.
    #[must_use]
    pub fn warning(&self) -> Option<SecretWarning> {
        self.warning
    }

    /// The secret, which cannot be shown.
    #[must_use]
    pub fn secret(&self) -> &SecretKey {
        &self.secret
    }
}

/// The value of a variable, where it is set.
pub(crate) fn variable(name: &'static str) -> Result<Option<String>, CredentialsError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(CredentialsError::NotUnicode(name)),
    }
}

/// Why the environment holds no credentials. No value is repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// Variables that are not set, or are empty.
    #[error("no credentials: the environment lacks {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// A variable whose value is no Unicode text.
    #[error("the value of {0} is not Unicode text")]
    NotUnicode(&'static str),
    /// The CDN id is no number.
    #[error("the value of SCALEENGINE_CDN is not a CDN id: a whole number such as 158 is expected, below 2^32")]
    CdnNotANumber,
}
