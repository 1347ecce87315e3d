//! Calls to the ScaleEngine API, over any HTTP stack.
//!
//! | task | item |
//! | --- | --- |
//! | make a call in your own loop | [`Call`], [`Step`] |
//! | run a call to its end | [`drive`], [`drive_blocking`], [`Driver`] |
//! | send with your own HTTP stack | [`Transport`], [`BlockingTransport`], [`transport::from_fn`] |
//! | send with a supported HTTP client | [`transport`]: `hyper`, `reqwest`, `ureq`, `tower` |
//! | bound and repeat calls | [`CallOptions`] |
//! | inspect a failed call | [`Error`] |
//! | shut a stream down, issue a ticket | [`workflow`] |
//! | count and log calls | [`Observer`], the feature `tracing` |
//!
//! [`Call`] is a state machine: it signs, returns a request to be sent, takes the result, and
//! returns the reply. It opens no socket and reads no clock. Without features, this crate has no
//! HTTP client, no TLS and no runtime.
//!
//! | feature | adds |
//! | --- | --- |
//! | `hyper` | hyper with rustls as a transport; needs a tokio runtime |
//! | `ureq` | ureq with rustls as a blocking transport |
//! | `reqwest` | reqwest as a transport, with your client; enables no TLS in reqwest |
//! | `tower` | any `tower::Service` of HTTP requests as a transport |
//! | `aws-lc-rs`, `ring` | the crypto provider of `hyper` and `ureq`; AWS-LC if both are enabled |
//! | `tracing` | spans and events of calls |
//! | `test-util` | `test_util`: a manual clock, a scripted transport, errors |
//! | `test-server` | a misbehaving server, and contract tests for transports |
//!
//! ```
//! use scaleengine_http::{Call, Endpoint, Now, Step, WireResponse};
//! use scaleengine_proto::stream;
//! use scaleengine_sign::{Account, SecretKey, Signer, Credentials};
//!
//! # fn post(request: scaleengine_http::WireRequest) -> Result<WireResponse, scaleengine_http::TransportError> {
//! #     assert_eq!(request.endpoint().to_string(), "https://api.scaleengine.net/stable/");
//! #     Ok(WireResponse::new(http::StatusCode::OK, &br#"{"status":"success","message":""}"#[..]))
//! # }
//! # fn now() -> Now { Now::new(scaleengine_proto::UnixTime(1_700_000_000), Default::default()) }
//! let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
//! let close = stream::Close::by_name("demo-origin", "live", "my_live_stream");
//! let mut call = Call::new(signer, Endpoint::default(), close);
//! let reply = loop {
//!     match call.next(now()) {
//!         Step::Send(request) => {
//!             let outcome = post(request); // your own HTTP stack
//!             call.handle(now(), outcome);
//!         }
//!         Step::Wait(time) => std::thread::sleep(time),
//!         Step::Done(reply) => break *reply,
//!     }
//! };
//! assert_eq!(reply?.message(), "");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod backoff;
mod call;
mod classify;
mod clock;
mod clock_skew;
mod driver;
mod effect;
mod endpoint;
mod error;
mod form;
mod machine;
mod observe;
mod options;
mod random;
mod report;
mod settings;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod system;
#[cfg(feature = "test-util")]
pub mod test_util;
mod trace;
pub mod transport;
mod wire;
pub mod workflow;

// Types of these crates appear in public signatures.
pub use {bytes, http};

pub use call::{Call, Step};
pub use clock::{Clock, Now, Sleep, SleepFuture};
pub use clock_skew::ClockSkew;
pub use driver::{Driver, drive, drive_blocking};
pub use effect::Effect;
pub use endpoint::{Endpoint, EndpointError};
pub use error::{Error, ErrorKind, ProviderError, StatusError};
pub use machine::{Configure, Machine};
pub use observe::{CallEvent, CallEventKind, Observer};
pub use options::{CallOptions, FormEncoding, FormEncodingError, Limits, RetryPolicy};
pub use random::{Random, RandomError};
pub use settings::CallSettings;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use system::{SystemClock, SystemRandom, SystemSleep};
pub use transport::{BlockingTransport, DynTransport, Sent, Transport, TransportError, TransportErrorKind};
pub use wire::{HeaderError, RequestInfo, WireRequest, WireResponse};

/// The example of the README, run as a doc test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
