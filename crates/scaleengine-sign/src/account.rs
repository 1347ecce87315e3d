//! The public half of an account.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use core::fmt;
use core::str::FromStr;

use scaleengine_proto::refuse_values;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::digits::Text;

/// The public half of an account: the API key and the CDN id. Cheap to clone.
///
/// Its string form is `API_KEY@CDN`, a notation of this library.
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
    /// Creates an account from its API key (32 capital letters and digits in the documentation; any
    /// string is accepted) and its CDN id (158 or 8123 in the documentation; that it fits in 32
    /// bits is assumed).
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
#[error("not an account: expected API_KEY@CDN, such as APX4GKLM0RKQLSP2FBO1ROPKSSW47DZE@158")]
pub struct AccountError(());

impl FromStr for Account {
    type Err = AccountError;

    fn from_str(text: &str) -> Result<Self, AccountError> {
        let (api_key, cdn) =
            text.rsplit_once('@').filter(|(api_key, _)| !api_key.is_empty()).ok_or(AccountError(()))?;
        Ok(Self::new(api_key, cdn.parse().map_err(|_| AccountError(()))?))
    }
}

/// The serialized form: a map of `api_key` and `cdn`.
#[derive(Serialize)]
struct Fields<'a> {
    api_key: &'a str,
    cdn: u32,
}

impl Serialize for Account {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields { api_key: &self.api_key, cdn: self.cdn }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Members)
    }
}

/// Reads both forms. Its errors repeat no value: a secret key may be in the wrong place.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Account;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Account, A::Error> {
        let (mut api_key, mut cdn) = (None, None);
        while let Some(name) = members.next_key::<Cow<'_, str>>()? {
            match &*name {
                "api_key" => api_key = Some(members.next_value::<Text>()?.0),
                "cdn" => cdn = members.next_value::<Text>()?.0.trim().parse().ok(),
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        match (api_key, cdn) {
            (Some(api_key), Some(cdn)) => Ok(Account::new(api_key, cdn)),
            (None, _) => Err(A::Error::custom("api_key is missing")),
            (_, None) => Err(A::Error::custom("cdn is missing or not an integer such as 158")),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Account, E> {
        text.parse().map_err(E::custom)
    }

    refuse_values!(EXPECTED => visit_i64 i64, visit_u64 u64, visit_i128 i128, visit_u128 u128, visit_f64 f64, visit_bool bool);
}

const EXPECTED: &str = "a map of api_key and cdn, or a string API_KEY@CDN";
