//! Integration tests of the sandbox.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod admin;
mod api;
mod blocking;
mod common;
mod custom;
mod diagnosis;
mod faults;
mod hostile;
mod model;
mod requests;
mod state;
