//! Removes secrets from text that a server wrote, however it encoded them: the secret key, the API
//! key, and the secret parameters of a command.
//!
//! Usual encodings (JSON, percent, HTML, base64) are replaced, and the rest of the text is shown.
//! If a value can still be found after decoding all escapes, the complete text is hidden.

use scaleengine::proto::find;
use scaleengine::sign::{redact, reveals};
use scaleengine::{Command as _, Credentials, RawCommand, SecretKey, Value};

use crate::decoded;

/// A run of this many characters of base64 or hex is a key or a signature.
const TOKEN: usize = 40;
/// The most nested escapes that are decoded.
const ROUNDS: usize = 5;

/// The values to hide.
#[derive(Debug, Clone, Default)]
pub(crate) struct Redaction {
    secret: Option<SecretKey>,
    values: Vec<String>,
}

impl Redaction {
    pub(crate) fn of(credentials: &Credentials) -> Self {
        let values = vec![credentials.account().api_key().to_owned()];
        Self { secret: Some(credentials.secret().clone()), values }
    }

    /// Adds the secret parameters of a command: those declared secret, and `secrets`.
    pub(crate) fn with(&self, command: &RawCommand, secrets: &[String]) -> Self {
        let spec = find(command.wire_name()).map(|entry| entry.spec);
        let secret = |name: &str| {
            secrets.iter().any(|own| own == name)
                || spec.and_then(|spec| spec.field(name)).is_some_and(|field| field.kind.secret)
        };
        let mut values = self.values.clone();
        command.fields().filter(|(name, _)| secret(name)).for_each(|(_, value)| scalars(value, &mut values));
        // The longest first: one value may be the beginning of another.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self { secret: self.secret.clone(), values }
    }

    /// Returns a text without these values.
    pub(crate) fn apply(&self, text: &str) -> String {
        let shown = self.replaced(text);
        if self.is_in(&shown) { "… (hidden: it contains a secret)".to_owned() } else { shown }
    }

    fn replaced(&self, text: &str) -> String {
        let text = self.secret.as_ref().map_or_else(|| text.to_owned(), |secret| secret.redact(text));
        let text = self.values.iter().filter(|value| !value.is_empty()).fold(text, |text, value| redact(&text, value));
        without_tokens(&text)
    }

    /// Returns whether a value can be found by decoding the text or pieces of it.
    fn is_in(&self, text: &str) -> bool {
        let mut text = text.to_owned();
        for _ in 0..ROUNDS {
            if self.is_in_folded(&decoded::fold(&text)) {
                return true;
            }
            if decoded::tokens(&text).any(|bytes| self.is_in_folded(&decoded::fold(&String::from_utf8_lossy(&bytes)))) {
                return true;
            }
            let next = decoded::unescaped(&text);
            if next == text {
                return false;
            }
            text = next;
        }
        // Escaped too often to be legitimate: hide it.
        true
    }

    fn is_in_folded(&self, text: &str) -> bool {
        self.secret.as_ref().is_some_and(|secret| secret.is_in(text, decoded::fold))
            || self.values.iter().any(|value| reveals(text, &decoded::fold(value)))
    }
}

/// Collects the strings and integers of a parameter, also from lists and maps.
fn scalars(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Text(text) => found.push(text.clone()),
        Value::Int(number) => found.push(number.to_string()),
        Value::List(values) => values.iter().for_each(|value| scalars(value, found)),
        Value::Map(fields) => fields.iter().for_each(|(_, value)| scalars(value, found)),
        _ => {}
    }
}

/// Removes long runs of base64 characters, escaped and percent-encoded ones included.
fn without_tokens(text: &str) -> String {
    let of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '%' | '\\' | '-' | '_');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !of_token(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out += if token.len() >= TOKEN { "…" } else { token };
        let other = after.find(of_token).unwrap_or(after.len());
        let (other, next) = after.split_at_checked(other).unwrap_or((after, ""));
        out += other;
        rest = next;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_tokens_are_hidden() {
        let token = "YTy77IL\\/rmAGUl4oOv4mcdqrQgJsRlmQIzf19980McM=";
        assert_eq!(without_tokens(&format!("a \"{token}\", b é")), "a \"…\", b é");
        assert_eq!(
            without_tokens("short words, and more: https://example.com/x"),
            "short words, and more: https://example.com/x"
        );
    }
}
