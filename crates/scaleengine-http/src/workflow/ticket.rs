//! Viewing tickets: issue, append to a playback address, revoke.

use std::borrow::Borrow;
use std::fmt;
use std::time::Duration;

use scaleengine_proto::param::{DateTime, Secret};
use scaleengine_proto::{Command, IssuedTicket, Ticket, UnixTime, sevu};
use scaleengine_sign::Signer;
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::call::{Call, Step};
use crate::clock::Now;
use crate::effect::Effect;
use crate::error::{Error, ErrorKind};
use crate::machine::{Configure, Machine};
use crate::random::{Random, RandomError};
use crate::settings::CallSettings;
use crate::transport::TransportError;
use crate::wire::WireResponse;
use crate::workflow::password::password_from;

/// A machine that issues a ticket with one call.
#[derive(Debug)]
pub struct IssueTicket<S, C: Command> {
    call: Call<S, C>,
    expires: Option<DateTime>,
}

impl<S: Borrow<Signer>, C: Command<Reply = IssuedTicket>> IssueTicket<S, C> {
    /// Creates the machine from the call that requests the ticket. `expires` is the time when the
    /// ticket ends, which replies do not contain (observed).
    pub fn new(call: Call<S, C>, expires: Option<DateTime>) -> Self {
        Self { call, expires }
    }

    /// Returns the call.
    pub fn call(&self) -> &Call<S, C> {
        &self.call
    }
}

impl<S: Borrow<Signer>> IssueTicket<S, sevu::Request> {
    /// Creates the machine from a request with a random password. Without random bytes, it ends
    /// with [`ErrorKind::Random`], and nothing is sent.
    pub fn with_random_password(
        settings: CallSettings<S>,
        random: Option<&dyn Random>,
        request: impl FnOnce(Secret) -> sevu::Request,
    ) -> Self {
        let password = random.ok_or_else(RandomError::new).and_then(password_from);
        let (password, failed) = match password {
            Ok(password) => (password, None),
            Err(error) => (Secret::from(""), Some(error)),
        };
        let request = request(password);
        let expires = request.expires();
        let mut machine = Self::new(Call::with_settings(settings, request), expires);
        if let Some(error) = failed {
            machine.fail(ErrorKind::Random(error));
        }
        machine
    }
}

impl<S: Borrow<Signer>, C: Command<Reply = IssuedTicket>> Configure<S> for IssueTicket<S, C> {
    fn configure(&mut self, change: &mut dyn FnMut(&mut CallSettings<S>)) {
        self.call.configure(change);
    }

    fn fail(&mut self, kind: ErrorKind) {
        self.call.fail(kind);
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

    fn attempts(&self) -> u32 {
        self.call.attempts()
    }

    fn error(output: &Self::Output) -> Option<&Error> {
        output.as_ref().err()
    }
}

/// A ticket and the time when it ends.
///
/// `Debug` omits the key and the password.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ViewingTicket {
    /// The ticket as the API returned it.
    pub ticket: Ticket,
    /// The time when the ticket ends, as requested; `None` if the request left that to the API.
    pub expires: Option<DateTime>,
    raw: Vec<u8>,
}

impl ViewingTicket {
    /// Appends the ticket's key and password to a playback address, as `key=…&pass=…`.
    ///
    /// Pass the address that a player would use without a ticket; the API does not return it. A
    /// `key` or `pass` already in the address is kept.
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
        // `+` for a space belongs to forms; not every server decodes it in an address.
        let query = query.replace('+', "%20");
        let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        format!("{address}{separator}{query}{fragment}")
    }

    /// Returns the time until the ticket ends: zero once it has ended, `None` if the request left
    /// that to the API.
    #[must_use]
    pub fn time_left(&self, now: UnixTime) -> Option<Duration> {
        let left = self.expires?.to_unix().0.saturating_sub(now.0);
        Some(Duration::from_secs(u64::try_from(left).unwrap_or(0)))
    }

    /// Returns the command that revokes the ticket.
    #[must_use]
    pub fn revoke(&self) -> sevu::Revoke {
        sevu::Revoke::new(self.ticket.key.as_str())
    }

    /// Returns the bytes of the reply as received.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

/// Serializes `ticket`, with the key and the password, and `expires`.
impl Serialize for ViewingTicket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("ViewingTicket", 2)?;
        out.serialize_field("ticket", &self.ticket)?;
        out.serialize_field("expires", &self.expires)?;
        out.end()
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
