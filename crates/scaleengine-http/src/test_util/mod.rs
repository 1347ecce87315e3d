//! Helpers for tests: a clock that is moved by hand, a transport that answers from a script, and errors on demand (feature `test-util`);
//! a server that breaks on purpose and the contract of transports (feature `test-server`).

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
