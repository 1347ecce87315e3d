//! Who signs.

use alloc::string::String;

/// The public half of an account: the API key and the CDN id that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    api_key: String,
    cdn: u32,
}

impl Account {
    /// An account by its API key (32 capitals and digits in the documentation; any text is accepted) and its CDN id
    /// (158 or 8123 in the documentation; that it fits in 32 bits is assumed).
    #[must_use]
    pub fn new(api_key: impl Into<String>, cdn: u32) -> Self {
        Self { api_key: api_key.into(), cdn }
    }

    /// The API key.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// The CDN id.
    #[must_use]
    pub fn cdn(&self) -> u32 {
        self.cdn
    }
}
