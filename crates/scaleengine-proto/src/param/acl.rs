//! Who may read an object that is copied to S3.

use serde::{Serialize, Serializer};

use super::{Kind, Param, ParamError};
use crate::value::Value;

/// The access to an object in a bucket. The documentation knows these two of S3's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acl {
    /// The bucket's owner alone.
    Private,
    /// Everybody may read it.
    PublicRead,
}

impl Acl {
    /// As it is sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::PublicRead => "public-read",
        }
    }
}

impl Param for Acl {
    const KIND: Kind = Kind::one("acl", "private or public-read");

    fn parse(text: &str) -> Result<Self, ParamError> {
        let mut known = [Self::Private, Self::PublicRead].into_iter();
        known.find(|acl| acl.as_str() == text).ok_or_else(|| ParamError::new(Self::KIND.written))
    }
}

impl Serialize for Acl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl From<Acl> for Value {
    fn from(acl: Acl) -> Self {
        acl.as_str().into()
    }
}
