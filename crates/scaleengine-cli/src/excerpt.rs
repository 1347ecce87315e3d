//! A response that is not the API's, as far as a person needs it: its status, what it says of itself, and the start of its body, without
//! anything secret of the request that it may repeat.

use scaleengine::http::{ErrorKind, WireResponse};
use scaleengine::proto::{Printable, find, find_invisible};
use scaleengine::sign::redact;
use scaleengine::{Command, Credentials, Error, RawCommand, SecretKey, Value};
use serde_json::json;

/// How much of a body is shown, in characters.
const SHOWN: usize = 300;
/// Values shorter than this are hidden only where they are written in a usual way: they stand in other words.
const SHORT: usize = 6;
/// How much of a body is looked at, in bytes.
const LOOKED_AT: usize = 64 << 10;
/// A run of this many characters of base64 or hex is a key or a signature.
const TOKEN: usize = 40;

/// Values to hide: the account's key and secret, and the secret parameters of a command.
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

    /// With the secret parameters of a command: those that are declared so, and these.
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

    /// A text of the server without these values. Where one is still in it once everything that can be written differently is taken out, the
    /// whole text is hidden.
    pub(crate) fn apply(&self, text: &str) -> String {
        let text = plain(text);
        let folded = fold(&self.replaced(&text));
        let secret = self.secret.as_ref().is_some_and(|secret| secret.is_in(&folded, fold));
        if secret || self.values.iter().any(|value| value.len() >= SHORT && folded.contains(&fold(value))) {
            return "… (it repeats a secret)".to_owned();
        }
        self.replaced(&text)
    }

    fn replaced(&self, text: &str) -> String {
        let text = self.secret.as_ref().map_or_else(|| text.to_owned(), |secret| secret.redact(text));
        let text = self.values.iter().filter(|value| !value.is_empty()).fold(text, |text, value| redact(&text, value));
        without_tokens(&text)
    }
}

/// The values of a parameter that could be recognized, those within lists and maps included.
fn scalars(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Text(text) => found.push(text.clone()),
        Value::Int(number) => found.push(number.to_string()),
        Value::List(values) => values.iter().for_each(|value| scalars(value, found)),
        Value::Map(fields) => fields.iter().for_each(|(_, value)| scalars(value, found)),
        _ => {}
    }
}

/// A text whose numeric character references, such as `&#47;` or `&#x2f`, are the characters themselves.
fn plain(text: &str) -> String {
    let mut pieces = text.split("&#");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, radix) = match piece.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (piece, 10),
        };
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let (number, rest) = digits.split_at_checked(end).unwrap_or((digits, ""));
        if let Some(c) = u32::from_str_radix(number, radix).ok().and_then(char::from_u32) {
            out.push(c);
            out += rest.strip_prefix(';').unwrap_or(rest);
        } else {
            out += "&#";
            out += piece;
        }
    }
    out
}

/// A text without what escaping and wrapping add: backslashes, blanks, invisible characters and tags, in lower case.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let tag = rest.strip_prefix('<').and_then(|tag| tag.split_once('>'));
        // An invisible character that was escaped already.
        let escape = rest.strip_prefix("\\u{").and_then(|escape| escape.split_once('}'));
        let tag = tag.or(escape).filter(|(tag, _)| tag.len() <= 8);
        rest = match tag {
            Some((_, after)) => after,
            None => rest.get(c.len_utf8()..).unwrap_or_default(),
        };
        let shows = !matches!(c, '\\' | ' ') && find_invisible(c.encode_utf8(&mut [0; 4])).is_none();
        if tag.is_none() && shows {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// A text without long runs of the characters of base64, escaped and percent-encoded ones included.
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

/// The part of a response that is shown.
#[derive(Debug)]
pub(crate) struct Excerpt {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    length: usize,
}

impl Excerpt {
    /// Of the response that an error came with, where it is not a reply of the API.
    pub(crate) fn of(error: &Error, redaction: &Redaction) -> Option<Self> {
        let foreign = matches!(error.kind(), ErrorKind::Status(_) | ErrorKind::Decode(_));
        let WireResponse { status, headers, body, .. } = error.response().filter(|_| foreign)?;
        let header = |name: &'static str| {
            let value = String::from_utf8_lossy(headers.get(name)?.as_bytes()).into_owned();
            Some((name, redaction.apply(&value)))
        };
        let named = ["content-type", "content-encoding", "location", "server"].into_iter().filter_map(header);
        let looked_at = String::from_utf8_lossy(body.get(..LOOKED_AT).unwrap_or(body));
        let cleaned: String = redaction.apply(&looked_at).split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = cleaned.chars().take(SHOWN).collect();
        Some(Self { status: status.as_u16(), headers: named.collect(), body: shown, length: body.len() })
    }

    /// For people, a line for the head and one for the body.
    pub(crate) fn lines(&self) -> String {
        let headers: String =
            self.headers.iter().map(|(name, value)| format!(", {name}: {}", Printable(value))).collect();
        format!("  response: HTTP {}{headers}, {} bytes\n  body: {}", self.status, self.length, Printable(&self.body))
    }

    /// In JSON.
    pub(crate) fn data(&self) -> serde_json::Value {
        let header = |name: &str| self.headers.iter().find(|(own, _)| *own == name).map(|(_, value)| value);
        json!({
            "status": self.status,
            "content_type": header("content-type"),
            "content_encoding": header("content-encoding"),
            "location": header("location"),
            "server": header("server"),
            "length": self.length,
            "body": self.body,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_tokens_are_hidden_and_everything_else_is_not() {
        let token = "YTy77IL\\/rmAGUl4oOv4mcdqrQgJsRlmQIzf19980McM=";
        assert_eq!(without_tokens(&format!("a \"{token}\", b é")), "a \"…\", b é");
        assert_eq!(
            without_tokens("short words, and more: https://example.com/x"),
            "short words, and more: https://example.com/x"
        );
    }
}
