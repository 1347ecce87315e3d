//! From a command and a time to a signed request.

use alloc::string::String;
use core::fmt;

use scaleengine_proto::{Command, UnixTime};

use crate::account::Account;
use crate::error::{Refusal, SignError};
use crate::json::Json;
use crate::mac::Mac;
use crate::payload::{SIGNATURE_ROOM, SignedPayload, UnsignedPayload};
use crate::secret::SecretKey;
use crate::verify::{Check, Received, VerifyError};
use crate::{MAX_BODY, escape, text};

/// Room for the parameters of a usual command, so that its text is written into one allocation.
const PARAMS_ROOM: usize = 512;

/// Signs commands for one account. Keeps the keyed state and not the secret.
#[derive(Clone)]
pub struct Signer {
    account: Account,
    /// `","api_key":"…","timestamp":`
    before_time: String,
    /// `,"cdn":…`
    after_time: String,
    mac: Mac,
}

impl Signer {
    /// A signer of an account.
    #[must_use]
    pub fn new(account: Account, secret: &SecretKey) -> Self {
        let mut before_time = String::from("\",\"api_key\":");
        escape::push_text(&mut before_time, account.api_key());
        before_time.push_str(",\"timestamp\":");
        let mut after_time = String::from(",\"cdn\":");
        after_time.push_str(itoa::Buffer::new().format(account.cdn()));
        Self { account, before_time, after_time, mac: Mac::new(secret) }
    }

    /// The account that it signs for.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Signs a command as of a time.
    ///
    /// # Errors
    ///
    /// A value that would not survive PHP's decoding and encoding is refused, with its path.
    pub fn sign<C: Command + ?Sized>(&self, command: &C, at: UnixTime) -> Result<SignedPayload, SignError> {
        let unsigned = self.text(command, at)?;
        let mac = self.mac.of(unsigned.text.as_bytes());
        Ok(unsigned.seal(mac))
    }

    /// Signs a JSON text that was written elsewhere, and stays as it is, as one check of the server wants it: the signature is of
    /// what that check makes of the text. Where the checks make different texts of it, it passes just the one, which tells what
    /// a server does.
    ///
    /// # Errors
    ///
    /// It is no JSON object with a member, or PHP could not write it back. How long it is is not looked at.
    pub fn sign_written(&self, text: impl Into<String>, check: Check) -> Result<SignedPayload, VerifyError> {
        let text = text.into();
        let received = Received::parse(text.clone()).map_err(|_| VerifyError::Missing)?;
        let timestamp = match (received.json(), received.get("timestamp")) {
            (Json::Object(members), _) if members.is_empty() => return Err(VerifyError::Missing),
            (Json::Object(_), Some(Json::Int(at))) => UnixTime(*at),
            (Json::Object(_), _) => UnixTime(0),
            _ => return Err(VerifyError::Missing),
        };
        // Blanks before and after the last brace would be no part of what is checked.
        let open = text.trim_end().strip_suffix('}').unwrap_or_default().trim_end();
        let text = alloc::format!("{open}}}");
        let mac = match check {
            Check::Raw => self.mac.of(text.as_bytes()),
            other => self.mac.of(received.signed_text(other)?.as_bytes()),
        };
        Ok(UnsignedPayload { text, timestamp }.seal(mac))
    }

    /// The text of a command as of a time, for a MAC that is made elsewhere.
    ///
    /// # Errors
    ///
    /// As [`Signer::sign`].
    pub fn text<C: Command + ?Sized>(&self, command: &C, at: UnixTime) -> Result<UnsignedPayload, SignError> {
        if command.wire_name().is_empty() {
            return Err(SignError::new(Refusal::EmptyName).under("command"));
        }
        let fixed = command.wire_name().len() + self.before_time.len() + self.after_time.len();
        let mut out = String::with_capacity(fixed + PARAMS_ROOM + SIGNATURE_ROOM);
        out.push_str("{\"command\":\"");
        escape::push_escaped(&mut out, command.wire_name());
        out.push_str(&self.before_time);
        out.push_str(itoa::Buffer::new().format(at.0));
        out.push_str(&self.after_time);
        text::push_params(&mut out, command)?;
        out.push('}');
        if out.len() + SIGNATURE_ROOM > MAX_BODY {
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
