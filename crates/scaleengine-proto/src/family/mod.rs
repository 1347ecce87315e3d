//! Declarations of the API commands, one module per family.
//!
//! A new family is also listed in `lib.rs`.

pub mod app;
pub mod aws;
pub mod channel;
pub mod disk;
pub mod files;
pub mod log;
pub mod pushpublish;
pub mod recording;
pub mod server;
pub mod sevu;
pub mod stream;
pub mod switchboard;
pub mod usage;
pub mod video;
pub mod viewer;
pub mod vsn;
