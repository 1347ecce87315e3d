//! For tests downstream: a clock that is moved by hand, a transport that answers from a script, a server that breaks on purpose,
//! and the suite that every transport has to pass. Behind the feature `test-util`.

mod clock;
pub mod contract;
mod scripted;
mod server;

pub use clock::FakeClock;
pub use scripted::Scripted;
pub use server::{Behavior, CannedResponse, Identity, ReceivedRequest, TestServer};
