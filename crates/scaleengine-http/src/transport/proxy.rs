//! The proxy of a request: an explicit one, or that of the environment. This is the only parser of
//! proxy addresses and of the variables `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, so every adapter
//! treats them alike. A value that cannot be parsed is an error, never a direct connection.
//!
//! Variables have the same meaning as for curl: the lower-case name precedes the upper-case one, an
//! empty value counts as not set, and `https_proxy` precedes `all_proxy`. `NO_PROXY` lists names
//! and addresses, separated by commas or spaces:
//!
//! | entry | exempts |
//! | --- | --- |
//! | `*`, as the only entry | every host |
//! | `example.com`, `.example.com`, `example.com.` | the host and everything below it |
//! | `192.0.2.7`, `fd00::1`, `[fd00::1]` | this address |
//! | `192.0.2.0/24`, `fd00::/8` | the addresses of this network |
//! | any of them with `:443` (IPv6 in brackets) | only this port; curl ignores such an entry |

use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;

use http::Uri;
use percent_encoding::percent_decode_str;
use scaleengine_proto::{Invisible, find_invisible};

use scaleengine_proto::shared::is_loopback;

use crate::endpoint::Endpoint;

/// The address of a plain HTTP proxy, such as `http://proxy.example:3128`. `Display` and `Debug`
/// omit the user and the password.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress(Uri);

impl ProxyAddress {
    /// Parses an address; the default scheme is `http://`.
    ///
    /// # Errors
    ///
    /// Returns an error if the address has another scheme, no host, an invalid port, a path, or an
    /// invisible character.
    pub fn parse(text: &str) -> Result<Self, ProxyError> {
        let error = |reason| ProxyError { variable: None, reason };
        if let Some(found) = find_invisible(text) {
            return Err(error(Reason::Invisible(found)));
        }
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        if !text.to_ascii_lowercase().starts_with("http://") {
            return Err(error(Reason::Scheme));
        }
        let uri: Uri = text.parse().map_err(|_| error(Reason::NotAnAddress))?;
        let authority = uri.authority().ok_or(error(Reason::NotAnAddress))?;
        // Only a port may follow the host. `Uri` drops a fragment, which may be part of a password.
        let after = authority.as_str().rsplit('@').next().and_then(|own| own.strip_prefix(authority.host()));
        let host = !authority.host().is_empty() && (after == Some("") || authority.port_u16().is_some());
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !text.contains('#');
        // User and password are percent-encoded UTF-8.
        let user = authority.as_str().rsplit_once('@').map_or("", |(user, _)| user);
        if host && bare && after.is_none_or(|port| port != ":") && decodes(user) {
            Ok(Self(uri))
        } else {
            Err(error(Reason::NotAnAddress))
        }
    }

    /// Returns the host, without the brackets of an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &str {
        without_brackets(self.0.host().unwrap_or_default())
    }

    /// Returns the port; 80 if the address has none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_u16().unwrap_or(80)
    }

    /// Returns the address with user and password.
    #[cfg(any(feature = "hyper", feature = "ureq"))]
    pub(crate) fn uri(&self) -> &Uri {
        &self.0
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self.0.authority().map_or("", |own| own.as_str());
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        write!(f, "http://{place}")
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyAddress({self})")
    }
}

/// A proxy setting that cannot be used. Messages omit its value, which may contain a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyError {
    variable: Option<&'static str>,
    reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    Invisible(Invisible),
    NotUnicode,
    Scheme,
    NotAnAddress,
}

impl ProxyError {
    /// Returns the environment variable with the value, if it came from one.
    #[must_use]
    pub fn variable(&self) -> Option<&'static str> {
        self.variable
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.variable {
            Some(name) => write!(f, "the value of {name} cannot be used as a proxy: ")?,
            None => f.write_str("the proxy cannot be used: ")?,
        }
        match &self.reason {
            Reason::Invisible(found) => write!(f, "it contains an invisible character, {found}"),
            Reason::NotUnicode => f.write_str("it is not valid Unicode"),
            Reason::Scheme => f.write_str("only proxies that are reached by http:// are supported"),
            Reason::NotAnAddress => f.write_str("it is not an address such as http://proxy.example:3128"),
        }
    }
}

impl std::error::Error for ProxyError {}

/// The proxy settings of a transport.
#[derive(Debug, Clone)]
pub struct Proxies {
    proxy: Option<Result<ProxyAddress, ProxyError>>,
    exempt: Vec<String>,
}

impl Proxies {
    /// Uses no proxy.
    #[must_use]
    pub fn none() -> Self {
        Self { proxy: None, exempt: Vec::new() }
    }

    /// Uses this proxy for every host except this machine, and ignores the environment.
    #[must_use]
    pub fn only(address: ProxyAddress) -> Self {
        Self { proxy: Some(Ok(address)), exempt: Vec::new() }
    }

    /// Uses the proxies of this process's environment.
    #[must_use]
    pub fn from_env() -> Self {
        Self::from_lookup(|name| std::env::var_os(name))
    }

    /// Uses the proxies of an environment, given by a function that returns the value of a
    /// variable.
    #[must_use]
    pub fn from_lookup(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let value = |name: &'static str| variable(name).filter(|value| !value.is_empty()).map(|value| (name, value));
        let proxy = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].into_iter().find_map(value);
        let proxy = proxy.map(|(name, value)| {
            let named = |error: ProxyError| ProxyError { variable: Some(name), ..error };
            let text = value.to_str().ok_or(ProxyError { variable: Some(name), reason: Reason::NotUnicode })?;
            ProxyAddress::parse(text).map_err(named)
        });
        let exempt = ["no_proxy", "NO_PROXY"].into_iter().find_map(value);
        let exempt = exempt.map(|(_, value)| value.to_string_lossy().into_owned()).unwrap_or_default();
        let entries = exempt.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        Self { proxy, exempt: entries.map(str::to_owned).collect() }
    }

    /// Returns the proxy for an endpoint; `None` for an endpoint on this machine.
    ///
    /// # Errors
    ///
    /// Returns an error if the environment's value cannot be used and the endpoint is not exempt.
    pub fn for_endpoint(&self, endpoint: &Endpoint) -> Result<Option<&ProxyAddress>, ProxyError> {
        // Plain HTTP is only for this machine and for a host that the caller allowed by name.
        if endpoint.is_secure() { self.for_uri(endpoint.uri()) } else { Ok(None) }
    }

    pub(super) fn for_uri(&self, uri: &Uri) -> Result<Option<&ProxyAddress>, ProxyError> {
        match &self.proxy {
            None => Ok(None),
            Some(_) if is_loopback(uri.host().unwrap_or_default()) || self.exempts(uri) => Ok(None),
            Some(proxy) => proxy.as_ref().map(Some).map_err(Clone::clone),
        }
    }

    fn exempts(&self, uri: &Uri) -> bool {
        let host = without_brackets(uri.host().unwrap_or_default());
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
        match self.exempt.as_slice() {
            [only] if only == "*" => true,
            entries => entries.iter().any(|entry| matches(entry, host, port)),
        }
    }
}

/// Returns whether an entry of `NO_PROXY` covers this host and port.
fn matches(entry: &str, host: &str, port: u16) -> bool {
    let (entry, own_port) = split_port(entry);
    if own_port.is_some_and(|own| own != port) {
        return false;
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    if let Ok(address) = host.parse::<IpAddr>() {
        return is_in_network(address, without_brackets(entry));
    }
    let entry = entry.strip_prefix('.').unwrap_or(entry);
    let entry = entry.strip_suffix('.').unwrap_or(entry);
    let Some(start) = host.len().checked_sub(entry.len()).filter(|_| !entry.is_empty()) else { return false };
    let (below, own) = host.split_at_checked(start).unwrap_or_default();
    own.eq_ignore_ascii_case(entry) && (below.is_empty() || below.ends_with('.'))
}

/// Splits off a port at the end of an entry, which an IPv6 address without brackets cannot have.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    let with_port = entry.rsplit_once(':').filter(|(host, _)| host.ends_with(']') || !host.contains(':'));
    match with_port.and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => (host, Some(port)),
        None => (entry, None),
    }
}

/// Returns whether an address equals `network` or is in it.
fn is_in_network(address: IpAddr, network: &str) -> bool {
    let (network, length) = match network.split_once('/') {
        Some((network, length)) => (network, length.parse().ok()),
        None => (network, Some(128)),
    };
    let (Ok(network), Some(length)) = (network.parse::<IpAddr>(), length) else { return false };
    let bits = |address| match address {
        IpAddr::V4(own) => (u128::from(own.to_bits()) << 96, 32_u32),
        IpAddr::V6(own) => (own.to_bits(), 128),
    };
    let ((one, width), (other, other_width)) = (bits(address), bits(network));
    let mask = u128::MAX.checked_shl(128_u32.saturating_sub(length)).unwrap_or(0);
    width == other_width && one & mask == other & mask
}

fn decodes(user: &str) -> bool {
    percent_decode_str(user).decode_utf8().is_ok()
}

fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxy_address_is_http_with_a_host_and_an_optional_port() {
        for (good, host, port) in [
            ("http://proxy.example:3128", "proxy.example", 3128),
            ("proxy:3128", "proxy", 3128),
            ("HTTP://proxy/", "proxy", 80),
            ("http://user:pass@proxy/", "proxy", 80),
            ("http://[::1]:8080", "::1", 8080),
        ] {
            let address = ProxyAddress::parse(good).unwrap();
            assert_eq!((address.host(), address.port()), (host, port), "{good}");
        }
        for (bad, words) in [
            ("", "not an address"),
            ("https://proxy:1", "only proxies that are reached by http://"),
            ("socks5://proxy", "only proxies that are reached by http://"),
            ("ftp://proxy", "only proxies that are reached by http://"),
            ("http://proxy/path", "not an address"),
            ("http:///x", "not an address"),
            ("http://::1:1", "not an address"),
            ("http://", "not an address"),
            ("a b", "not an address"),
            ("http://proxy:1 ", "not an address"),
            ("http://proxy:", "not an address"),
            ("http://us%ff:pw@proxy", "not an address"),
            ("proxy:99999", "not an address"),
            ("http://a:8080#b@host:1", "not an address"),
            ("http://proxy:1\r", "carriage return (U+000D)"),
            ("http://pro\u{200b}xy:1", "zero width space"),
        ] {
            let error = ProxyAddress::parse(bad).unwrap_err().to_string();
            assert!(error.contains(words), "{bad:?}: {error}");
        }
        let secret = ProxyAddress::parse("http://user:pass@proxy").unwrap();
        assert_eq!(format!("{secret} {secret:?}"), "http://proxy ProxyAddress(http://proxy)");
    }

    /// Each row except the last three was compared with curl 7.88.
    #[test]
    fn no_proxy_has_the_same_meaning_as_for_curl() {
        for (entries, url, exempt) in [
            ("example.invalid", "https://api.example.invalid/", true),
            (".example.invalid", "https://api.example.invalid/", true),
            ("example.invalid.", "https://api.example.invalid/", true),
            ("API.EXAMPLE.INVALID", "https://api.example.invalid/", true),
            ("localhost, api.example.invalid", "https://api.example.invalid/", true),
            ("localhost api.example.invalid", "https://api.example.invalid/", true),
            ("api.example.invalid,", "https://api.example.invalid/", true),
            ("*", "https://api.example.invalid/", true),
            ("a,*", "https://api.example.invalid/", false),
            ("*.example.invalid", "https://api.example.invalid/", false),
            ("ple.invalid", "https://api.example.invalid/", false),
            ("..example.invalid", "https://api.example.invalid/", false),
            ("198.51.100.1", "https://198.51.100.1/", true),
            ("198.51.0.0/16", "https://198.51.100.1/", true),
            ("198.51.0.0/24", "https://198.51.100.1/", false),
            ("198.51.100.", "https://198.51.100.1/", false),
            ("::/0", "https://198.51.100.1/", false),
            ("fd00::1", "https://[fd00::1]/", true),
            ("FD00::1", "https://[fd00::1]/", true),
            ("fd00::/8", "https://[fd00::1]/", true),
            ("[fd00::1]", "https://[fd00::1]/", true),
            ("[fd00::1]:443,a:1", "https://[fd00::1]/", true),
            ("api.example.invalid:443", "https://api.example.invalid/", true),
            ("api.example.invalid:444", "https://api.example.invalid/", false),
        ] {
            let values = |name: &str| match name {
                "https_proxy" => Some("http://proxy:1".into()),
                "no_proxy" => Some(entries.into()),
                _ => None,
            };
            let proxy = Proxies::from_lookup(values);
            assert_eq!(proxy.for_endpoint(&url.parse().unwrap()).unwrap().is_none(), exempt, "{entries} {url}");
        }
    }

    #[test]
    fn first_nonempty_variable_is_used_and_an_invalid_one_is_an_error() {
        let found = |variables: &[(&str, &str)]| {
            let proxies = Proxies::from_lookup(|name| {
                variables.iter().find(|(own, _)| *own == name).map(|(_, value)| OsString::from(value))
            });
            let endpoint = "https://api.example.invalid/".parse().unwrap();
            proxies.for_endpoint(&endpoint).map(|proxy| proxy.map(ToString::to_string))
        };
        let named = |name: &str| Ok(Some(format!("http://{name}")));
        assert_eq!(found(&[]), Ok(None));
        assert_eq!(found(&[("https_proxy", "a"), ("HTTPS_PROXY", "b"), ("all_proxy", "c")]), named("a"));
        assert_eq!(found(&[("https_proxy", ""), ("HTTPS_PROXY", "b")]), named("b"));
        assert_eq!(found(&[("HTTPS_PROXY", ""), ("ALL_PROXY", "d")]), named("d"));
        assert_eq!(found(&[("http_proxy", "a"), ("HTTP_PROXY", "b")]), Ok(None));
        assert_eq!(found(&[("HTTPS_PROXY", "ftp://a"), ("NO_PROXY", "example.invalid")]), Ok(None));
        let wrong = found(&[("HTTPS_PROXY", "ftp://user:pass@a"), ("ALL_PROXY", "b")]).unwrap_err();
        assert_eq!(wrong.variable(), Some("HTTPS_PROXY"));
        assert!(wrong.to_string().contains("HTTPS_PROXY") && !wrong.to_string().contains("pass"), "{wrong}");
    }
}
