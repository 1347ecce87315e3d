//! A proxy that was named, in place of the environment's.

use std::fmt;

use http::Uri;

/// The address of a proxy. It may hold a password, so it does not show.
#[derive(Clone)]
pub(super) struct ProxyAddress(String);

impl ProxyAddress {
    pub(super) fn parse(text: &str) -> Result<Self, ProxyError> {
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = text.parse().map_err(|_| ProxyError(()))?;
        let authority = uri.authority().ok_or(ProxyError(()))?;
        // After the host comes a port or nothing; what stands after `#` is no part of the address, and may be a password.
        let after = authority.as_str().rsplit('@').next().and_then(|own| own.strip_prefix(authority.host()));
        let host = !authority.host().is_empty() && (after == Some("") || authority.port_u16().is_some());
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !text.contains('#');
        if uri.scheme_str() == Some("http") && host && bare { Ok(Self(text)) } else { Err(ProxyError(())) }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyAddress(…)")
    }
}

/// A text is no address of a proxy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no address of a proxy: one such as http://proxy.example:3128 is expected")]
pub struct ProxyError(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_host_reached_by_http() {
        for good in ["http://proxy.example:3128", "proxy:3128", "http://user:pass@proxy/", "http://[::1]:8080"] {
            assert!(ProxyAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "https://proxy:1",
            "socks5://proxy",
            "http://proxy/path",
            "http://",
            "a b",
            "proxy:99999",
            "http://a:8080#b@host:1",
        ] {
            assert!(ProxyAddress::parse(bad).is_err(), "{bad}");
        }
        assert!(!format!("{:?}", ProxyAddress::parse("http://user:pass@proxy").unwrap()).contains("pass"));
    }
}
