//! The codes of a reply.
//!
//! Source: <https://cp.scaleengine.net/dev/docs/api/response_codes>, read whole. Printed there as four digits; their
//! type in a real reply was not seen, so texts and numbers are both read.

use alloc::format;
use alloc::string::String;
use core::fmt;

/// A code as it was received: four digits where a number could be read, else the text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Code(String);

impl Code {
    pub(crate) fn new(text: &str) -> Self {
        let text = text.trim();
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        Self(if digits { format!("{text:0>4}") } else { text.into() })
    }

    /// The code as text, such as `0003`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The documented code that this is.
    #[must_use]
    pub fn known(&self) -> Option<KnownCode> {
        KnownCode::ALL.into_iter().find(|known| known.code() == self.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::Printable(&self.0).fmt(f)
    }
}

macro_rules! known_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $message:literal;)*) => {
        /// A documented code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum KnownCode {
            $($(#[$doc])* $name,)*
        }

        impl KnownCode {
            /// All of them, in the documentation's order.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$name),*];

            /// The four digits.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The message as documented.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)* }
            }
        }
    };
}

known_codes! {
    /// The command's name is not known to the server.
    UnknownCommand = "0000", "Unrecognized API Command";
    /// Api key and CDN id are missing or do not belong together.
    KeyRefused = "0001", "CDN Authorization failed. Invalid API Key or not authorized for that account.";
    /// The timestamp is too old or too new. The width of the window is not documented.
    TimestampOutside = "0002", "Timestamp outside valid range. Make sure your timestamp is in UTC not local time";
    /// The signature does not match.
    SignatureRefused = "0003", "Failed HMAC-SHA256 Signature. Check your Private Key";
    /// A fault of the server.
    ServerFault = "0004", "ScaleEngine API encountered an unexpected error";
    /// The account may not do this; support can tell why.
    NotAllowed = "0005", "Unauthorized Access to API";
    /// A required parameter is missing; the names presumably follow the colon.
    FieldsMissing = "0006", "One or more required fields are missing:";
    /// Accepted and queued; a success.
    Queued = "0100", "Your Operation has been queued";
    /// The servers are busy.
    Busy = "1000", "ScaleEngine Servers are experiencing a larger than usual volume of traffic, please try again in a few minutes";
}
