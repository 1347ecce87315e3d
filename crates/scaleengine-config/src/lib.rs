//! Profiles of the ScaleEngine API client: accounts and settings from files, the environment and
//! helper commands, the same for the command line and for a service.
//!
//! ```no_run
//! # fn run() -> Result<(), scaleengine_config::ConfigError> {
//! use scaleengine_config::Profile;
//!
//! let profile = Profile::load()?;
//! let credentials = profile.credentials()?;
//! # Ok(())
//! # }
//! ```
//!
//! | task | item |
//! | --- | --- |
//! | find the effective account and settings | [`Profile::load`], [`Profile::loader`] |
//! | use a named profile | [`Config::profile`] |
//! | show where each value comes from | [`Profile::values`], [`Source`] |
//! | store and remove profiles | [`Store`], [`Login`] |
//! | read other input with the same limits | [`read`], [`owner`] |
//!
//! With the feature `config` of the crate `scaleengine`, `ClientBuilder::profile` and
//! `Client::from_profile` use a profile.
//!
//! # Sources
//!
//! The effective value of a setting is the first of:
//!
//! 1. a value that the program gives to the [`Loader`], such as that of a flag,
//! 2. the profile that the program names,
//! 3. an environment variable,
//! 4. the profile that `SCALEENGINE_PROFILE` names, or else the `default` of the configuration,
//! 5. the built-in default.
//!
//! As in ssh, the configuration, its folders up to the home folder, and secrets must belong to this
//! user or root, and no other user may be able to change them, nor to read a secret. Windows has no
//! such modes: there, nothing is checked.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The program in this crate's README, compiled as a doc test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod error;
mod file;
mod helper;
mod kept;
mod loader;
pub mod owner;
mod place;
mod profile;
pub mod read;
mod setting;
mod source;
mod store;

pub use error::{ConfigError, ConfigErrorKind, Warning};
pub use file::{Config, StoredProfile};
pub use loader::Loader;
pub use profile::{Profile, Shown, last_four};
pub use setting::Setting;
pub use source::Source;
pub use store::{Login, LoginWarning, RemovedSecret, Store, UNUSUAL_KEY, check_name, is_usual_key};
