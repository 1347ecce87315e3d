//! Tests of the binary from outside: its output and exit codes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]

mod binary;
mod bulk;
mod commands;
mod confirm;
mod credentials;
#[cfg(unix)]
mod disclosure;
mod doctor;
mod examples;
mod failures;
#[cfg(unix)]
mod input;
mod messages;
mod output;
mod place;
mod print;
#[cfg(unix)]
mod profile;
mod sandbox;
mod secrecy;
mod sign;
mod texts;
mod tls;
mod usage;
mod walk;
mod watch;
mod workflows;
