//! Explanations as data: the JSON that `scaleengine sign verify -o json` prints and the sandbox
//! records.

use alloc::string::String;

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use super::{Difference, Explanation, Mistake};
use crate::verify::Check;

/// Serializes as an object of `code`, `what` and `remedy`.
impl Serialize for Mistake {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Reason", 3)?;
        out.serialize_field("code", self.code())?;
        out.serialize_field("what", self.what())?;
        out.serialize_field("remedy", self.remedy())?;
        out.end()
    }
}

/// Serializes as an object of the reason codes, the verdict, each mistake, the checks that pass,
/// the received, expected and signed JSON, and their first difference. Bytes that are not UTF-8 are
/// replaced.
impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Explanation", 8)?;
        out.serialize_field("diagnosis", &self.code())?;
        out.serialize_field("verdict", self.verdict())?;
        out.serialize_field("reasons", self.mistakes())?;
        out.serialize_field("passes", &Passes(self.passes()))?;
        out.serialize_field("received", &String::from_utf8_lossy(self.received()))?;
        out.serialize_field("expected", &self.expected())?;
        out.serialize_field("signed", &self.signed())?;
        out.serialize_field("difference", &self.difference())?;
        out.end()
    }
}

/// The result of each check by its name.
struct Passes<'a>(&'a [Check]);

impl Serialize for Passes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Passes", 3)?;
        out.serialize_field("raw", &self.0.contains(&Check::Raw))?;
        out.serialize_field("array", &self.0.contains(&Check::Array))?;
        out.serialize_field("object", &self.0.contains(&Check::Object))?;
        out.end()
    }
}

/// Serializes as an object of the `offset`, the `start` of the shown parts, both parts, and the
/// `text` for people.
impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Difference", 5)?;
        out.serialize_field("offset", &self.offset())?;
        out.serialize_field("start", &self.start())?;
        out.serialize_field("expected", &String::from_utf8_lossy(self.expected()))?;
        out.serialize_field("received", &String::from_utf8_lossy(self.received()))?;
        out.serialize_field("text", &alloc::format!("{self}"))?;
        out.end()
    }
}
