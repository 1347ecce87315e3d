//! The access control of an object that is copied to S3.

use core::fmt;

use serde::{Serialize, Serializer};

use super::text_form::text_form;
use super::{Kind, Param, ParamError};
use crate::value::Value;

/// The access control of an object in a bucket. The documentation lists only these two values of
/// S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acl {
    /// Only the owner of the bucket can read the object.
    Private,
    /// Everyone can read the object.
    PublicRead,
}

impl Acl {
    /// Returns the wire value.
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

text_form!(Acl);

impl fmt::Display for Acl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Acl> for Value {
    fn from(acl: Acl) -> Self {
        acl.as_str().into()
    }
}
