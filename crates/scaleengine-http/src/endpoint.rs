//! Where requests go, and the one place that decides whether they may go there unencrypted.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;
use std::sync::Arc;

use http::Uri;
use scaleengine_proto::shared::is_loopback;

/// The address of the API: `https://`, or `http://` to this machine only. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint(Arc<Address>);

#[derive(PartialEq, Eq, Hash)]
struct Address {
    uri: Uri,
    secure: bool,
    loopback: bool,
}

/// Why an address cannot be used. Nothing of the address is repeated, since a wrong one may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// No absolute URL.
    #[error("the API address is not a URL of the form https://host/path/")]
    NotAUrl,
    /// Another scheme than `https` and `http`.
    #[error("the API address has to begin with https://")]
    Scheme,
    /// `http://` to another machine.
    #[error(
        "the API address is http:// and not on this machine: use https:// (plain http:// is for localhost, 127.0.0.1 and [::1])"
    )]
    Plain,
    /// A user name or password in the address.
    #[error("the API address holds a user name or password: the API is authenticated by the signature alone")]
    UserInfo,
    /// A query or fragment in the address.
    #[error("the API address holds a query or a fragment: requests are POSTed to a path")]
    Query,
}

impl Endpoint {
    /// The documented address.
    pub const DEFAULT: &'static str = "https://api.scaleengine.net/stable/";

    /// An address for people, whether it can be used or not: without what may be a password in it, which is everything but scheme, host,
    /// port and path, and the whole of what is not an address.
    ///
    /// ```
    /// use scaleengine_http::Endpoint;
    ///
    /// assert_eq!(Endpoint::printable("https://user:pass@host/a?b#c"), "https://…@host/a…");
    /// assert_eq!(Endpoint::printable("pass"), "…");
    /// ```
    #[must_use]
    pub fn printable(text: &str) -> String {
        let (address, more) = text.find(['?', '#']).map_or((text, ""), |at| (text.get(..at).unwrap_or_default(), "…"));
        let Ok(uri) = address.parse::<Uri>() else { return "…".to_owned() };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return "…".to_owned() };
        let place = match authority.as_str().rsplit_once('@') {
            Some((_, place)) => format!("…@{place}"),
            None => authority.to_string(),
        };
        // A password with a `/` in it makes the host a part of the path.
        let path = if uri.path().contains('@') { "/…" } else { uri.path() };
        let place = if path == "/…" { "…".to_owned() } else { place };
        format!("{scheme}://{place}{path}{more}")
    }

    /// The address as a URI.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0.uri
    }

    /// Whether it is encrypted.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.secure
    }

    /// Whether it is on this machine; such an address is never reached through a proxy.
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

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(url: &str) -> Result<Self, EndpointError> {
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
        // The URI type accepts ports beyond 65535, and names that end in a number. A URL parser or a resolver reads the latter as an
        // IPv4 address in another notation, such as 0x7f000001, so that it would be judged by one address and sent to another.
        let host = authority.host();
        let port = authority.as_str().strip_prefix(host).unwrap_or_default();
        let number = host.rsplit('.').next().is_some_and(is_number);
        if host.is_empty()
            || !port.is_empty() && authority.port_u16().is_none()
            || number && host.parse::<Ipv4Addr>().is_err()
        {
            return Err(EndpointError::NotAUrl);
        }
        let loopback = is_loopback(authority.host());
        let secure = match scheme {
            "https" => true,
            "http" if loopback => false,
            "http" => return Err(EndpointError::Plain),
            _ => return Err(EndpointError::Scheme),
        };
        Ok(Self(Arc::new(Address { uri, secure, loopback })))
    }
}

/// Whether a label is a number to a URL parser: in decimal or octal digits, or in hexadecimal ones after `0x`.
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
    fn an_address_is_encrypted_or_on_this_machine() {
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
            ("", EndpointError::NotAUrl),
            ("https://user:pass@host/", EndpointError::UserInfo),
            ("https://host/?a", EndpointError::Query),
            ("https://host/#a", EndpointError::Query),
        ] {
            assert_eq!(url.parse::<Endpoint>(), Err(error), "{url}");
        }
    }
}
