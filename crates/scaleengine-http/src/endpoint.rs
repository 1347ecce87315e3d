//! The endpoint of the API, and the only code that decides whether it may be called without
//! encryption.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;

use http::Uri;
use scaleengine_proto::shared::is_loopback;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The address of the API: `https://`, or `http://` on this machine. Cheap to clone.
///
/// ```
/// use scaleengine_http::Endpoint;
///
/// let endpoint: Endpoint = "http://localhost:8080/stable/".parse()?;
/// assert!("http://api.scaleengine.net/stable/".parse::<Endpoint>().is_err());
/// # Ok::<(), scaleengine_http::EndpointError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint(Arc<Address>);

#[derive(PartialEq, Eq, Hash)]
struct Address {
    uri: Uri,
    secure: bool,
    loopback: bool,
}

/// The reason why an address is refused. It does not repeat the address, which may contain a
/// password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// The address is not an absolute URL.
    #[error("the API address is not a URL such as https://host/path/")]
    NotAUrl,
    /// The scheme is neither `https` nor `http`.
    #[error("the API address must begin with https://")]
    Scheme,
    /// The scheme is `http`, and the host is another machine.
    #[error(
        "the API address uses http:// for another machine: use https:// (http:// is only for localhost, 127.0.0.1 and [::1])"
    )]
    Plain,
    /// The address contains a user name or password.
    #[error("the API address contains a user name or password: remove it (only the signature authenticates)")]
    UserInfo,
    /// The address contains a query or a fragment.
    #[error("the API address contains a query or a fragment: remove it")]
    Query,
}

impl Endpoint {
    /// The documented address.
    pub const DEFAULT: &'static str = "https://api.scaleengine.net/stable/";

    /// Returns an address for messages, reduced to scheme, host, port and path, since the rest may
    /// contain a password. A string that is not an address becomes `…`.
    ///
    /// ```
    /// use scaleengine_http::Endpoint;
    ///
    /// assert_eq!(Endpoint::printable("https://user:pass@host/a?b#c"), "https://…@host/a…");
    /// assert_eq!(Endpoint::printable("pass"), "…");
    /// assert_eq!(Endpoint::printable("https://user:pa#ss@host/"), "…");
    /// ```
    #[must_use]
    pub fn printable(text: &str) -> String {
        let (address, more) = text.find(['?', '#']).map_or((text, ""), |at| (text.get(..at).unwrap_or_default(), "…"));
        // A password with `?` or `#` in it puts the `@` behind the address.
        if text.len() > address.len() && text[address.len()..].contains('@') {
            return "…".to_owned();
        }
        let Ok(uri) = address.parse::<Uri>() else { return "…".to_owned() };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return "…".to_owned() };
        let place = match authority.as_str().rsplit_once('@') {
            Some((_, place)) => format!("…@{place}"),
            None => authority.to_string(),
        };
        // A password that contains `/` makes the host a part of the path.
        let path = if uri.path().contains('@') { "/…" } else { uri.path() };
        let place = if path == "/…" { "…".to_owned() } else { place };
        format!("{scheme}://{place}{path}{more}")
    }

    /// Parses an address and accepts plain `http://` to one named host, such as the name of a
    /// container beside this program.
    ///
    /// Without TLS, anyone on the network path can read commands, passwords and replies, forge
    /// replies, and replay a captured request while its timestamp is valid. The transports of this
    /// crate use no proxy for a plain endpoint, except reqwest, whose proxies are those of its own
    /// builder. If a plain endpoint refuses a timestamp, its `Date` header is not used to correct
    /// the clock, because it could be forged.
    ///
    /// # Errors
    ///
    /// Returns an error if [`Endpoint::from_str`] would, except for `http://` to `host`.
    pub fn parse_with_plain_http(url: &str, host: &str) -> Result<Self, EndpointError> {
        Self::parse(url, |own| own.eq_ignore_ascii_case(host))
    }

    /// Returns the address as a URI.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0.uri
    }

    /// Returns whether the connection is encrypted.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.secure
    }

    /// Returns whether the endpoint is on this machine. Transports use no proxy for it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.0.loopback
    }
}

impl Default for Endpoint {
    fn default() -> Self {
        Self(Arc::new(Address { uri: Uri::from_static(Self::DEFAULT), secure: true, loopback: false }))
    }
}

impl Endpoint {
    fn parse(url: &str, plain_allowed: impl Fn(&str) -> bool) -> Result<Self, EndpointError> {
        if url.contains(['?', '#']) {
            return Err(EndpointError::Query);
        }
        let uri: Uri = url.parse().map_err(|_| EndpointError::NotAUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(EndpointError::NotAUrl);
        };
        if authority.as_str().contains('@') {
            return Err(EndpointError::UserInfo);
        }
        // `Uri` accepts ports beyond 65535, and names that end in a number. A URL parser or a
        // resolver reads the latter as an IPv4 address in another notation, such as 0x7f000001, so
        // the host checked here could differ from the host connected to.
        let host = authority.host();
        let port = authority.as_str().strip_prefix(host).unwrap_or_default();
        let number = host.rsplit('.').next().is_some_and(is_number);
        // `Uri` accepts anything in brackets, and anything after them.
        let bracketed = host.strip_prefix('[').map(|rest| rest.strip_suffix(']').unwrap_or_default());
        if host.is_empty()
            || !port.is_empty() && (!port.starts_with(':') || port.contains('+') || authority.port_u16().is_none())
            || number && host.parse::<Ipv4Addr>().is_err()
            || bracketed.is_some_and(|address| address.parse::<Ipv6Addr>().is_err())
        {
            return Err(EndpointError::NotAUrl);
        }
        let loopback = is_loopback(authority.host());
        let secure = match scheme {
            "https" => true,
            "http" if loopback || plain_allowed(host) => false,
            "http" => return Err(EndpointError::Plain),
            _ => return Err(EndpointError::Scheme),
        };
        Ok(Self(Arc::new(Address { uri, secure, loopback })))
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(url: &str) -> Result<Self, EndpointError> {
        Self::parse(url, |_| false)
    }
}

impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let url = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        url.parse().map_err(serde::de::Error::custom)
    }
}

/// Returns whether a URL parser reads a label as a number: decimal or octal digits, or hexadecimal
/// digits after `0x`.
fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(self.uri()).finish()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.uri.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_encryption_is_accepted_only_on_this_machine() {
        for (url, secure, loopback) in [
            (Endpoint::DEFAULT, true, false),
            ("https://localhost:8443/stable/", true, true),
            ("http://localhost:1/stable/", false, true),
            ("http://LOCALHOST/", false, true),
            ("http://127.9.9.9:80/", false, true),
            ("http://[::1]:80/", false, true),
        ] {
            let endpoint: Endpoint = url.parse().unwrap();
            assert_eq!((endpoint.is_secure(), endpoint.is_loopback()), (secure, loopback), "{url}");
        }
        for (url, error) in [
            ("http://api.scaleengine.net/", EndpointError::Plain),
            ("http://127.0.0.1.example.com/", EndpointError::Plain),
            ("http://localhost.example.com/", EndpointError::Plain),
            ("http://10.0.0.1/", EndpointError::Plain),
            ("http://0.0.0.0/", EndpointError::Plain),
            ("ftp://localhost/", EndpointError::Scheme),
            ("api.scaleengine.net", EndpointError::NotAUrl),
            ("/stable/", EndpointError::NotAUrl),
            ("https://localhost:99999/", EndpointError::NotAUrl),
            ("https://localhost:abc/", EndpointError::NotAUrl),
            ("https://999.1.1.1/", EndpointError::NotAUrl),
            ("https://1.2.3.4.5/", EndpointError::NotAUrl),
            ("https://0x7f000001/", EndpointError::NotAUrl),
            ("https://0x7f.1/", EndpointError::NotAUrl),
            ("https://127.0.0.0X1/", EndpointError::NotAUrl),
            ("https://2130706433/", EndpointError::NotAUrl),
            ("https://0177.0.0.1/", EndpointError::NotAUrl),
            ("https://127.1/", EndpointError::NotAUrl),
            ("https://127.0.0.1./", EndpointError::NotAUrl),
            ("http://[::1]x:80/", EndpointError::NotAUrl),
            ("http://localhost:+80/", EndpointError::NotAUrl),
            ("http://[127.0.0.1]/", EndpointError::NotAUrl),
            ("https://[zz]/", EndpointError::NotAUrl),
            ("", EndpointError::NotAUrl),
            ("https://user:pass@host/", EndpointError::UserInfo),
            ("https://host/?a", EndpointError::Query),
            ("https://host/#a", EndpointError::Query),
        ] {
            assert_eq!(url.parse::<Endpoint>(), Err(error), "{url}");
        }
    }

    #[test]
    fn plain_http_is_accepted_only_to_the_named_host() {
        let plain = |url| Endpoint::parse_with_plain_http(url, "api-mock").map(|endpoint| endpoint.is_secure());
        assert_eq!(plain("http://API-mock:8080/stable/"), Ok(false));
        assert_eq!(plain("https://api.scaleengine.net/stable/"), Ok(true));
        for refused in ["http://api-mock.example/", "http://other/", "http://10.0.0.1/"] {
            assert_eq!(plain(refused), Err(EndpointError::Plain), "{refused}");
        }
        assert_eq!(plain("http://user@api-mock/"), Err(EndpointError::UserInfo));
    }
}
