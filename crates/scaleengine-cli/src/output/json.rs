//! JSON on one line.

use scaleengine::proto::Printable;
use scaleengine::{Code, Document, Reply};
use serde_json::json;

use crate::generated_passwords::GeneratedPasswords;

/// The name of the shape of everything that is written as JSON.
pub(crate) const SCHEMA: &str = "scaleengine/1";

/// Fields in the documented order, each with its value as JSON.
pub(crate) type Line = Vec<(&'static str, String)>;

/// The beginning of what tells of a success.
pub(super) fn success(command: &str) -> Line {
    let fields = [("schema", SCHEMA), ("command", command), ("status", "success")];
    fields.into_iter().map(|(name, value)| (name, json!(value).to_string())).collect()
}

/// An answer, whole.
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

/// The passwords that were made.
pub(super) fn made(made: &GeneratedPasswords) -> Option<(&'static str, String)> {
    let passwords: serde_json::Map<_, _> =
        made.iter().map(|(name, password)| ((*name).to_owned(), json!(password.expose()))).collect();
    (!passwords.is_empty()).then(|| ("made", json!(passwords).to_string()))
}

/// An answer as it was received.
pub(super) fn raw(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer).into_owned()
}

/// An object on a line of its own.
pub(crate) fn object(fields: &[(&'static str, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    compact(&format!("{{{}}}", fields.join(","))) + "\n"
}

/// A JSON text on one line: no blanks between its tokens, and inside texts what could move a cursor escaped. Numbers and
/// the order of fields stay as they were received.
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
    fn a_reply_is_put_on_one_line_and_stays_what_it_was() {
        let reply = "{ \"a b\" : [ 1.0 ,\n 1e3 ], \"q\\\\\" : \"x \\\" \u{9b}y\u{7f}\u{e0041}\" }";
        let line = compact(reply);
        assert_eq!(line, r#"{"a b":[1.0,1e3],"q\\":"x \" \u009by\u007f\udb40\udc41"}"#);
        assert_eq!(Json::parse(&line).unwrap(), Json::parse(reply).unwrap());
    }
}
