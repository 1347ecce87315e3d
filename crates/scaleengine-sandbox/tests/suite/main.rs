//! The sandbox, from outside.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod api;
mod common;
mod state;
