//! Which text a server takes the signature of: reads are signed for one check each, so that they pass no other.

use scaleengine::http::{Clock as _, SystemClock, Transport as _, WireRequest};
use scaleengine::proto::code::Documented;
use scaleengine::proto::{Code, DecodeError, decode};
use scaleengine::sign::{Check, Signer};
use scaleengine::{Client, Document};

use super::call::READ;
use super::examination::{Finding, Found};
use crate::exit::Failure;
use crate::settings::Settings;

/// An unknown parameter that the checks read differently: an empty map, and a slash that is not escaped.
const PROBE: &str = r#""probe":{"map":{},"slash":"/"}"#;

pub(super) async fn run(settings: &Settings, sandbox: Option<&str>) -> Found<()> {
    let (client, signer) = (settings.client(sandbox)?, settings.signer()?);
    let mut accepted = Vec::new();
    for check in Check::ALL {
        if passes(settings, &client, &signer, *check).await? {
            accepted.push(*check);
        }
    }
    let words = accepted.iter().map(|check| word(*check)).collect::<Vec<_>>().join("; and ");
    Ok((
        (),
        match accepted.as_slice() {
            [] => Finding::Odd(
                "every probe was refused".to_owned(),
                "the server checks otherwise than it is known to; its maintainers would like to know".to_owned(),
            ),
            _ => Finding::Fine(format!("the signature is of {words}")),
        },
    ))
}

/// Any answer but "wrong signature" says that the signature was right.
async fn passes(settings: &Settings, client: &Client, signer: &Signer, check: Check) -> Result<bool, Failure> {
    let account = client.account();
    // As its key is written elsewhere too.
    let key = serde_json::Value::from(account.api_key());
    let time = client.clock_offset().apply(SystemClock::new().now().wall);
    let text =
        format!(r#"{{"command":"{READ}","api_key":{key},"timestamp":{},"cdn":{},{PROBE}}}"#, time.0, account.cdn());
    let internal = |error: &dyn std::fmt::Display| Failure::internal(format!("a probe cannot be made: {error}"));
    let signed = signer.sign_written(text, check).map_err(|error| internal(&error))?;
    let options = client.options();
    let request = WireRequest::passed_on(
        client.endpoint().clone(),
        options.encoding.content_type(),
        options.encoding.encode(signed.body()),
        options.limits,
    );
    let answer = settings.transport()?.send(request).await;
    let answer = answer.map_err(|error| Failure::not_sent("a probe was not answered").because(error.to_string()))?;
    match decode::<Document>(&answer.body) {
        Ok(_) => Ok(true),
        Err(DecodeError::Failure(failure)) => {
            Ok(failure.code().and_then(Code::known) != Some(Documented::SignatureRefused))
        }
        Err(error) => Err(Failure::not_sent("what answered a probe is not the API").because(error.to_string())),
    }
}

fn word(check: Check) -> &'static str {
    match check {
        Check::Raw => "the text as it is received (raw)",
        Check::Array => "the text decoded to arrays and encoded again (array)",
        Check::Object => "the text decoded to objects and encoded again (object)",
    }
}
