//! Tests of the public API. They run with serde_json's features enabled: see the dev-dependencies.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod allocations;
mod common;
#[cfg(feature = "explain")]
mod explain;
mod properties;
mod refusals;
mod secrecy;
mod snapshots;
mod vectors;
mod verify;
