//! Everything about a call except its command: the signer, the endpoint, and the options.

use std::time::Duration;

use http::HeaderValue;

use crate::clock::Now;
use crate::clock_skew::ClockSkew;
use crate::endpoint::Endpoint;
use crate::options::CallOptions;

/// Everything about a call except its command. `S` is a signer by value, by reference or in an
/// `Arc`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallSettings<S> {
    /// The signer, and with it the account.
    pub signer: S,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The options.
    pub options: CallOptions,
    /// The clock skew estimate; its clones are shared.
    pub clock_skew: ClockSkew,
    /// The header `User-Agent`; `scaleengine-rs/` and a version if `None`.
    pub user_agent: Option<HeaderValue>,
    /// The time from which the deadline counts, as [`Now::mono`]; the first step if `None`.
    pub began: Option<Duration>,
}

impl<S> CallSettings<S> {
    /// Creates settings with default options and a new clock skew.
    pub fn new(signer: S, endpoint: Endpoint) -> Self {
        let (options, clock_skew) = (CallOptions::default(), ClockSkew::new());
        Self { signer, endpoint, options, clock_skew, user_agent: None, began: None }
    }

    /// Returns the time until the deadline.
    pub fn time_left(&self, now: Now) -> Duration {
        self.ends(now).saturating_sub(now.mono)
    }

    /// Returns the deadline, as [`Now::mono`].
    pub(crate) fn ends(&self, now: Now) -> Duration {
        self.began.unwrap_or(now.mono).saturating_add(self.options.retry.deadline)
    }
}
