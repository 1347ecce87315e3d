//! JSON output, one line per object.

use scaleengine::proto::Printable;
use scaleengine::{Code, Document, Reply};
use serde_json::json;

use crate::generated_passwords::GeneratedPasswords;

/// The schema name of all JSON output.
pub(crate) const SCHEMA: &str = "scaleengine/1";

/// Fields in the documented order, each with its value as JSON.
pub(crate) type Line = Vec<(&'static str, String)>;

/// Returns the first fields of a success.
pub(super) fn success(command: &str) -> Line {
    let fields = [("schema", SCHEMA), ("command", command), ("status", "success")];
    fields.into_iter().map(|(name, value)| (name, json!(value).to_string())).collect()
}

/// Returns the fields of a complete reply.
pub(crate) fn reply(command: &str, reply: &Reply<Document>, made: &GeneratedPasswords) -> Line {
    let mut line = success(command);
    let code = reply.code().map(Code::as_str);
    line.extend([
        ("message", json!(reply.message()).to_string()),
        ("code", json!(code).to_string()),
        ("handle_time", json!(reply.handle_time()).to_string()),
    ]);
    line.extend(self::made(made));
    line.push(("reply", raw(reply.raw())));
    line
}

/// Returns the field of the generated passwords, if there are any.
pub(super) fn made(made: &GeneratedPasswords) -> Option<(&'static str, String)> {
    let passwords: serde_json::Map<_, _> =
        made.iter().map(|(name, password)| ((*name).to_owned(), json!(password.expose()))).collect();
    (!passwords.is_empty()).then(|| ("made", json!(passwords).to_string()))
}

/// Returns a reply as it was received.
pub(super) fn raw(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer).into_owned()
}

/// Formats an object as one line.
pub(crate) fn object(fields: &[(&'static str, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    compact(&format!("{{{}}}", fields.join(","))) + "\n"
}

/// Puts JSON on one line: removes blanks between tokens, and escapes control characters in strings.
/// Numbers and the order of fields stay as received.
pub(super) fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut inside, mut escaped) = (false, false);
    for c in json.chars() {
        if inside && Printable::is_escaped(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out += &format!("\\u{unit:04x}");
            }
        } else if inside || !c.is_ascii_whitespace() {
            out.push(c);
        }
        if c == '"' && !escaped {
            inside = !inside;
        }
        escaped = inside && c == '\\' && !escaped;
    }
    out
}

#[cfg(test)]
mod tests {
    use scaleengine::sign::Json;

    use super::*;

    #[test]
    fn compact_json_is_one_line_with_the_same_value() {
        let reply = "{ \"a b\" : [ 1.0 ,\n 1e3 ], \"q\\\\\" : \"x \\\" \u{9b}y\u{7f}\u{e0041}\" }";
        let line = compact(reply);
        assert_eq!(line, r#"{"a b":[1.0,1e3],"q\\":"x \" \u009by\u007f\udb40\udc41"}"#);
        assert_eq!(Json::parse(&line).unwrap(), Json::parse(reply).unwrap());
    }
}
