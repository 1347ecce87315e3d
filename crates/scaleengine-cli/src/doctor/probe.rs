//! Which text a server takes the signature of: reads are signed for one check each, so that they pass no other.

use scaleengine::Document;
use scaleengine::proto::code::KnownCode;
use scaleengine::proto::{Code, DecodeError, decode};
use scaleengine::sign::Check;

use super::checks::{Checked, Status};
use super::server::{READ, Server};
use crate::failure::Failure;

/// An unknown parameter that the checks read differently: an empty map, and a slash that is not escaped.
const PROBE: &str = r#""probe":{"map":{},"slash":"/"}"#;

pub(super) async fn run(server: &Server) -> Checked<()> {
    let mut accepted = Vec::new();
    for check in Check::ALL {
        match heard(server, *check).await? {
            Heard::Accepted => accepted.push(*check),
            Heard::Refused => {}
            Heard::Neither(what) => {
                let detail = format!("a probe was answered with {what}, which tells nothing of the signature");
                return Ok(((), Status::Warning(detail, "try again in some minutes".to_owned())));
            }
        }
    }
    let words = accepted.iter().map(|check| word(*check)).collect::<Vec<_>>().join("; and ");
    Ok((
        (),
        match accepted.as_slice() {
            [] => Status::Warning(
                "no probe was accepted".to_owned(),
                "the server makes several checks at once, as this program's own sandbox does, or another than is known"
                    .to_owned(),
            ),
            _ => Status::Ok(format!("the signature is of {words}")),
        },
    ))
}

enum Heard {
    Accepted,
    Refused,
    /// What was decided before the signature was looked at, or without.
    Neither(String),
}

async fn heard(server: &Server, check: Check) -> Result<Heard, Failure> {
    let account = server.signer.account();
    let key = serde_json::Value::from(account.api_key());
    let (time, cdn) = (server.now().0, account.cdn());
    let text = format!(r#"{{"command":"{READ}","api_key":{key},"timestamp":{time},"cdn":{cdn},{PROBE}}}"#);
    let signed = server.signer.sign_written(text, check);
    let signed = signed.map_err(|error| Failure::internal(format!("a probe cannot be made: {error}")))?;
    let answer = server.send(signed.json()).await;
    let answer = answer.map_err(|error| Failure::not_sent("a probe was not answered").because(error.to_string()))?;
    Ok(match decode::<Document>(&answer.body) {
        Ok(_) => Heard::Accepted,
        Err(DecodeError::Failure(failure)) => match failure.code().and_then(Code::known) {
            Some(KnownCode::SignatureRefused) => Heard::Refused,
            _ => Heard::Neither(failure.code().map_or_else(|| "a failure".to_owned(), |code| format!("code {code}"))),
        },
        Err(_) => Heard::Neither(format!("HTTP {}", answer.status)),
    })
}

fn word(check: Check) -> &'static str {
    match check {
        Check::Raw => "the text as it is received (raw)",
        Check::Array => "the text decoded to arrays and encoded again (array)",
        Check::Object => "the text decoded to objects and encoded again (object)",
    }
}
