//! Turns a command and a time into a signed request.

use alloc::string::String;
use core::fmt;

use scaleengine_proto::{Command, UnixTime};

use crate::account::Account;
use crate::credentials::Credentials;
use crate::error::{Refusal, SignError};
use crate::mac::Mac;
use crate::payload::{SIGNATURE_ROOM, SignedPayload, UnsignedPayload};
use crate::{MAX_JSON, canonical, escape};

/// Room for the parameters of a typical command, so that its JSON needs one allocation.
const PARAMS_ROOM: usize = 512;

/// Signs commands for one account. Keeps the HMAC state that is derived from the secret, not the
/// secret.
#[derive(Clone)]
pub struct Signer {
    account: Account,
    /// `","api_key":"…","timestamp":`
    before_time: String,
    /// `,"cdn":…`
    after_time: String,
    pub(crate) mac: Mac,
}

impl Signer {
    /// Creates a signer for an account.
    #[must_use]
    pub fn new(credentials: &Credentials) -> Self {
        let account = credentials.account().clone();
        let mut before_time = String::from("\",\"api_key\":");
        escape::push_text(&mut before_time, account.api_key());
        before_time.push_str(",\"timestamp\":");
        let mut after_time = String::from(",\"cdn\":");
        after_time.push_str(itoa::Buffer::new().format(account.cdn()));
        Self { account, before_time, after_time, mac: Mac::new(credentials.secret()) }
    }

    /// Returns the account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Signs a command with a timestamp.
    ///
    /// # Errors
    ///
    /// Returns an error with the path of a value that cannot be signed; see [`Refusal`].
    pub fn sign<C: Command + ?Sized>(&self, command: &C, at: UnixTime) -> Result<SignedPayload, SignError> {
        let unsigned = self.unsigned(command, at)?;
        let mac = self.mac.of(unsigned.text.as_bytes());
        Ok(unsigned.seal(mac))
    }

    /// Creates the canonical JSON of a command, for a MAC that is computed elsewhere.
    ///
    /// # Errors
    ///
    /// Fails as [`Signer::sign`] does.
    pub fn unsigned<C: Command + ?Sized>(&self, command: &C, at: UnixTime) -> Result<UnsignedPayload, SignError> {
        if command.wire_name().is_empty() {
            return Err(SignError::new(Refusal::EmptyName).under("command"));
        }
        if self.account.api_key().is_empty() {
            return Err(SignError::new(Refusal::NoApiKey).under("api_key"));
        }
        let fixed = command.wire_name().len() + self.before_time.len() + self.after_time.len();
        let mut out = String::with_capacity(fixed + PARAMS_ROOM + SIGNATURE_ROOM);
        out.push_str("{\"command\":\"");
        escape::push_escaped(&mut out, command.wire_name());
        out.push_str(&self.before_time);
        out.push_str(itoa::Buffer::new().format(at.0));
        out.push_str(&self.after_time);
        canonical::push_params(&mut out, command)?;
        out.push('}');
        if out.len() + SIGNATURE_ROOM > MAX_JSON {
            return Err(SignError::new(Refusal::TooLarge));
        }
        Ok(UnsignedPayload { text: out, timestamp: at })
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("account", &self.account).finish_non_exhaustive()
    }
}
