//! The rules that the sandbox keeps to: where each comes from, and how well it is known.

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
            /// All of them.
            pub const ALL: &'static [Rule] = &[$(Rule::$name),*];

            /// Its name, which is stable.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Rule::$name => $id),* }
            }

            /// What it says.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Rule::$name => $what),* }
            }

            /// Where it comes from.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self { $(Rule::$name => $source),* }
            }

            /// How well it is known.
            #[must_use]
            pub const fn confidence(self) -> Confidence {
                match self { $(Rule::$name => Confidence::$confidence),* }
            }
        }
    };
}

rules! {
    Form "form-field" Documented
        "The JSON text comes in the form field `json` of a POST"
        "https://cp.scaleengine.net/dev/docs/api";
    LastField "form-last-field" Observed
        "Of several fields `json` the last counts; one with a file name is no field"
        "PHP's $_POST, as measured";
    PostOnly "post-only" Assumed
        "Any other method is answered with HTTP 405"
        "every known client sends POST";
    BodyLimit "body-limit" Assumed
        "A body over 8 MiB is answered with HTTP 413"
        "PHP's default for post_max_size";
    HttpStatus "failure-http-200" Assumed
        "Failures come with HTTP 200"
        "the known clients read the body whatever the status";
    Key "key-known" Documented
        "api_key and cdn have to be a known pair, else 0001; checked first"
        "https://cp.scaleengine.net/dev/docs/api/response_codes";
    CdnText "cdn-as-text" Observed
        "cdn may be a number or a text"
        "two clients send a text";
    Window "timestamp-window" Assumed
        "The timestamp may be 300 s from the server's time, else 0002; checked second"
        "the documentation says \"a short time period\"";
    WholeTimestamp "timestamp-whole" Assumed
        "The timestamp has to be a whole number, else 0002"
        "every known client sends one";
    Signature "signature" Documented
        "The signature has to match, else 0003; checked third"
        "https://cp.scaleengine.net/dev/docs/api/response_codes";
    Checks "signature-checks" Assumed
        "The signature has to match the received text and what PHP makes of it, as arrays and as objects"
        "what the server compares with is not documented; --verify chooses";
    Replay "replay" Assumed
        "The same bytes once more are noted, and refused with 0003 only when asked"
        "not documented";
    Command "command-known" Documented
        "The command has to be known, else 0000"
        "https://cp.scaleengine.net/dev/docs/api/response_codes";
    Fields "fields-required" Documented
        "The required fields have to be there, else 0006"
        "https://cp.scaleengine.net/dev/docs/api/response_codes";
    FieldNames "fields-named" Assumed
        "The names of the missing fields follow the message of 0006"
        "the message ends in a colon";
    Missing "missing-object" Assumed
        "What does not exist is a failure without a code"
        "no sample of such an answer is known";
    SamePublisher "publisher-again" Assumed
        "A publisher who is added again keeps the id and gets the new password"
        "not documented";
    Wildcard "publisher-wildcard" Documented
        "A publisher of the stream `*` may publish every stream of the application"
        "https://cp.scaleengine.net/dev/docs/api/sevu/addstreamuser";
    Reconnect "encoder-reconnect" Observed
        "An encoder comes back after a close, with a new id, while its publisher may publish"
        "what encoders do; only those that are seeded so";
    Ticket "ticket-limits" Documented
        "A ticket ends by its time, its uses and its revocation, and holds for its addresses"
        "https://cp.scaleengine.net/dev/docs/api/sevu/request";
    Shapes "bare-envelope" Observed
        "An answer whose shape was never seen is the bare envelope, with what the sandbox knows under `sandbox`"
        "nothing is invented";
}

/// The rules that a sandbox keeps to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Enforced {
    pub(crate) only_documented: bool,
}

impl Enforced {
    pub(crate) fn has(self, rule: Rule) -> bool {
        !self.only_documented || rule.confidence() != Confidence::Assumed
    }
}
