//! The addresses from which a ticket can be used.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::net::IpAddr;

use serde::{Serialize, Serializer};

use super::text_form::text_form;
use super::{Kind, Param, ParamError};
use crate::value::Value;

/// The addresses from which a ticket can be used.
///
/// ```
/// use scaleengine_proto::param::IpRule;
///
/// let rule = IpRule::auto().or(&IpRule::network([192, 168, 0, 0], 24).unwrap());
/// assert_eq!(rule, "auto|192.168.0.0/24".parse().unwrap());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IpRule(String);

impl IpRule {
    /// Bound to the first address that uses it.
    #[must_use]
    pub fn auto() -> Self {
        Self("auto".into())
    }

    /// Bound to the network of the first address that uses it; `None` where the prefix is longer than 128.
    #[must_use]
    pub fn auto_network(prefix: u8) -> Option<Self> {
        (prefix <= 128).then(|| Self(format!("auto/{prefix}")))
    }

    /// Any address.
    #[must_use]
    pub fn any() -> Self {
        Self("0.0.0.0/0".into())
    }

    /// One address. An IPv4 address that a socket reports as IPv6 (`::ffff:192.0.2.7`) is sent as IPv4.
    #[must_use]
    pub fn address(address: impl Into<IpAddr>) -> Self {
        Self(address.into().to_canonical().to_string())
    }

    /// A network; `None` where the prefix is longer than the address.
    #[must_use]
    pub fn network(address: impl Into<IpAddr>, prefix: u8) -> Option<Self> {
        let address = address.into();
        let longest = if address.is_ipv4() { 32 } else { 128 };
        (prefix <= longest).then(|| Self(format!("{address}/{prefix}")))
    }

    /// This rule or another. Lists are documented for the v2 API only.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        self.0 += "|";
        self.0 += &other.0;
        self
    }

    /// The rule as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn one(text: &str) -> Option<Self> {
        let prefix = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        match text.split_once('/') {
            None if text == "auto" => Some(Self::auto()),
            None => text.parse().ok().map(|address: IpAddr| Self::address(address)),
            Some(("auto", bits)) => Self::auto_network(prefix(bits)?),
            Some((address, bits)) => Self::network(address.parse::<IpAddr>().ok()?, prefix(bits)?),
        }
    }
}

impl Param for IpRule {
    const KIND: Kind = Kind::one(
        "ip rule",
        "auto, auto/24, an address, a network as in 192.168.0.0/24, or several with | between them",
    );

    fn parse(text: &str) -> Result<Self, ParamError> {
        let mut rules = text.split('|').map(Self::one);
        let first = rules.next().flatten();
        let rule = rules.fold(first, |rule, next| Some(rule?.or(&next?)));
        rule.ok_or_else(|| ParamError::new(Self::KIND.written))
    }
}

impl Serialize for IpRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

text_form!(IpRule);

impl fmt::Display for IpRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<IpAddr> for IpRule {
    fn from(address: IpAddr) -> Self {
        Self::address(address)
    }
}

impl From<IpRule> for Value {
    fn from(rule: IpRule) -> Self {
        rule.0.into()
    }
}
