//! The IP addresses from which a ticket can be used.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::net::IpAddr;

use serde::{Serialize, Serializer};

use super::text_form::text_form;
use super::{Kind, Param, ParamError};
use crate::value::Value;

/// The IP addresses from which a ticket can be used.
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
    /// Binds the ticket to the first address that uses it.
    #[must_use]
    pub fn auto() -> Self {
        Self("auto".into())
    }

    /// Binds the ticket to the network of the first address that uses it; `None` if the prefix is
    /// longer than 128 bits.
    #[must_use]
    pub fn auto_network(prefix: u8) -> Option<Self> {
        (prefix <= 128).then(|| Self(format!("auto/{prefix}")))
    }

    /// Allows any address, sent as `0.0.0.0/0`.
    #[must_use]
    pub fn any() -> Self {
        Self("0.0.0.0/0".into())
    }

    /// Allows one address. An IPv4-mapped IPv6 address (`::ffff:192.0.2.7`) is sent as IPv4.
    #[must_use]
    pub fn address(address: impl Into<IpAddr>) -> Self {
        Self(address.into().to_canonical().to_string())
    }

    /// Allows a network; `None` if the prefix is longer than the address.
    #[must_use]
    pub fn network(address: impl Into<IpAddr>, prefix: u8) -> Option<Self> {
        let address = address.into();
        let longest = if address.is_ipv4() { 32 } else { 128 };
        (prefix <= longest).then(|| Self(format!("{address}/{prefix}")))
    }

    /// Adds an alternative rule. Lists of rules are documented for the v2 API only.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        self.0 += "|";
        self.0 += &other.0;
        self
    }

    /// Returns the wire value.
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
        "auto, auto/24, an address, a network such as 192.168.0.0/24, or several of these separated by |",
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
