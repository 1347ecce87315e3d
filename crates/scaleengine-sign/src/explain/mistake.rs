//! The known mistakes: a stable code, what the client did, and what to do instead.

use core::fmt;

macro_rules! mistakes {
    ($($(#[doc = $doc:literal])? $name:ident $code:literal $area:ident $what:literal $remedy:literal;)*) => {
        /// A mistake that refused requests are known to have. The codes are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Mistake {
            $(#[doc = concat!("`", $code, "`: ", $what, ".")] $name,)*
        }

        impl Mistake {
            /// All of them, in the order of the table in `docs/reference/diagnosis.md`.
            pub const ALL: &'static [Mistake] = &[$(Mistake::$name),*];

            /// The stable code, such as `slash-unescaped`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Mistake::$name => $code),* }
            }

            /// What the client did.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Mistake::$name => $what),* }
            }

            /// What to do.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Mistake::$name => $remedy),* }
            }

            /// Where the mistake lies.
            #[must_use]
            pub const fn area(self) -> Area {
                match self { $(Mistake::$name => Area::$area),* }
            }

            /// Whether PHP reads the form all the same, so that the request is not refused for it.
            #[must_use]
            pub const fn is_accepted(self) -> bool {
                matches!(self, Self::FieldJsonTwice | Self::FormUnusual)
            }
        }
    };
}

/// Where a mistake lies: it tells "the text is right, the secret is wrong" from the reverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Area {
    /// In the secret or how the MAC was made of it; the text is right.
    Secret,
    /// In how the MAC was written down; secret and text are right.
    Digest,
    /// In the text that was signed; the secret is right.
    Text,
    /// In the form or the request around the text.
    Form,
    /// In who asks, and when.
    Account,
    /// Not known.
    Unknown,
}

mistakes! {
    SecretNewline "secret-newline" Secret
        "the secret was used with a line end after it"
        "strip the line end where the secret is read";
    SecretSpace "secret-space" Secret
        "the secret was used with a blank before or after it"
        "strip blanks where the secret is read";
    SecretQuoted "secret-quoted" Secret
        "the secret was used with the quotes around it"
        "take the quotes away: a .env file or a shell may have kept them";
    SecretIsKey "secret-is-key" Secret
        "the API key was used as the secret"
        "use the API private key to sign; the API key only goes into the text";
    SecretHexDecoded "secret-hex-decoded" Secret
        "the secret was decoded from hex before use"
        "use the secret as the text that it is";
    SecretBase64Decoded "secret-base64-decoded" Secret
        "the secret was decoded from base64 before use"
        "use the secret as the text that it is";
    DigestHex "digest-hex" Digest
        "the signature is the MAC in hex"
        "write the 32 raw bytes of the MAC as base64 (in PHP: the fourth parameter of hash_hmac is true)";
    DigestBase64OfHex "digest-base64-of-hex" Digest
        "the signature is base64 of the MAC's hex digits"
        "encode the 32 raw bytes of the MAC, not its hex text (in PHP: the fourth parameter of hash_hmac is true)";
    DigestUnpadded "digest-unpadded" Digest
        "the signature lacks the `=` at its end"
        "use padded base64";
    DigestUrlsafe "digest-urlsafe" Digest
        "the signature is base64 for URLs, with `-` and `_`"
        "use standard base64, with `+` and `/`";
    DigestNewline "digest-newline" Digest
        "the signature has a line end in it"
        "use base64 without line ends (in Ruby: strict_encode64)";
    DigestQuoted "digest-quoted" Digest
        "the signature has quotes or blanks around it"
        "send the base64 alone";
    DigestPercentEncoded "digest-percent-encoded" Digest
        "the signature in the JSON is percent-encoded"
        "put the base64 into the JSON as it is; the form is encoded afterwards";
    DigestOpenssl "digest-openssl" Digest
        "the signature is what `openssl dgst` prints: hex digits, with a label"
        "pass -binary to openssl dgst, and encode its output with base64";
    DigestTwice "digest-base64-twice" Digest
        "the signature was encoded with base64 twice"
        "encode the 32 raw bytes of the MAC once";
    DigestSha1 "digest-sha1" Digest
        "the MAC was made with SHA-1"
        "use HMAC-SHA256";
    DigestSha512 "digest-sha512" Digest
        "the MAC was made with SHA-512"
        "use HMAC-SHA256";
    SlashUnescaped "slash-unescaped" Text
        "a `/` in the text is not escaped"
        "write each `/` as `\\/`, as PHP's json_encode does";
    Utf8Raw "utf8-raw" Text
        "a character beyond ASCII is not escaped"
        "write it as \\u and four lower-case hex digits, as PHP's json_encode does";
    HexUpper "hex-upper" Text
        "an escape has upper-case hex digits"
        "write the hex digits of escapes in lower case";
    DelEscaped "del-escaped" Text
        "the character 7F is escaped"
        "write it as it is";
    HtmlEscaped "html-escaped" Text
        "`<`, `>`, `&` or a quote is escaped as if for HTML"
        "switch the escaping for HTML off (in Go: SetEscapeHTML(false))";
    EscapeUnusual "escape-unusual" Text
        "a character is escaped in a way in which PHP does not write it"
        "write it as PHP's json_encode does";
    Spaces "spaces" Text
        "there are blanks between the tokens of the text"
        "write the text without blanks (in Python: separators=(',', ':'))";
    PrettyPrinted "pretty-printed" Text
        "the text was signed with line breaks and indentation"
        "sign the very text that is sent, on one line (in PHP: without JSON_PRETTY_PRINT)";
    KeysSorted "keys-sorted" Text
        "the text was signed with its names sorted, and sent in another order"
        "sign the very text that is sent";
    KeysRepeated "keys-repeated" Text
        "a name stands twice in an object"
        "write each name once";
    SignatureIncluded "signature-included" Text
        "the signed text already had a member `signature`"
        "sign the text without it, then add it";
    SignatureNotLast "signature-not-last" Text
        "other members follow the signature"
        "add the signature as the last member";
    SignatureMissing "signature-missing" Form
        "the request has no `signature` that is a string"
        "add the signature as the last member, named `signature`";
    SignatureEmpty "signature-empty" Form
        "the signature is an empty string"
        "check that the MAC was made: in PHP, hash_hmac fails where its algorithm is misspelled";
    NulName "nul-name" Text
        "a name begins with U+0000, which PHP does not decode to an object"
        "use another name";
    EmptyObject "empty-object" Text
        "there is an empty object `{}` in the text"
        "leave it out, or send `[]`: PHP's arrays cannot tell";
    ListObject "list-object" Text
        "an object has exactly the names 0, 1, 2, … and is a list to PHP"
        "send a list";
    FloatForm "float-form" Text
        "a number is not written as PHP writes it"
        "send whole numbers in plain digits";
    TypeChanged "type-changed" Text
        "`cdn` or `timestamp` was signed as a text and sent as a number, or the reverse"
        "sign the very text that is sent";
    NullDropped "null-dropped" Text
        "the text was signed without a null that was sent"
        "sign the very text that is sent";
    TimestampChanged "timestamp-changed" Text
        "the text was signed with another timestamp than the one sent"
        "take the time once, and sign the very text that is sent";
    NewlineSigned "newline-signed" Text
        "the text was signed with a line end after it"
        "sign the text alone (in a shell: printf %s instead of echo)";
    FormSigned "form-signed" Text
        "the form-encoded body was signed"
        "sign the JSON text, then encode it";
    PlusLost "plus-lost" Form
        "a `+` was not encoded in the form, and arrived as a blank"
        "encode `+` as %2B";
    DoubleEncoded "double-encoded" Form
        "the field was percent-encoded twice"
        "encode it once: most HTTP libraries encode what they are given";
    FormUnescaped "form-unescaped" Form
        "the field was not percent-encoded"
        "encode it, or send multipart/form-data";
    Latin1 "latin1" Form
        "the field's bytes are Latin-1"
        "send UTF-8, or escape everything beyond ASCII";
    Bom "bom" Form
        "the field begins with a byte order mark"
        "send the text without it";
    PathWrong "path-wrong" Form
        "the request is for another path than the API's"
        "POST to the address as it is, with the slash at its end: /stable/";
    BodyTooLarge "body-too-large" Form
        "the body is over 8 MiB, which is PHP's limit for a POST"
        "send less in one command";
    BodyNotWhole "body-not-whole" Form
        "the body did not come in whole"
        "send as many bytes as Content-Length says, or whole chunks";
    MethodNotPost "method-not-post" Form
        "the request is no POST"
        "send a POST";
    JsonContentType "json-content-type" Form
        "the body is JSON and no form"
        "send a form with the JSON text in its field `json`";
    FieldJsonMissing "field-json-missing" Form
        "the form has no field `json`"
        "put the JSON text into a field named `json`";
    FieldJsonTwice "field-json-twice" Form
        "the form has more than one field `json`, of which the last counts"
        "send one";
    FieldJsonIsFile "field-json-is-file" Form
        "the field `json` was sent as a file, which is no field to PHP"
        "send it without a file name";
    FieldJsonIsArray "field-json-is-array" Form
        "the name of the field has an index, such as `json[]`, which makes it an array"
        "name the field `json`";
    FormMalformed "form-malformed" Form
        "PHP cannot read the form"
        "have an HTTP library write the form, and its Content-Type with it";
    FormTooManyFields "form-too-many-fields" Form
        "the form has more fields before `json` than PHP reads (max_input_vars: 1000)"
        "send the field `json` alone";
    FormUnusual "form-unusual" Form
        "PHP reads the form, but it is not written as HTTP clients write it"
        "have an HTTP library write the form: another version of PHP may read it differently";
    OriginForeign "origin-foreign" Form
        "the request comes from a web page of another origin"
        "call the API from a server: a web page would have to hold the secret";
    NotJson "not-json" Form
        "the field `json` is not JSON to PHP"
        "send one JSON object";
    NotObject "not-an-object" Form
        "the JSON is not an object"
        "send one JSON object with command, api_key, timestamp, cdn and signature";
    JsonInString "json-in-string" Form
        "the JSON object was encoded once more, to a string"
        "encode it to JSON once";
    Depth "depth" Form
        "the JSON is nested deeper than PHP reads"
        "nest at most 64 levels";
    KeyUnknown "key-unknown" Account
        "API key and CDN id are not a known pair"
        "check both: the key belongs to one CDN id";
    ApiKeyMissing "api-key-missing" Account
        "`api_key` is missing or not a string"
        "add the API key to the request";
    CdnMissing "cdn-missing" Account
        "`cdn` is missing"
        "add the CDN id to the request";
    CommandMissing "command-missing" Account
        "`command` is missing or not a string"
        "name the command, such as stream.close";
    TimestampOld "timestamp-old" Account
        "the timestamp is too old"
        "take the time when the request is signed, and check this machine's clock";
    TimestampFuture "timestamp-future" Account
        "the timestamp is too far ahead"
        "check this machine's clock";
    TimestampMilliseconds "timestamp-milliseconds" Account
        "the timestamp is in milliseconds"
        "send seconds";
    TimestampString "timestamp-string" Account
        "the timestamp is a string"
        "send a number";
    TimestampMissing "timestamp-missing" Account
        "there is no timestamp that is a number"
        "send the seconds since 1970 as a number";
    TimestampTimezone "timestamp-timezone" Account
        "the timestamp is off by whole quarters of an hour, as local time taken for UTC is"
        "take the seconds since 1970 in UTC";
    Replayed "replayed" Account
        "the same bytes came before"
        "sign each request anew";
    Unknown "unknown" Unknown
        "none of the known mistakes fits"
        "compare the text that was signed with the expected text, and the secret with the account's";
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
