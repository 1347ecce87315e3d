//! A local server that acts like the ScaleEngine API: it verifies requests, keeps state, injects
//! faults, and explains refusals.
//!
//! | task | item |
//! | --- | --- |
//! | start it | [`Sandbox::start`], [`blocking::Sandbox`] |
//! | choose or save its state | [`Seed`], [`SandboxBuilder::seed`], [`Sandbox::snapshot`] |
//! | make requests fail | [`Fault`] |
//! | look at the requests | [`Sandbox::requests`], [`Record`] |
//! | add a command | [`SandboxBuilder::command`] |
//! | act as an encoder or a viewer | [`Sandbox::publish_as`], [`Sandbox::view`] |
//!
//! It is for tests, and for integrators without an account. It serves `/stable/` over real HTTP and
//! verifies key, time and signature in the documented order, with the documented codes. It explains
//! each refused request in the header `X-Sandbox-Diagnosis`, in [`Sandbox::requests`], and on the
//! page at `/_sandbox/`. It has publishers, live streams, tickets, playlists, switchboards,
//! recordings, push services and the event log.
//!
//! A command without a documented reply is checked, and its reply contains only `status`, `message`
//! and `handle_time`. State that the sandbox adds is under `sandbox`, a name that the real API does
//! not use. Each behavior is a [`Rule`] with its source, and with its confidence: documented,
//! observed or assumed. [`SandboxBuilder::command`] adds commands that `scaleengine-proto` does not
//! declare.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use scaleengine_sandbox::{Fault, LiveStream, Sandbox, Seed};
//!
//! let news = LiveStream::new("demo-origin", "live", "news");
//! let sandbox = Sandbox::builder()
//!     .seed(Seed::documented().reconnecting_stream(news.clone(), "username_1", "a random password"))
//!     .fault(Fault::parse("command=stream.close first=1 code=1000")?)
//!     .start()
//!     .await?;
//! println!("{} {:?}", sandbox.url(), sandbox.credentials());
//! assert!(sandbox.is_live(&news));
//! assert!(sandbox.requests().is_empty());
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod accounts;
mod admin;
mod answer;
mod api;
pub mod blocking;
mod breaking;
mod builder;
mod check;
mod clock;
mod commands;
mod connection;
mod custom;
mod events;
mod faults;
mod form;
mod forwarding;
mod guard;
mod hops;
mod judge;
mod lifecycle;
mod page;
mod pattern;
mod publishers;
mod recorder;
mod records;
mod replays;
mod rules;
mod running;
mod sandbox;
mod seed;
mod server;
mod state;
mod streams;
mod table;
mod tickets;

// Crates whose types appear in public signatures.
pub use axum::http;
pub use serde_json;

pub use answer::Failure;
pub use builder::SandboxBuilder;
pub use check::WINDOW;
pub use faults::{Fault, FaultError};
pub use forwarding::{Forwarded, RealResponse};
pub use records::Record;
pub use rules::{Confidence, Rule};
pub use sandbox::Sandbox;
pub use scaleengine_sign::explain::{Explanation, Mistake};
pub use seed::{Seed, SeedError};
pub use streams::LiveStream;

/// The API key of every sandbox.
pub const API_KEY: &str = "SANDBOXKEY0000000000000000000000";
/// The secret key of every sandbox. It is public.
pub const SECRET_KEY: &str = "5a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c5";
/// The CDN id of every sandbox, as in the documentation's examples.
pub const CDN: u32 = 158;

/// Runs the example of the README as a doc test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
