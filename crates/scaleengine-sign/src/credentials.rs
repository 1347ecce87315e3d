//! The credentials that requests are signed with: an account and its secret.

use alloc::string::String;
use alloc::vec::Vec;

use scaleengine_proto::{Invisible, find_invisible, is_quoted, single_value};
use serde::de::{Deserialize, Deserializer, Error as _};

use crate::account::Account;
use crate::secret::{SecretKey, SecretWarning};

/// An account and its secret key.
///
/// They can be deserialized from a map of `api_key`, `secret_key` and `cdn`, with the checks of [`Credentials::from_variables`]. They are never
/// serialized.
///
/// ```
/// use scaleengine_sign::Credentials;
///
/// let credentials: Credentials = serde_json::from_str(r#"{"api_key": "KEY", "secret_key": "secret", "cdn": 158}"#)?;
/// assert_eq!(credentials.account().cdn(), 158);
/// # Ok::<(), serde_json::Error>(())
/// ```
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

    /// Credentials of an account.
    #[must_use]
    pub fn new(account: Account, secret: SecretKey) -> Self {
        Self { account, secret, warning: None }
    }

    /// Credentials from variables, which `lookup` returns by their names: [`Credentials::API_KEY`], [`Credentials::SECRET_KEY`] and
    /// [`Credentials::CDN`].
    ///
    /// # Errors
    ///
    /// A variable is missing or empty, the CDN id is not a number, the API key is in quotes or contains an invisible character, or the
    /// two keys look swapped; or what `lookup` fails with.
    pub fn from_variables(
        lookup: impl Fn(&'static str) -> Result<Option<String>, CredentialsError>,
    ) -> Result<Self, CredentialsError> {
        let mut missing = Vec::new();
        let mut required = |name| {
            let value = lookup(name)?.filter(|value| !single_value(value).trim().is_empty());
            if value.is_none() {
                missing.push(name);
            }
            Ok(value)
        };
        let values = (required(Self::API_KEY)?, required(Self::SECRET_KEY)?, required(Self::CDN)?);
        let (Some(api_key), Some(secret), Some(cdn)) = values else {
            return Err(CredentialsError::Missing(missing));
        };
        let cdn = single_value(&cdn).trim().parse().map_err(|_| CredentialsError::CdnNotANumber)?;
        Self::check(Self::API_KEY, &api_key, secret, cdn)
    }

    /// Checks values from outside. `name` is the name of the API key, for errors.
    fn check(name: &'static str, api_key: &str, secret: String, cdn: u32) -> Result<Self, CredentialsError> {
        let api_key = single_value(api_key).trim();
        if let Some(found) = find_invisible(api_key) {
            return Err(CredentialsError::Invisible(name, found));
        }
        if is_quoted(api_key) {
            return Err(CredentialsError::Quoted(name));
        }
        let (secret, warning) = SecretKey::from_input(secret);
        if secret.looks_swapped_with(api_key) {
            return Err(CredentialsError::Swapped);
        }
        Ok(Self { account: Account::new(api_key, cdn), secret, warning })
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

#[derive(serde::Deserialize)]
struct Fields {
    api_key: String,
    secret_key: String,
    cdn: u32,
}

impl<'de> Deserialize<'de> for Credentials {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Fields { api_key, secret_key, cdn } = Fields::deserialize(deserializer)?;
        let missing = [("api_key", &api_key), ("secret_key", &secret_key)];
        if let Some((name, _)) = missing.into_iter().find(|(_, value)| single_value(value).trim().is_empty()) {
            return Err(D::Error::custom(format_args!("{name} is empty")));
        }
        Self::check("api_key", &api_key, secret_key, cdn).map_err(D::Error::custom)
    }
}

/// The reason why values are not credentials. It repeats no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// Variables that are not set, or are empty.
    #[error("no credentials: the environment lacks {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// A variable whose value is no Unicode text.
    #[error("the value of {0} is not Unicode text")]
    NotUnicode(&'static str),
    /// A variable whose value contains a character that does not show, as copying leaves it.
    #[error("the value of {0} contains an invisible character: {1}")]
    Invisible(&'static str, Invisible),
    /// A key in quotes, as a `.env` file or a shell may have left it. No API key contains quotes.
    #[error("the value of {0} has quotes around it: remove them")]
    Quoted(&'static str),
    /// The API key looks like a secret key, or the other way around; sending it would disclose the secret.
    #[error(
        "the API key looks like a secret key, or the two keys are swapped: an API key has 32 capital letters and digits"
    )]
    Swapped,
    /// The CDN id is not a number.
    #[error("the value of SCALEENGINE_CDN is not a CDN id: a whole number such as 158 is expected, below 2^32")]
    CdnNotANumber,
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned as _;
    use alloc::{format, vec};

    use super::*;

    #[test]
    fn variables_are_read_as_values_from_outside() {
        let secret = "0123456789abcdef".repeat(4);
        let read = |api_key: &str, secret: &str, cdn: &str| {
            let value = |name| match name {
                Credentials::API_KEY => api_key.to_owned(),
                Credentials::SECRET_KEY => secret.to_owned(),
                _ => cdn.to_owned(),
            };
            Credentials::from_variables(|name| Ok(Some(value(name))))
        };
        const KEY: &str = "APX4GKLM0RKQLSP2FBO1ROPKSSW47DZE";
        for (api_key, cdn) in
            [(KEY, "158"), (&format!("\u{feff}{KEY}\r\n"), "\u{feff} 158\r\n"), (&format!(" {KEY} "), "158\r")]
        {
            let read = read(api_key, &secret, cdn).unwrap();
            assert_eq!((read.account().api_key(), read.account().cdn()), (KEY, 158));
        }
        let invisible = read("APX4\u{200b}", &secret, "158").unwrap_err();
        assert!(matches!(invisible, CredentialsError::Invisible(Credentials::API_KEY, _)), "{invisible}");
        assert_eq!(read(&secret, KEY, "158").unwrap_err(), CredentialsError::Swapped);
        for quoted in [format!("\"{KEY}\""), format!("'{KEY}'"), format!("\u{feff}\"{KEY}\"\n")] {
            assert_eq!(read(&quoted, &secret, "158").unwrap_err(), CredentialsError::Quoted(Credentials::API_KEY));
        }
        assert_eq!(
            read("\u{feff}\n", &secret, "158").unwrap_err(),
            CredentialsError::Missing(vec![Credentials::API_KEY])
        );
        assert_eq!(read(KEY, &secret, "1 5").unwrap_err(), CredentialsError::CdnNotANumber);
    }
}
