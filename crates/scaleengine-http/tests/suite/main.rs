//! Tests of the public API.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::type_complexity)]

mod call;
#[cfg(all(feature = "hyper", feature = "ureq", feature = "test-util"))]
mod certificates;
#[cfg(all(
    feature = "hyper",
    feature = "reqwest",
    feature = "ring",
    feature = "ureq",
    feature = "tower",
    feature = "test-util"
))]
mod contract;
mod effects;
#[cfg(all(
    feature = "hyper",
    feature = "reqwest",
    feature = "ring",
    feature = "ureq",
    feature = "tower",
    feature = "test-util"
))]
mod faults;
#[cfg(feature = "hyper")]
mod hyper;
#[cfg(all(feature = "hyper", feature = "ureq", feature = "test-util"))]
mod proxy;
#[cfg(all(feature = "reqwest", feature = "ring", feature = "test-util"))]
mod reqwest;
mod secrecy;
#[cfg(all(feature = "reqwest", feature = "ring", feature = "test-util"))]
mod services;
#[cfg(feature = "tower")]
mod tower;
#[cfg(all(feature = "hyper", feature = "test-util", feature = "tracing"))]
mod trace;
mod watch;
mod workflow;

// The crates below run these tests with serde_json's features enabled; here they are disabled.
#[path = "../../../scaleengine-proto/tests/replies.rs"]
mod replies;
#[path = "../../../scaleengine-sign/tests/suite/vectors.rs"]
mod vectors;
