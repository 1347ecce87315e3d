//! Credentials: an account and its secret key.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use scaleengine_proto::{Invisible, find_invisible, is_quoted, refuse_values, single_value};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::account::Account;
use crate::digits::Text;
use crate::secret::{SecretKey, SecretWarning};

/// An account and its secret key.
///
/// Can be deserialized from a map of `api_key`, `secret_key` and `cdn`, with the checks of
/// [`Credentials::from_variables`]. Never serialized.
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
    /// The environment variable for the API key.
    pub const API_KEY: &'static str = "SCALEENGINE_API_KEY";
    /// The environment variable for the secret key.
    pub const SECRET_KEY: &'static str = "SCALEENGINE_SECRET_KEY";
    /// The environment variable for the CDN id.
    pub const CDN: &'static str = "SCALEENGINE_CDN";

    /// Creates credentials from an account and its secret key.
    #[must_use]
    pub fn new(account: Account, secret: SecretKey) -> Self {
        Self { account, secret, warning: None }
    }

    /// Creates credentials from an account and a secret that was read from outside. Strips a byte
    /// order mark before the secret and one line ending after it; [`Credentials::warning`] returns
    /// a probable mistake in it.
    #[must_use]
    pub fn from_input(account: Account, secret: impl Into<String>) -> Self {
        let (secret, warning) = SecretKey::from_input(secret);
        Self { account, secret, warning }
    }

    /// Creates credentials from the values that `lookup` returns for [`Credentials::API_KEY`],
    /// [`Credentials::SECRET_KEY`] and [`Credentials::CDN`].
    ///
    /// # Errors
    ///
    /// Returns an error if a variable is missing or empty, if the CDN id is not a number, if the
    /// API key is in quotes or contains an invisible character, if the two keys look swapped, or if
    /// `lookup` fails.
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

    /// Checks values from outside. `name` is the name of the API key in errors.
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

    /// Returns the account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Returns a probable mistake in the secret key, which is used unchanged.
    #[must_use]
    pub fn warning(&self) -> Option<SecretWarning> {
        self.warning
    }

    /// Returns the secret key.
    #[must_use]
    pub fn secret(&self) -> &SecretKey {
        &self.secret
    }
}

impl<'de> Deserialize<'de> for Credentials {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Members)
    }
}

/// Deserializes credentials. Not derived, because derived code repeats a value of a wrong type in
/// its error.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Credentials;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Credentials, A::Error> {
        let (mut api_key, mut secret_key, mut cdn) = (None, None, None);
        while let Some(name) = members.next_key::<String>()? {
            let place = match name.as_str() {
                "api_key" => &mut api_key,
                "secret_key" => &mut secret_key,
                "cdn" => &mut cdn,
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *place = Some(members.next_value::<Text>()?.0);
        }
        let given = |name: &str, value: Option<String>| {
            let value = value.filter(|value| !single_value(value).trim().is_empty());
            value.ok_or_else(|| A::Error::custom(format_args!("{name} is missing or empty")))
        };
        let (api_key, secret_key) = (given("api_key", api_key)?, given("secret_key", secret_key)?);
        let cdn = single_value(&given("cdn", cdn)?).trim().parse();
        let cdn = cdn.map_err(|_| A::Error::custom("cdn is not a CDN id: expected an integer such as 158"))?;
        Credentials::check("api_key", &api_key, secret_key, cdn).map_err(A::Error::custom)
    }

    refuse_values!(EXPECTED);
}

const EXPECTED: &str = "a map of api_key, secret_key and cdn";

/// The reason that values are not credentials. Never contains a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// Variables are not set or are empty.
    #[error("no credentials in the environment: set {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// The value of a variable is not Unicode.
    #[error("the value of {0} is not Unicode text")]
    NotUnicode(&'static str),
    /// The value of a variable contains an invisible character, probably from copying.
    #[error("the value of {0} contains an invisible character: {1}; remove it")]
    Invisible(&'static str, Invisible),
    /// The API key is in quotes, which a `.env` file or a shell may have kept.
    #[error("the value of {0} has quotes around it; remove them")]
    Quoted(&'static str),
    /// The API key looks like a secret key, or the reverse. Sending it would disclose the secret.
    #[error(
        "the API key looks like a secret key, or the two keys are swapped; an API key has 32 capital letters and digits"
    )]
    Swapped,
    /// The CDN id is not a number.
    #[error("the value of SCALEENGINE_CDN is not a CDN id: expected an integer below 2^32, such as 158")]
    CdnNotANumber,
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned as _;
    use alloc::{format, vec};

    use super::*;

    #[test]
    fn from_variables_strips_and_checks_values() {
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
