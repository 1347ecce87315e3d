//! For tests downstream: a clock that is moved by hand, a transport that answers from a script, a server that breaks on purpose,
//! and the suite that every transport has to pass. Behind the feature `test-util`.
//!
//! What is here panics where a test has to fail.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::indexing_slicing, clippy::missing_panics_doc)]

mod clock;
pub mod contract;
mod scripted;
mod server;

pub use clock::FakeClock;
pub use scripted::Scripted;
pub use server::{Fault, FaultServer, Identity, Received, Response};
