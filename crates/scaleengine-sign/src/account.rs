//! The public half of an account.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// The public half of an account: the API key and the CDN id. Cheap to clone.
///
/// As text it is `API_KEY@CDN`, a notation of this library.
///
/// ```
/// use scaleengine_sign::Account;
///
/// let account: Account = "APX4GKLM0RKQLSP2FBO1ROPKSSW47DZE@158".parse()?;
/// assert_eq!((account.api_key(), account.cdn()), ("APX4GKLM0RKQLSP2FBO1ROPKSSW47DZE", 158));
/// # Ok::<(), scaleengine_sign::AccountError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    api_key: Arc<str>,
    cdn: u32,
}

impl Account {
    /// Creates an account from its API key (32 capitals and digits in the documentation; any string is accepted) and its CDN id
    /// (158 or 8123 in the documentation; that it fits in 32 bits is assumed).
    #[must_use]
    pub fn new(api_key: impl Into<Arc<str>>, cdn: u32) -> Self {
        Self { api_key: api_key.into(), cdn }
    }

    /// Returns the API key.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Returns the CDN id.
    #[must_use]
    pub fn cdn(&self) -> u32 {
        self.cdn
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.api_key, self.cdn)
    }
}

/// A string that is not an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an account: API_KEY@CDN is expected, as in APX4GKLM0RKQLSP2FBO1ROPKSSW47DZE@158")]
pub struct AccountError(());

impl FromStr for Account {
    type Err = AccountError;

    fn from_str(text: &str) -> Result<Self, AccountError> {
        let (api_key, cdn) =
            text.rsplit_once('@').filter(|(api_key, _)| !api_key.is_empty()).ok_or(AccountError(()))?;
        Ok(Self::new(api_key, cdn.parse().map_err(|_| AccountError(()))?))
    }
}

/// As a map of `api_key` and `cdn`.
#[derive(Serialize, Deserialize)]
struct Fields<'a> {
    api_key: Cow<'a, str>,
    cdn: u32,
}

impl Serialize for Account {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields { api_key: Cow::Borrowed(&self.api_key), cdn: self.cdn }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Fields::deserialize(deserializer).map(|fields| Self::new(fields.api_key.into_owned(), fields.cdn))
    }
}
