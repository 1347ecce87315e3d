//! Finds out over which bytes a server computes the signature: sends harmless reads, each signed so
//! that it passes only one of the known checks.

use scaleengine::Document;
use scaleengine::proto::code::KnownCode;
use scaleengine::proto::{Code, DecodeError, decode};
use scaleengine::sign::Check;

use super::checks::{Checked, Status};
use super::server::{READ, Server};
use crate::failure::Failure;

/// An unknown parameter that each check encodes differently: an empty map and an unescaped slash.
const PROBE: &str = r#""probe":{"map":{},"slash":"/"}"#;

pub(super) async fn run(server: &Server) -> Checked<()> {
    let mut accepted = Vec::new();
    for check in Check::ALL {
        match heard(server, *check).await? {
            Heard::Accepted => accepted.push(*check),
            Heard::Refused => {}
            Heard::Neither(what) => {
                let detail = format!("a probe ended with {what}, which does not depend on the signature");
                return Ok(((), Status::Warning(detail, "try again in a few minutes".to_owned())));
            }
        }
    }
    let words = accepted.iter().map(|check| word(*check)).collect::<Vec<_>>().join("; and ");
    Ok((
        (),
        match accepted.as_slice() {
            [] => Status::Warning(
                "no probe was accepted: the server combines checks, as this program's sandbox does, or uses an unknown one".to_owned(),
                "no action needed: ordinary calls are accepted, as the call above shows".to_owned(),
            ),
            _ => Status::Ok(format!("the signature is computed over {words}")),
        },
    ))
}

enum Heard {
    Accepted,
    Refused,
    /// The server decided without checking the signature.
    Neither(String),
}

async fn heard(server: &Server, check: Check) -> Result<Heard, Failure> {
    let account = server.signer.account();
    let key = serde_json::Value::from(account.api_key());
    let (time, cdn) = (server.now().0, account.cdn());
    let text = format!(r#"{{"command":"{READ}","api_key":{key},"timestamp":{time},"cdn":{cdn},{PROBE}}}"#);
    let signed = server.signer.sign_written(text, check);
    let signed = signed.map_err(|error| Failure::internal(format!("a probe cannot be signed: {error}")))?;
    let answer = server.send(signed.json()).await;
    let answer = answer.map_err(|error| Failure::not_sent("a probe got no response").because(error.to_string()))?;
    Ok(match decode::<Document>(&answer.body) {
        Ok(_) => Heard::Accepted,
        Err(DecodeError::Failure(failure)) => match failure.code().and_then(Code::known) {
            Some(KnownCode::SignatureRefused) => Heard::Refused,
            _ => Heard::Neither(
                failure.code().map_or_else(|| "a failure without a code".to_owned(), |code| format!("code {code}")),
            ),
        },
        Err(_) => Heard::Neither(format!("HTTP {}", answer.status)),
    })
}

fn word(check: Check) -> &'static str {
    match check {
        Check::Raw => "the JSON as received (raw)",
        Check::Array => "the JSON decoded to PHP arrays and encoded again (array)",
        Check::Object => "the JSON decoded to PHP objects and encoded again (object)",
    }
}
