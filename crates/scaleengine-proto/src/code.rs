//! The codes of replies.
//!
//! Source: <https://cp.scaleengine.net/dev/docs/api/response_codes>, which prints them as four
//! digits. Their JSON type in a real reply was not observed, so strings and numbers are both
//! accepted.

use alloc::format;
use alloc::string::String;
use core::fmt;

/// A code of a reply: numbers are padded to four digits, other strings are kept as received.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Code(String);

impl Code {
    pub(crate) fn new(text: &str) -> Self {
        let text = text.trim();
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        Self(if digits { format!("{text:0>4}") } else { text.into() })
    }

    /// Returns the code as a string, such as `0003`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the documented code, or `None` if the code is not documented.
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
            /// All documented codes, in the order of the documentation.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$name),*];

            /// Returns the four digits.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Returns the documented message.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)* }
            }
        }
    };
}

known_codes! {
    /// The server does not know the command.
    UnknownCommand = "0000", "Unrecognized API Command";
    /// The API key or the CDN id is missing, or they do not belong together.
    KeyRefused = "0001", "CDN Authorization failed. Invalid API Key or not authorized for that account.";
    /// The timestamp is too old or too new. The width of the window is not documented.
    TimestampOutside = "0002", "Timestamp outside valid range. Make sure your timestamp is in UTC not local time";
    /// The signature does not match.
    SignatureRefused = "0003", "Failed HMAC-SHA256 Signature. Check your Private Key";
    /// An error in the server.
    ServerFault = "0004", "ScaleEngine API encountered an unexpected error";
    /// The account is not authorized; ask the vendor's support for the reason.
    NotAllowed = "0005", "Unauthorized Access to API";
    /// A required parameter is missing. The names follow the colon (assumed).
    FieldsMissing = "0006", "One or more required fields are missing:";
    /// The operation is queued. The reply is a success.
    Queued = "0100", "Your Operation has been queued";
    /// The servers are busy.
    Busy = "1000", "ScaleEngine Servers are experiencing a larger than usual volume of traffic, please try again in a few minutes";
}
