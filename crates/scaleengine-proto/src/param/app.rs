//! Applications, by name or id, and instances of applications.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text_form::text_form;
use super::{Id, Kind, Param, ParamError};
use crate::value::Value;

/// An application and one of its instances, sent as one string: `jb-origin/live`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AppInst(String);

impl AppInst {
    /// Creates the string `app/inst`.
    #[must_use]
    pub fn new(app: &str, inst: &str) -> Self {
        Self(format!("{app}/{inst}"))
    }
}

impl<A: AsRef<str>, I: AsRef<str>> From<(A, I)> for AppInst {
    fn from((app, inst): (A, I)) -> Self {
        Self::new(app.as_ref(), inst.as_ref())
    }
}

impl Param for AppInst {
    const KIND: Kind = Kind::one("app/inst", "an application and its instance, such as demo-origin/live");

    fn parse(text: &str) -> Result<Self, ParamError> {
        match text.split_once('/') {
            Some((app, inst)) if !app.is_empty() && !inst.is_empty() && !inst.contains('/') => Ok(Self::new(app, inst)),
            _ => Err(ParamError::new(Self::KIND.written)),
        }
    }
}

impl Serialize for AppInst {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

text_form!(AppInst);

impl fmt::Display for AppInst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<AppInst> for Value {
    fn from(app: AppInst) -> Self {
        app.0.into()
    }
}

/// One or several applications, each by name or id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Apps {
    /// One application, sent without a list.
    One(Id),
    /// Several applications, sent as a list.
    Many(Vec<Id>),
}

impl Param for Apps {
    const KIND: Kind = Kind::one("app", "a name or an id").many();

    fn parse(text: &str) -> Result<Self, ParamError> {
        Ok(text.into())
    }

    fn parse_all(texts: &[&str]) -> Result<Self, ParamError> {
        match texts {
            [text] => Self::parse(text),
            texts => Ok(Self::Many(texts.iter().map(|text| Id::from(*text)).collect())),
        }
    }
}

impl From<&str> for Apps {
    fn from(app: &str) -> Self {
        Self::One(app.into())
    }
}

impl From<String> for Apps {
    fn from(app: String) -> Self {
        Self::One(app.into())
    }
}

impl From<i64> for Apps {
    fn from(app: i64) -> Self {
        Self::One(app.into())
    }
}

impl<T: Into<Id>, const COUNT: usize> From<[T; COUNT]> for Apps {
    fn from(apps: [T; COUNT]) -> Self {
        Self::Many(apps.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Id>> From<Vec<T>> for Apps {
    fn from(apps: Vec<T>) -> Self {
        Self::Many(apps.into_iter().map(Into::into).collect())
    }
}

impl Serialize for Apps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(app) => app.serialize(serializer),
            Self::Many(apps) => apps.serialize(serializer),
        }
    }
}

/// Accepts a name, an id, or a list of names and ids.
impl<'de> Deserialize<'de> for Apps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            One(Id),
            Many(Vec<Id>),
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::One(app) => Self::One(app),
            Written::Many(apps) => Self::Many(apps),
        })
    }
}

impl From<Apps> for Value {
    fn from(apps: Apps) -> Self {
        match apps {
            Apps::One(app) => app.into(),
            Apps::Many(apps) => apps.into(),
        }
    }
}
