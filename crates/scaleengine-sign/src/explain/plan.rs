//! Candidates for the bytes that were signed: the received members, written or assembled
//! differently.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::mistake::Mistake;
use super::spelling::Style;
use crate::json::Json;

/// One way to write the members. The default writes them as PHP does, with objects as objects.
#[derive(Clone, Copy, Default)]
pub(super) struct Plan {
    style: Style,
    cdn: bool,
    timestamp: bool,
    at: Option<i64>,
    without_nulls: Option<Nulls>,
    /// The placeholder for the signature when the JSON was signed.
    signature: Option<Placeholder>,
    end: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
enum Nulls {
    Outermost,
    All,
}

#[derive(Clone, Copy, PartialEq)]
enum Placeholder {
    Empty,
    Null,
}

/// A mistake and its effect on a plan.
pub(super) type Change = (Mistake, fn(&mut Plan));

/// The single mistakes. A mistake may have several variants.
pub(super) const CHANGES: &[Change] = &[
    (Mistake::SlashUnescaped, |plan| plan.style.raw_slash = true),
    (Mistake::Utf8Raw, |plan| plan.style.raw_utf8 = true),
    (Mistake::HexUpper, |plan| plan.style.upper_hex = true),
    (Mistake::DelEscaped, |plan| plan.style.escaped_del = true),
    (Mistake::HtmlEscaped, |plan| plan.style.html = Some(("<>&'", false))),
    (Mistake::HtmlEscaped, |plan| plan.style.html = Some(("<>&", false))),
    (Mistake::HtmlEscaped, |plan| plan.style.html = Some(("<>&'", true))),
    (Mistake::HtmlEscaped, |plan| plan.style.html = Some(("<>&'\"", true))),
    (Mistake::Spaces, |plan| plan.style.spaces = true),
    (Mistake::PrettyPrinted, |plan| plan.style.indent = Some("    ")),
    (Mistake::PrettyPrinted, |plan| plan.style.indent = Some("  ")),
    (Mistake::PrettyPrinted, |plan| plan.style.indent = Some("\t")),
    (Mistake::KeysSorted, |plan| plan.style.sorted = true),
    (Mistake::SignatureIncluded, |plan| plan.signature = Some(Placeholder::Empty)),
    (Mistake::SignatureIncluded, |plan| plan.signature = Some(Placeholder::Null)),
    (Mistake::TypeChanged, |plan| plan.cdn = true),
    (Mistake::TypeChanged, |plan| plan.timestamp = true),
    (Mistake::TypeChanged, |plan| (plan.cdn, plan.timestamp) = (true, true)),
    (Mistake::NullDropped, |plan| plan.without_nulls = Some(Nulls::Outermost)),
    (Mistake::NullDropped, |plan| plan.without_nulls = Some(Nulls::All)),
    (Mistake::NewlineSigned, |plan| plan.end = "\n"),
    (Mistake::NewlineSigned, |plan| plan.end = "\r\n"),
];

impl Plan {
    pub(super) fn with(mut self, change: fn(&mut Plan)) -> Self {
        change(&mut self);
        self
    }

    pub(super) fn at(self, at: i64) -> Self {
        Self { at: Some(at), ..self }
    }

    /// Writes the members of a request.
    pub(super) fn text(self, members: &[(String, Json)]) -> String {
        let mut own: Vec<(String, Json)> = Vec::with_capacity(members.len());
        for (name, value) in crate::reencode::distinct(members) {
            if name == "signature" {
                own.extend(self.signature.map(|own| {
                    let value = if own == Placeholder::Empty { Json::Text(String::new()) } else { Json::Null };
                    (name.to_string(), value)
                }));
                continue;
            }
            if self.without_nulls.is_none() || *value != Json::Null {
                own.push((name.to_string(), self.value(name, value)));
            }
        }
        let mut text = String::new();
        self.style.push(&Json::Object(own), &mut text);
        text.push_str(self.end);
        text
    }

    fn value(&self, name: &str, value: &Json) -> Json {
        let swapped = self.cdn && name == "cdn" || self.timestamp && name == "timestamp";
        let value = match value {
            Json::Int(int) if name == "timestamp" => &Json::Int(self.at.unwrap_or(*int)),
            other => other,
        };
        match value {
            Json::Int(int) if swapped => Json::Text(int.to_string()),
            Json::Text(text) if swapped => text.parse().map_or_else(|_| value.clone(), Json::Int),
            Json::Object(members) if self.without_nulls == Some(Nulls::All) => {
                let members = members.iter().filter(|(_, value)| *value != Json::Null);
                Json::Object(members.map(|(name, own)| (name.clone(), self.value("", own))).collect())
            }
            Json::List(values) => Json::List(values.iter().map(|own| self.value("", own)).collect()),
            other => other.clone(),
        }
    }
}
