//! The settings, each with its flag, variable and profile key. The flag has `-` for each `_` of the
//! name.

use std::ops::RangeInclusive;

use scaleengine::ClientBuilder;
use scaleengine::Endpoint;
use scaleengine::proto::{find_invisible, single_value};
use scaleengine::transport::proxy::ProxyAddress;

/// A setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// The key in a profile.
    pub(crate) name: &'static str,
    pub(crate) variable: &'static str,
    /// The placeholder for the value in the flag's help.
    pub(crate) value: &'static str,
    pub(crate) help: &'static str,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Address,
    Text,
    Number(RangeInclusive<u64>),
    Proxy,
}

pub(crate) static API_URL: Setting = Setting {
    name: "api_url",
    variable: ClientBuilder::API_URL,
    value: "URL",
    help: "API address: https, or http on this machine",
    kind: Kind::Address,
};

pub(crate) static TIMEOUT: Setting = Setting {
    name: "timeout",
    variable: "SCALEENGINE_TIMEOUT",
    value: "SECONDS",
    help: "Timeout of each attempt [default: 15]",
    kind: Kind::Number(1..=3600),
};

pub(crate) static RETRIES: Setting = Setting {
    name: "retries",
    variable: "SCALEENGINE_RETRIES",
    value: "COUNT",
    help: "Maximum number of retries, if a repeat is safe [default: 2]",
    kind: Kind::Number(0..=99),
};

pub(crate) static DEADLINE: Setting = Setting {
    name: "deadline",
    variable: "SCALEENGINE_DEADLINE",
    value: "SECONDS",
    help: "Deadline of all attempts and waits together [default: 30]",
    kind: Kind::Number(1..=86400),
};

pub(crate) static PROXY: Setting = Setting {
    name: "proxy",
    variable: "SCALEENGINE_PROXY",
    value: "URL",
    help: "Proxy http://HOST:PORT in place of HTTPS_PROXY; not used for localhost",
    kind: Kind::Proxy,
};

pub(crate) static CA_FILE: Setting = Setting {
    name: "ca_file",
    variable: "SCALEENGINE_CA_FILE",
    value: "FILE",
    help: "Also trust the certificates of this PEM file",
    kind: Kind::Text,
};

impl Setting {
    pub(crate) const ALL: [&Setting; 6] = [&API_URL, &TIMEOUT, &RETRIES, &DEADLINE, &PROXY, &CA_FILE];

    /// Checks a value from any source. The error does not repeat a proxy, which may contain a
    /// password.
    pub(crate) fn check(&self, value: &str) -> Result<(), String> {
        match &self.kind {
            Kind::Address | Kind::Text if value.is_empty() => Err("it is empty".to_owned()),
            Kind::Address | Kind::Text => find_invisible(single_value(value))
                .map_or(Ok(()), |found| Err(format!("it contains an invisible character: {found}"))),
            Kind::Number(range) => match value.trim().parse() {
                Ok(number) if range.contains(&number) => Ok(()),
                _ => Err(format!("expected an integer from {} to {}", range.start(), range.end())),
            },
            Kind::Proxy => ProxyAddress::parse(value).map(drop).map_err(|error| error.to_string()),
        }
    }

    /// Checks the value of a flag, which other users can see.
    pub(crate) fn check_argument(&self, value: &str) -> Result<(), String> {
        if matches!(self.kind, Kind::Proxy) && value.contains('@') {
            let (variable, name) = (self.variable, self.name);
            return Err(format!(
                "other users can see a password in an argument: set {variable}, or {name} in a profile"
            ));
        }
        self.check(value)
    }

    /// Returns the value for display, without any part of an address that may be a password.
    pub(crate) fn shown(&self, value: &str) -> String {
        match self.kind {
            Kind::Proxy => ProxyAddress::parse(value).map_or_else(
                |_| "…".to_owned(),
                |address| {
                    if value.contains('@') {
                        format!("…@{}:{}", address.host(), address.port())
                    } else {
                        value.to_owned()
                    }
                },
            ),
            Kind::Address => Endpoint::printable(value),
            _ => value.to_owned(),
        }
    }
}
