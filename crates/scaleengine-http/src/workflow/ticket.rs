//! A viewing ticket as a service uses it: issued, appended to a playback address, revoked.

use std::borrow::Borrow;
use std::fmt;
use std::time::Duration;

use scaleengine_proto::param::DateTime;
use scaleengine_proto::{Command, IssuedTicket, Ticket, UnixTime, sevu};
use scaleengine_sign::Signer;

use crate::call::{Call, Step};
use crate::clock::Now;
use crate::effect::Effect;
use crate::error::Error;
use crate::machine::Machine;
use crate::transport::TransportError;
use crate::wire::WireResponse;

/// The issue of a ticket, as a machine of one call.
#[derive(Debug)]
pub struct IssueTicket<S, C: Command> {
    call: Call<S, C>,
    expires: Option<DateTime>,
}

impl<S: Borrow<Signer>, C: Command<Reply = IssuedTicket>> IssueTicket<S, C> {
    /// By the call that asks for it, and when the ticket ends: no answer that was seen says so.
    pub fn new(call: Call<S, C>, expires: Option<DateTime>) -> Self {
        Self { call, expires }
    }

    /// The call that it consists of.
    pub fn call(&self) -> &Call<S, C> {
        &self.call
    }
}

impl<S: Borrow<Signer>, C: Command<Reply = IssuedTicket>> Machine for IssueTicket<S, C> {
    type Output = Result<ViewingTicket, Error>;

    fn name(&self) -> &str {
        self.call.name()
    }

    fn next(&mut self, now: Now) -> Step<Self::Output> {
        let expires = self.expires;
        self.call.next(now).map(|outcome| {
            outcome.map(|reply| {
                let raw = reply.raw().to_vec();
                ViewingTicket { ticket: reply.into_value().ticket, expires, raw }
            })
        })
    }

    fn handle(&mut self, now: Now, outcome: Result<WireResponse, TransportError>) {
        self.call.handle(now, outcome);
    }

    fn effect(&self) -> Effect {
        self.call.effect()
    }

    fn error(output: &Self::Output) -> Option<&Error> {
        output.as_ref().err()
    }
}

/// A ticket, and when it ends.
///
/// `Debug` shows neither its key nor its password.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ViewingTicket {
    /// The ticket as it was answered.
    pub ticket: Ticket,
    /// When it ends, as it was asked for; `None` when that was left to the API.
    pub expires: Option<DateTime>,
    raw: Vec<u8>,
}

impl ViewingTicket {
    /// A playback address with the ticket's key and password appended, as `key=…&pass=…`.
    ///
    /// ```
    /// # use scaleengine_http::workflow::ViewingTicket;
    /// # fn shown(ticket: &ViewingTicket) {
    /// // https://example-hls.secdn.net/…/playlist.m3u8?key=mystream.53ffc996dd39d5.39102367&pass=…
    /// let address = ticket.playback_address("https://example-hls.secdn.net/demo/play/mystream/playlist.m3u8");
    /// # }
    /// ```
    #[must_use]
    pub fn playback_address(&self, address: &str) -> String {
        let (address, fragment) = address.split_once('#').map_or((address, None), |(own, rest)| (own, Some(rest)));
        let separator = match address.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("key", &self.ticket.key)
            .append_pair("pass", &self.ticket.pass)
            .finish();
        // A blank as `+` is for forms; in an address not everybody reads it back.
        let query = query.replace('+', "%20");
        let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        format!("{address}{separator}{query}{fragment}")
    }

    /// How long it is still good for; nothing once it has ended, `None` when its end was left to the API.
    #[must_use]
    pub fn time_left(&self, now: UnixTime) -> Option<Duration> {
        let left = self.expires?.to_unix().0.saturating_sub(now.0);
        Some(Duration::from_secs(u64::try_from(left).unwrap_or(0)))
    }

    /// The command that ends it.
    #[must_use]
    pub fn revoke(&self) -> sevu::Revoke {
        sevu::Revoke::new(self.ticket.key.as_str())
    }

    /// The answer's bytes as received.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

impl fmt::Debug for ViewingTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewingTicket")
            .field("ticket", &self.ticket)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
