//! What can be set by a flag, by a variable and in a profile: one table. The flag has `-` for each `_` of the name.

use std::ops::RangeInclusive;

use scaleengine::ClientBuilder;
use scaleengine::Endpoint;
use scaleengine::proto::{find_invisible, single_value};
use scaleengine::transport::proxy::ProxyAddress;

/// One of them.
#[derive(Debug)]
pub(crate) struct Setting {
    /// As in a profile.
    pub(crate) name: &'static str,
    pub(crate) variable: &'static str,
    /// What stands for the value in a flag's help.
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
    help: "The API's address; https, or http on this machine",
    kind: Kind::Address,
};

pub(crate) static TIMEOUT: Setting = Setting {
    name: "timeout",
    variable: "SCALEENGINE_TIMEOUT",
    value: "SECONDS",
    help: "The time limit of an attempt [default: 15]",
    kind: Kind::Number(1..=3600),
};

pub(crate) static RETRIES: Setting = Setting {
    name: "retries",
    variable: "SCALEENGINE_RETRIES",
    value: "COUNT",
    help: "How often an attempt that failed is repeated at most; what may do harm twice is never repeated blindly [default: 2]",
    kind: Kind::Number(0..=99),
};

pub(crate) static DEADLINE: Setting = Setting {
    name: "deadline",
    variable: "SCALEENGINE_DEADLINE",
    value: "SECONDS",
    help: "The time limit of all attempts and waits together [default: 30]",
    kind: Kind::Number(1..=86400),
};

pub(crate) static PROXY: Setting = Setting {
    name: "proxy",
    variable: "SCALEENGINE_PROXY",
    value: "URL",
    help: "The proxy, such as http://proxy.example:3128, in place of HTTPS_PROXY and its like; never for what is on this machine",
    kind: Kind::Proxy,
};

pub(crate) static CA_FILE: Setting = Setting {
    name: "ca_file",
    variable: "SCALEENGINE_CA_FILE",
    value: "FILE",
    help: "Trusts the certificates of a PEM file too",
    kind: Kind::Text,
};

impl Setting {
    pub(crate) const ALL: [&Setting; 6] = [&API_URL, &TIMEOUT, &RETRIES, &DEADLINE, &PROXY, &CA_FILE];

    /// Whether a value makes sense, wherever it stands. A proxy's is not repeated: it may hold a password.
    pub(crate) fn check(&self, value: &str) -> Result<(), String> {
        match &self.kind {
            Kind::Address | Kind::Text if value.is_empty() => Err("it is empty".to_owned()),
            Kind::Address | Kind::Text => find_invisible(single_value(value))
                .map_or(Ok(()), |found| Err(format!("it holds an invisible character: {found}"))),
            Kind::Number(range) => match value.trim().parse() {
                Ok(number) if range.contains(&number) => Ok(()),
                _ => Err(format!("a whole number from {} to {} is expected", range.start(), range.end())),
            },
            Kind::Proxy => ProxyAddress::parse(value).map(drop).map_err(|error| error.to_string()),
        }
    }

    /// The same for a flag, which others can see.
    pub(crate) fn check_argument(&self, value: &str) -> Result<(), String> {
        if matches!(self.kind, Kind::Proxy) && value.contains('@') {
            let (variable, name) = (self.variable, self.name);
            return Err(format!(
                "a password is no argument, where others could see it: set {variable}, or {name} in a profile"
            ));
        }
        self.check(value)
    }

    /// The value as it may be shown: no address with what may be a password in it.
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
