//! Helpers for tests: a manual clock, a scripted transport, and errors (feature `test-util`); a
//! misbehaving server and contract tests for transports (feature `test-server`).

mod clock;
#[cfg(feature = "test-server")]
pub mod contract;
mod error;
mod scripted;
#[cfg(feature = "test-server")]
mod server;

pub use clock::FakeClock;
pub use error::TestError;
pub use scripted::Scripted;
#[cfg(feature = "test-server")]
pub use server::{Behavior, CannedResponse, Identity, ReceivedRequest, TestServer};
