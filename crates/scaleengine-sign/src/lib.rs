//! Canonical JSON and signatures of the ScaleEngine API.
//!
//! | task | item |
//! | --- | --- |
//! | sign a command | [`Signer`], [`Credentials`] |
//! | compute the MAC elsewhere, such as in a hardware module | [`Signer::unsigned`], [`UnsignedPayload::seal`] |
//! | verify a request | [`Received`], [`Verifier`], [`Check`] |
//! | name the mistake in a request | `explain` (feature `explain`) |
//! | remove a secret from a string | [`redact()`] |
//!
//! A request is JSON exactly as PHP's `json_encode` writes it, with an HMAC-SHA256 signature as the
//! last member. [`Signer`] creates a request from a command and a time; [`Verifier`] checks a
//! received request in each of the ways in which the server may check it. No I/O, no clock, no
//! `std`.
//!
//! ```
//! use scaleengine_proto::{UnixTime, stream};
//! use scaleengine_sign::{Account, Credentials, SecretKey, Signer};
//!
//! let account = Account::new("APX4GKLM0RKQLSP2FBO1ROPKSSW47DZE", 158);
//! let secret = SecretKey::new("8fc8c48da81e6a2a06a9556379bf798af508dc0792497c678b4c3532ba8b637f");
//! let signer = Signer::new(&Credentials::new(account, secret));
//!
//! let close = stream::Close::by_name("demo-origin", "live", "my_live_stream").origin_url("jb-origin.secdn.net");
//! let payload = signer.sign(&close, UnixTime(1_700_000_000))?;
//! assert!(payload.json().ends_with(r#","signature":"YTy77IL\/rmAGUl4oOv4mcdqrQgJsRlmQIzf19980McM="}"#));
//! # Ok::<(), scaleengine_sign::SignError>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod account;
mod canonical;
mod credentials;
mod digits;
mod error;
mod escape;
#[cfg(feature = "explain")]
pub mod explain;
mod json;
mod mac;
mod name;
mod payload;
mod redact;
mod reencode;
mod secret;
mod signer;
mod unique;
mod verify;

pub use account::{Account, AccountError};
pub use credentials::{Credentials, CredentialsError};
pub use error::{Refusal, SignError};
pub use json::{Json, JsonError};
pub use payload::{SignedPayload, UnsignedPayload};
pub use redact::{redact, reveals};
pub use secret::{SecretKey, SecretWarning};
pub use signer::Signer;
pub use verify::{Check, Received, Verifier, VerifyError};

/// The maximum length of a POST body in bytes, including the form encoding: PHP's default for
/// `post_max_size`, assumed to be the server's limit. PHP reads a longer body as an empty form.
pub const MAX_POST: usize = 8 * 1024 * 1024;
/// The maximum length of signed JSON in bytes: [`MAX_POST`] minus the space that the multipart form
/// needs.
pub const MAX_JSON: usize = MAX_POST - 1024;
/// The maximum nesting of signed JSON, including the outermost object. PHP reads 511 levels.
pub const MAX_DEPTH: usize = 64;

/// Runs the program in the README as a doc test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
