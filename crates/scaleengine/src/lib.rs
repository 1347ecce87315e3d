//! Client of the ScaleEngine video CDN API.
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
//! Calls run in a tokio runtime, unless another transport is given; [`blocking`] is for programs without one.
//!
//! This crate wires the layers together and decides nothing: commands and replies are in [`proto`], the signed text in
//! [`sign`], calls and transports in [`http`]. Each can be used alone.
#![forbid(unsafe_code)]

pub mod blocking;
mod builder;
mod client;
mod core;
mod credentials;
mod prepared;
mod ticket;

pub use scaleengine_http as http;
pub use scaleengine_proto as proto;
pub use scaleengine_sign as sign;

#[cfg(feature = "ureq")]
pub use scaleengine_http::transport::ureq::UreqTransport;

#[cfg(feature = "hyper")]
pub use scaleengine_http::transport::hyper::HyperTransport;
#[cfg(feature = "reqwest")]
pub use scaleengine_http::transport::reqwest::ReqwestTransport;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use scaleengine_http::workflow::random_password;
pub use scaleengine_http::workflow::{Lockout, ShutdownError, ViewingTicket};
pub use scaleengine_http::{
    BlockingTransport, CallOptions, DynTransport, Effect, Endpoint, Error, ErrorKind, FormEncoding, Limits,
    RetryPolicy, Transport, TransportError,
};
pub use scaleengine_proto::{
    Acknowledged, ApiFailure, Code, Command, Document, Fields, RawCommand, Reply, Safety, Value, param,
};
pub use scaleengine_proto::{
    app, aws, channel, disk, files, log, pushpublish, recording, server, sevu, stream, switchboard, usage, video,
    viewer, vsn,
};
pub use scaleengine_sign::{Account, Credentials, CredentialsError, SecretKey, SecretWarning, SignError};

pub use builder::{BuildError, ClientBuilder};
pub use client::{Client, Stream};
pub use credentials::credentials_from_env;
pub use prepared::Prepared;
pub use ticket::IssueError;

/// The programs of the page on embedding, run as they are.
#[cfg(all(doctest, feature = "hyper", feature = "tower", feature = "ureq", feature = "test-util"))]
#[doc = include_str!("../../../docs/embedding.md")]
struct Embedding;

/// The README's examples, run as they are.
#[cfg(all(doctest, feature = "hyper"))]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// The recipe of the page on the sandbox, run as it is.
#[cfg(all(doctest, feature = "hyper"))]
#[doc = include_str!("../../../docs/sandbox.md")]
struct InTests;
