//! The rules that the sandbox enforces, each with its source and its confidence.

pub use scaleengine_proto::Confidence;

macro_rules! rules {
    ($($name:ident $id:literal $confidence:ident $what:literal $source:literal;)*) => {
        /// A rule of the sandbox.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = concat!("`", $id, "`: ", $what, ".")] $name,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Rule] = &[$(Rule::$name),*];

            /// Returns the stable id of the rule.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Rule::$name => $id),* }
            }

            /// Returns the description of the rule.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Rule::$name => $what),* }
            }

            /// Returns the source of the rule.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self { $(Rule::$name => $source),* }
            }

            /// Returns how well the rule is known.
            #[must_use]
            pub const fn confidence(self) -> Confidence {
                match self { $(Rule::$name => Confidence::$confidence),* }
            }
        }
    };
}

rules! {
    Form "form-field" Documented
        "The signed JSON is in the form field `json` of a POST request"
        "https://cp.scaleengine.net/dev/docs/api";
    LastField "form-last-field" Observed
        "If there are several fields `json`, the last one is used; a part with a file name is an upload and is ignored"
        "measured with PHP's $_POST";
    PostOnly "post-only" Assumed
        "Any other method gets HTTP 405"
        "every known client sends POST";
    BodyLimit "body-limit" Assumed
        "A body over 8 MiB gets HTTP 413 (always)"
        "PHP's default for post_max_size";
    HttpStatus "failure-http-200" Assumed
        "Failure replies have HTTP status 200 (always)"
        "the known clients read the body with any HTTP status";
    Key "key-known" Documented
        "api_key and cdn must belong to one account, else 0001; checked first"
        "https://cp.scaleengine.net/dev/docs/api/response_codes";
    CdnText "cdn-as-text" Observed
        "cdn may be a number or a string"
        "two clients send a string";
    Window "timestamp-window" Assumed
        "The timestamp must be within 300 s of the server's time, else 0002; checked second"
        "the documentation says \"a short time period\"";
    WholeTimestamp "timestamp-whole" Assumed
        "The timestamp must be an integer, else 0002"
        "every known client sends one";
    Signature "signature" Documented
        "The signature must match, else 0003; checked third"
        "https://cp.scaleengine.net/dev/docs/api/response_codes";
    Checks "signature-checks" Assumed
        "The signature must match the JSON as received (raw), and as PHP writes it after decoding it to arrays (array) and to objects (object) (always, unless --verify selects one)"
        "the check of the real server is not documented";
    Replay "replay" Assumed
        "A repeated signature is recorded as `replayed`, and refused with 0003 only with --refuse-replays"
        "not documented";
    Command "command-known" Documented
        "The command must exist, else 0000"
        "https://cp.scaleengine.net/dev/docs/api/response_codes";
    Fields "fields-required" Documented
        "The required fields must be present, else 0006"
        "https://cp.scaleengine.net/dev/docs/api/response_codes";
    FieldNames "fields-named" Assumed
        "The names of the missing fields follow the colon at the end of the message of 0006"
        "the documented message ends in a colon";
    Missing "missing-object" Assumed
        "A request for an object that does not exist fails without a code"
        "no sample of this reply is known";
    SamePublisher "publisher-again" Assumed
        "A publisher that is added again keeps its id and gets the new password"
        "not documented";
    Wildcard "publisher-wildcard" Documented
        "A publisher of the stream `*` may publish every stream of the application"
        "https://cp.scaleengine.net/dev/docs/api/sevu/addstreamuser";
    Reconnect "encoder-reconnect" Observed
        "After a close an encoder reconnects, and its stream gets a new id, as long as its publisher is registered"
        "behavior of encoders; applies to streams seeded with `reconnect`";
    Ticket "ticket-limits" Documented
        "A ticket is valid for its addresses, until it expires, has no uses left, or is revoked"
        "https://cp.scaleengine.net/dev/docs/api/sevu/request";
    Shapes "bare-envelope" Observed
        "If the fields of a reply are not documented, it contains `message`, `status` and `handle_time`, and state of the sandbox under `sandbox`"
        "the sandbox does not invent fields";
}

/// The set of rules that a sandbox enforces.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Enforced {
    pub(crate) only_documented: bool,
}

impl Enforced {
    pub(crate) fn has(self, rule: Rule) -> bool {
        !self.only_documented || rule.confidence() != Confidence::Assumed
    }
}
