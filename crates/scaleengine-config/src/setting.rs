//! The settings, each with its variable and profile key.

use std::fmt;

use scaleengine_http::Endpoint;
use scaleengine_http::transport::proxy::ProxyAddress;
use scaleengine_proto::{find_invisible, single_value};

/// A setting of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Setting {
    /// The address of the API.
    ApiUrl,
    /// The timeout of each attempt, in seconds.
    Timeout,
    /// The maximum number of retries.
    Retries,
    /// The deadline of each call, in seconds.
    Deadline,
    /// The proxy, instead of those of `HTTPS_PROXY` and `ALL_PROXY`.
    Proxy,
    /// A PEM file with certificates to trust in addition to the platform's.
    CaFile,
}

impl Setting {
    /// All settings.
    pub const ALL: [Setting; 6] =
        [Self::ApiUrl, Self::Timeout, Self::Retries, Self::Deadline, Self::Proxy, Self::CaFile];

    /// Returns the key in a profile.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ApiUrl => "api_url",
            Self::Timeout => "timeout",
            Self::Retries => "retries",
            Self::Deadline => "deadline",
            Self::Proxy => "proxy",
            Self::CaFile => "ca_file",
        }
    }

    /// Returns the environment variable.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::ApiUrl => "SCALEENGINE_API_URL",
            Self::Timeout => "SCALEENGINE_TIMEOUT",
            Self::Retries => "SCALEENGINE_RETRIES",
            Self::Deadline => "SCALEENGINE_DEADLINE",
            Self::Proxy => "SCALEENGINE_PROXY",
            Self::CaFile => "SCALEENGINE_CA_FILE",
        }
    }

    /// Checks a value from any source.
    ///
    /// # Errors
    ///
    /// Returns the reason in words. It does not repeat a proxy, which may contain a password.
    pub fn check(self, value: &str) -> Result<(), String> {
        let number = |least: u64, most: u64| match value.trim().parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(()),
            _ => Err(format!("expected an integer from {least} to {most}")),
        };
        match self {
            Self::ApiUrl | Self::CaFile if value.is_empty() => Err("it is empty".to_owned()),
            Self::ApiUrl | Self::CaFile => find_invisible(single_value(value))
                .map_or(Ok(()), |found| Err(format!("it contains an invisible character: {found}"))),
            Self::Timeout => number(1, 3600),
            Self::Retries => number(0, 99),
            Self::Deadline => number(1, 86400),
            Self::Proxy => ProxyAddress::parse(value).map(drop).map_err(|error| error.to_string()),
        }
    }

    /// Returns the value for display, without any part of an address that may be a password.
    #[must_use]
    pub fn printable(self, value: &str) -> String {
        match self {
            Self::Proxy => ProxyAddress::parse(value).map_or_else(
                |_| "…".to_owned(),
                |address| {
                    if value.contains('@') {
                        format!("…@{}:{}", address.host(), address.port())
                    } else {
                        value.to_owned()
                    }
                },
            ),
            Self::ApiUrl => Endpoint::printable(value),
            _ => value.to_owned(),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
