//! A local ScaleEngine API that checks what the real one checks, remembers, breaks on purpose, and explains.
//!
//! For tests, and for whoever has no account. It answers at `/stable/` over real HTTP, verifies
//! key, time and signature in the documented order with the documented codes, and says of a refused
//! request what is wrong with it: in the header `X-Sandbox-Diagnosis`, in [`Sandbox::requests`],
//! and on the page at `/_sandbox/`. It keeps publishers, live streams, tickets, playlists,
//! switchboards, recordings, push services and the event log. A command whose answer was never seen
//! is checked and answered with the bare envelope; what the sandbox knows then stands under
//! `sandbox`, a name that no answer of the real API has. Each [`Rule`] has its source, and says how
//! well it is known. [`SandboxBuilder::command`] adds commands that `scaleengine-proto` does not
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

// Their types stand in signatures here.
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
/// The secret key of every sandbox: no secret at all.
pub const SECRET_KEY: &str = "5a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c5";
/// The CDN id of every sandbox; the documentation's.
pub const CDN: u32 = 158;

/// The program of the README, which runs as a doc test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
