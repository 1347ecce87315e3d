//! Client for the ScaleEngine video CDN API.
//!
//! ```no_run
//! use scaleengine::{Client, stream};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?;
//! client.call(stream::Close::by_name("demo-origin", "live", "my_live_stream")).await?;
//! # Ok(())
//! # }
//! ```
//!
//! | task | item |
//! | --- | --- |
//! | call a command | [`Client::call`], the commands are in [`command`] |
//! | call without a runtime | [`blocking::Client`] (feature `ureq`) |
//! | set limits for one call, or inspect it first | [`CallBuilder`], [`Prepared`] |
//! | find out whether a failed call had an effect | [`Error::effect`], [`Error::is_safe_to_repeat`] |
//! | take a stream off air for good | [`Client::stream`], [`Stream::shut_down`] |
//! | wait until a stream is live, watch streams | [`Stream::wait_until`], [`Client::watch`] |
//! | issue a viewing ticket | [`Client::issue_ticket`], [`ViewingTicket`] |
//! | call a command that is not declared | [`RawCommand`] |
//! | declare a command | [`derive(Command)`](derive@Command) |
//! | read an untyped reply | [`Document`] |
//! | use a profile of the command line | `Client::from_profile` (feature `config`) |
//! | serve several accounts, rotate keys | [`Client::with_credentials`], [`ClientBuilder::credentials_provider`] |
//! | use another HTTP stack | [`transport`], [`Transport`], [`BlockingTransport`] |
//! | count and log calls | [`ClientBuilder::observer`], the feature `tracing` |
//! | set an expiry | [`Client::now`], [`DateTime::after`](param::DateTime::after) |
//! | sign only | [`sign`] |
//! | test code that makes calls | `test_util` (feature `test-util`), the crate `scaleengine-sandbox` |
//!
//! With hyper, the default transport of [`Client`], calls must run in a tokio runtime.
//! [`Client::from_env`] reads `SCALEENGINE_API_KEY`, `SCALEENGINE_SECRET_KEY` and
//! `SCALEENGINE_CDN`. Complete programs are in the folder `examples`: a web service, a worker, key
//! rotation, several accounts, a custom transport, tests with faults, and a program without a
//! runtime.
//!
//! # Features
//!
//! | feature | adds | default |
//! | --- | --- | --- |
//! | `hyper` | the default transport of [`Client`]: hyper with rustls | yes |
//! | `aws-lc-rs` | the crypto provider of `hyper` and `ureq`: AWS-LC; used if both providers are enabled | yes |
//! | `ring` | the crypto provider of `hyper` and `ureq`: ring | |
//! | `ureq` | the default transport of [`blocking::Client`]: ureq with rustls | |
//! | `reqwest` | a transport built from your `reqwest::ClientBuilder`; does not enable TLS in reqwest | |
//! | `tower` | any `tower::Service` of HTTP requests as a transport | |
//! | `config` | profiles: `config`, `ClientBuilder::profile`, `Client::from_profile` | |
//! | `tracing` | spans and events of calls, with OpenTelemetry's names | |
//! | `explain` | `sign::explain`: names the mistake in a request that does not verify | |
//! | `test-util` | `test_util`: a clock that tests set, a scripted transport, errors on demand | |
//! | `test-server` | a server that fails on purpose, and a contract test for transports | |
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod blocking;
mod builder;
mod call_builder;
mod client;
mod core;
mod credentials;
mod methods;
mod prepared;

// The layers. Each can be used on its own.
#[cfg(feature = "config")]
pub use scaleengine_config as config;
pub use scaleengine_http::{transport, workflow};
pub use scaleengine_proto as proto;
pub use scaleengine_sign as sign;

#[cfg(feature = "test-util")]
pub use scaleengine_http::test_util;

// Foreign crates whose types appear in signatures.
pub use scaleengine_http::{bytes, http};
pub use scaleengine_proto::{jiff, serde_json};

/// The commands, one module for each family.
pub mod command {
    pub use scaleengine_proto::{
        app, aws, channel, disk, files, log, pushpublish, recording, server, sevu, stream, switchboard, usage, video,
        viewer, vsn,
    };
}

// Without `log`, which would shadow the crate of that name.
pub use command::{
    app, aws, channel, disk, files, pushpublish, recording, server, sevu, stream, switchboard, usage, video, viewer,
    vsn,
};

#[cfg(feature = "hyper")]
pub use scaleengine_http::transport::hyper::HyperTransport;
#[cfg(feature = "reqwest")]
pub use scaleengine_http::transport::reqwest::ReqwestTransport;
#[cfg(feature = "ureq")]
pub use scaleengine_http::transport::ureq::UreqTransport;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use scaleengine_http::workflow::random_password;
pub use scaleengine_http::workflow::shutdown::StreamNameError;
pub use scaleengine_http::workflow::shutdown::{Progress, ShutdownReport};
pub use scaleengine_http::workflow::{IssueTicket, Lockout, Shutdown, ShutdownError, StreamName, ViewingTicket};
pub use scaleengine_http::{
    BlockingTransport, Call, CallEvent, CallEventKind, CallOptions, CallSettings, Clock, ClockSkew, Configure, Driver,
    DynTransport, Effect, Endpoint, EndpointError, Error, ErrorKind, FormEncoding, FormEncodingError, HeaderError,
    Limits, Machine, Now, Observer, ProviderError, Random, RandomError, RequestInfo, RetryPolicy, Sent, Sleep,
    SleepFuture, StatusError, Step, Transport, TransportError, TransportErrorKind, WireRequest, WireResponse, drive,
    drive_blocking,
};
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use scaleengine_http::{SystemClock, SystemRandom, SystemSleep};
pub use scaleengine_proto::code::KnownCode;
pub use scaleengine_proto::{
    Acknowledged, ApiFailure, Cell, Code, Confidence, Declared, DecodeError, Document, FieldError, Fields,
    IssuedTicket, RawCommand, Reply, ReplyShape, Safety, Shape, Table, TableDocument, Ticket, UnixTime, Value,
    ValueError, param,
};
// The trait `Command`, and the derive that finds `scaleengine-proto` through this crate.
pub use scaleengine_macros::FacadeCommand as Command;
pub use scaleengine_proto::__private::Command;
pub use scaleengine_sign::{
    Account, AccountError, Credentials, CredentialsError, SecretKey, SecretWarning, SignError, SignedPayload, Signer,
};

pub use builder::{BuildError, ClientBuilder, EndpointInput};
pub use call_builder::{CallBuilder, CallFuture};
pub use client::{Client, Stream};
pub use credentials::credentials_from_env;
pub use prepared::Prepared;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The programs in docs/embedding.md, run as doc tests.
#[cfg(all(doctest, feature = "hyper", feature = "tower", feature = "ureq", feature = "test-server"))]
#[doc = include_str!("../../../docs/embedding.md")]
struct Embedding;

/// The program in this crate's README, compiled as a doc test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The programs in the workspace's README, run as doc tests.
#[cfg(all(doctest, feature = "hyper"))]
#[doc = include_str!("../../../README.md")]
struct WorkspaceReadme;

/// The programs in docs/sandbox.md, run as doc tests.
#[cfg(all(doctest, feature = "hyper"))]
#[doc = include_str!("../../../docs/sandbox.md")]
struct InTests;

/// The programs in docs/tutorial.md: the first is compiled, the tests in the others are run.
#[cfg(all(doctest, feature = "hyper"))]
#[doc = include_str!("../../../docs/tutorial.md")]
struct Tutorial;
