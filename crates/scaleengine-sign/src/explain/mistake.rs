//! The known mistakes: a stable reason code, a description, and a remedy.

use core::fmt;

macro_rules! mistakes {
    ($($(#[doc = $doc:literal])? $name:ident $code:literal $area:ident $what:literal $remedy:literal;)*) => {
        /// A known mistake in a refused request. The reason codes are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Mistake {
            $(#[doc = concat!("`", $code, "`: ", $what, ".")] $name,)*
        }

        impl Mistake {
            /// All mistakes, in the order of the table in `docs/reference/diagnosis.md`.
            pub const ALL: &'static [Mistake] = &[$(Mistake::$name),*];

            /// Returns the stable reason code, such as `slash-unescaped`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Mistake::$name => $code),* }
            }

            /// Returns a description of the mistake.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Mistake::$name => $what),* }
            }

            /// Returns the remedy, as an imperative.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Mistake::$name => $remedy),* }
            }

            /// Returns the part of the request that the mistake is in.
            #[must_use]
            pub const fn area(self) -> Area {
                match self { $(Mistake::$name => Area::$area),* }
            }

            /// Returns whether PHP accepts the form despite the mistake.
            #[must_use]
            pub const fn is_accepted(self) -> bool {
                matches!(self, Self::FieldJsonTwice | Self::FormUnusual)
            }
        }
    };
}

/// The part of a request that a mistake is in. Distinguishes a wrong secret from wrong JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Area {
    /// The secret, or its use as the MAC key. The JSON is correct.
    Secret,
    /// The hash or the encoding of the signature. The secret and the JSON are correct.
    Digest,
    /// The JSON that was signed or sent. The secret is correct.
    Text,
    /// The form, or the request around the JSON.
    Form,
    /// The account, the command or the timestamp.
    Account,
    /// Unknown.
    Unknown,
}

mistakes! {
    SecretNewline "secret-newline" Secret
        "the secret key was used with a line ending after it"
        "strip the line ending when you read the secret key";
    SecretSpace "secret-space" Secret
        "the secret key was used with a space before or after it"
        "strip spaces when you read the secret key";
    SecretQuoted "secret-quoted" Secret
        "the secret key was used with quotes around it"
        "remove the quotes, which a .env file or a shell may have kept";
    SecretIsKey "secret-is-key" Secret
        "the API key was used as the secret key"
        "sign with the secret key (API private key)";
    SecretHexDecoded "secret-hex-decoded" Secret
        "the secret key was decoded from hex before use"
        "use the secret key as it is, undecoded";
    SecretBase64Decoded "secret-base64-decoded" Secret
        "the secret key was decoded from base64 before use"
        "use the secret key as it is, undecoded";
    DigestHex "digest-hex" Digest
        "the signature is the MAC in hex"
        "encode the 32 raw bytes of the MAC as base64 (in PHP, pass true as the fourth parameter of hash_hmac)";
    DigestBase64OfHex "digest-base64-of-hex" Digest
        "the signature is the base64 of the MAC's hex digits"
        "encode the 32 raw bytes of the MAC instead (in PHP, pass true as the fourth parameter of hash_hmac)";
    DigestUnpadded "digest-unpadded" Digest
        "the signature lacks the padding `=` at its end"
        "use padded base64";
    DigestUrlsafe "digest-urlsafe" Digest
        "the signature is URL-safe base64, with `-` and `_`"
        "use standard base64, with `+` and `/`";
    DigestNewline "digest-newline" Digest
        "the signature contains a line ending"
        "use base64 without line endings (in Ruby, strict_encode64)";
    DigestQuoted "digest-quoted" Digest
        "the signature contains quotes or spaces around the base64"
        "send only the base64 as the signature";
    DigestPercentEncoded "digest-percent-encoded" Digest
        "the signature in the JSON is percent-encoded"
        "percent-encode only the form, not the signature in the JSON";
    DigestOpenssl "digest-openssl" Digest
        "the signature is the output of `openssl dgst`: hex digits with a label"
        "pass -binary to openssl dgst, and encode its output as base64";
    DigestTwice "digest-base64-twice" Digest
        "the signature was encoded as base64 twice"
        "encode the MAC as base64 once";
    DigestSha1 "digest-sha1" Digest
        "the MAC was computed with SHA-1"
        "use HMAC-SHA256";
    DigestSha512 "digest-sha512" Digest
        "the MAC was computed with SHA-512"
        "use HMAC-SHA256";
    SlashUnescaped "slash-unescaped" Text
        "a `/` in the JSON is not escaped"
        "write each `/` as `\\/`, as PHP's json_encode does without JSON_UNESCAPED_SLASHES";
    Utf8Raw "utf8-raw" Text
        "a non-ASCII character in the JSON is not escaped"
        "write non-ASCII characters as \\u and four lowercase hex digits, as PHP's json_encode does without JSON_UNESCAPED_UNICODE";
    HexUpper "hex-upper" Text
        "an escape in the JSON has uppercase hex digits"
        "write the hex digits of escapes in lowercase";
    DelEscaped "del-escaped" Text
        "the character U+007F is escaped in the JSON"
        "write U+007F unescaped";
    HtmlEscaped "html-escaped" Text
        "`<`, `>`, `&` or a quote in the JSON is escaped for HTML"
        "disable HTML escaping (in Go, SetEscapeHTML(false))";
    EscapeUnusual "escape-unusual" Text
        "a character in the JSON has an escape that PHP does not write"
        "write it as PHP's json_encode does: unescaped, or as a short escape such as \\n";
    Spaces "spaces" Text
        "the JSON contains whitespace between tokens"
        "write the JSON without whitespace (in Python, separators=(',', ':'))";
    PrettyPrinted "pretty-printed" Text
        "the JSON was signed with line breaks and indentation, but sent without them"
        "sign exactly the JSON that you send, on one line (in PHP, without JSON_PRETTY_PRINT)";
    KeysSorted "keys-sorted" Text
        "the JSON was signed with sorted names, but sent in another order"
        "sign exactly the JSON that you send";
    KeysRepeated "keys-repeated" Text
        "a name occurs twice in a JSON object"
        "write each name once";
    SignatureIncluded "signature-included" Text
        "the JSON that was signed already had a member `signature`"
        "sign the JSON without `signature`, then add it";
    SignatureNotLast "signature-not-last" Text
        "other members follow `signature` in the JSON"
        "add `signature` as the last member";
    SignatureMissing "signature-missing" Form
        "the JSON has no member `signature` that is a string"
        "add the signature as the last member, a string named `signature`";
    SignatureEmpty "signature-empty" Form
        "the signature is an empty string"
        "check that the MAC was computed (in PHP, hash_hmac fails if its algorithm is misspelled)";
    NulName "nul-name" Text
        "a name in the JSON begins with U+0000, which PHP cannot decode to an object"
        "use a name that does not begin with U+0000";
    EmptyObject "empty-object" Text
        "the JSON contains an empty object `{}`, which PHP turns into `[]`"
        "omit the empty object, or send `[]`";
    ListObject "list-object" Text
        "an object has exactly the names 0, 1, 2, … in order, which PHP turns into a list"
        "send a list instead of the object";
    FloatForm "float-form" Text
        "a number in the JSON is not written as PHP writes it"
        "send integers, in plain decimal digits";
    TypeChanged "type-changed" Text
        "`cdn` or `timestamp` was signed as a string and sent as a number, or the reverse"
        "sign exactly the JSON that you send";
    NullDropped "null-dropped" Text
        "a null in the JSON was sent but not signed"
        "sign exactly the JSON that you send";
    TimestampChanged "timestamp-changed" Text
        "the timestamp that was signed differs from the one that was sent"
        "read the clock once, and sign exactly the JSON that you send";
    NewlineSigned "newline-signed" Text
        "the JSON was signed with a line ending after it"
        "sign only the JSON (in a shell, use printf %s instead of echo)";
    FormSigned "form-signed" Text
        "the form was signed instead of the JSON"
        "sign the JSON, then encode it as a form";
    PlusLost "plus-lost" Form
        "a `+` was not encoded in the form and arrived as a space"
        "encode `+` as %2B in the form";
    DoubleEncoded "double-encoded" Form
        "the field `json` was percent-encoded twice"
        "percent-encode the field once; most HTTP libraries already do";
    FormUnescaped "form-unescaped" Form
        "the field `json` was not percent-encoded"
        "percent-encode the field, or send multipart/form-data";
    Latin1 "latin1" Form
        "the field `json` is encoded in Latin-1"
        "send UTF-8, or escape all non-ASCII characters";
    Bom "bom" Form
        "the field `json` begins with a byte order mark"
        "send the JSON without a byte order mark";
    PathWrong "path-wrong" Form
        "the request path is not the path of the API"
        "send the request to the path /stable/, including the final slash";
    BodyTooLarge "body-too-large" Form
        "the body is longer than 8 MiB, PHP's limit for a POST"
        "send less data in one command";
    BodyNotWhole "body-not-whole" Form
        "the body ended early"
        "send exactly as many bytes as Content-Length states, or complete chunks";
    MethodNotPost "method-not-post" Form
        "the request is not a POST"
        "send the request as a POST";
    JsonContentType "json-content-type" Form
        "the body was sent as application/json instead of a form"
        "send a form with the JSON in its field `json`";
    FieldJsonMissing "field-json-missing" Form
        "the request has no form field `json`"
        "put the JSON into a form field named `json`";
    FieldJsonTwice "field-json-twice" Form
        "the form has more than one field `json`, and PHP uses the last"
        "send the field `json` once";
    FieldJsonIsFile "field-json-is-file" Form
        "the field `json` was sent as a file, which PHP does not read as a field"
        "send the field `json` without a file name";
    FieldJsonIsArray "field-json-is-array" Form
        "the field name has an index, such as `json[]`, which makes it an array"
        "name the field exactly `json`";
    FormMalformed "form-malformed" Form
        "PHP cannot parse the form"
        "let an HTTP library write the form and its Content-Type";
    FormTooManyFields "form-too-many-fields" Form
        "the form has more fields before `json` than PHP reads (max_input_vars: 1000)"
        "send only the field `json`";
    FormUnusual "form-unusual" Form
        "the form is not written as HTTP clients write it, although PHP accepts it"
        "let an HTTP library write the form; other PHP versions may read it differently";
    OriginForeign "origin-foreign" Form
        "the request comes from a web page of another origin"
        "call the API from a server; a web page would have to contain the secret key";
    NotJson "not-json" Form
        "the field `json` is not valid JSON for PHP"
        "send one JSON object in the field `json`";
    NotObject "not-an-object" Form
        "the JSON in the field `json` is not an object"
        "send one JSON object with command, api_key, timestamp, cdn and signature";
    JsonInString "json-in-string" Form
        "the JSON object was encoded as a JSON string"
        "encode the object as JSON once";
    Depth "depth" Form
        "the JSON is nested deeper than 511 levels, PHP's limit"
        "nest the JSON less deeply; 64 levels are enough for every known command";
    KeyUnknown "key-unknown" Account
        "no account has this pair of API key and CDN id"
        "check the API key and the CDN id that belongs to it";
    ApiKeyMissing "api-key-missing" Account
        "`api_key` is missing or is not a string"
        "add the API key as the string `api_key`";
    CdnMissing "cdn-missing" Account
        "`cdn` is missing"
        "add the CDN id as `cdn`";
    CommandMissing "command-missing" Account
        "`command` is missing or is not a string"
        "add the command as the string `command`, such as stream.close";
    TimestampOld "timestamp-old" Account
        "the timestamp is too old"
        "take the time when you sign, and check the clock of the client";
    TimestampFuture "timestamp-future" Account
        "the timestamp is too far in the future"
        "check the clock of the client";
    TimestampMilliseconds "timestamp-milliseconds" Account
        "the timestamp is in milliseconds"
        "send the timestamp in seconds";
    TimestampString "timestamp-string" Account
        "the timestamp is a string"
        "send the timestamp as a number";
    TimestampMissing "timestamp-missing" Account
        "`timestamp` is missing or is not a number"
        "add the seconds since 1970 (UTC) as the number `timestamp`";
    TimestampTimezone "timestamp-timezone" Account
        "the timestamp is off by a multiple of 15 minutes, as if local time were taken for UTC"
        "send the seconds since 1970 in UTC";
    Replayed "replayed" Account
        "a request with the same bytes was received before"
        "sign each request anew";
    Unknown "unknown" Unknown
        "no known mistake explains the signature"
        "compare the JSON that you signed with the expected JSON, and check the secret key";
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
