//! What this crate does, from outside.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::type_complexity)]

mod call;
#[cfg(feature = "reqwest")]
mod reqwest;
mod secrecy;
mod workflow;

// The same tests that run with serde_json's features on in the crates below; here they are off.
#[path = "../../../scaleengine-proto/tests/replies.rs"]
mod replies;
#[path = "../../../scaleengine-sign/tests/suite/vectors.rs"]
mod vectors;
