//! Shows a signed request instead of sending it. No network, no runtime.

use std::process::ExitCode;

use scaleengine::RawCommand;
use scaleengine::http::WireRequest;

use crate::exit::Failure;
use crate::output;
use crate::settings::{Print, Settings};

pub(crate) fn run(settings: &Settings, command: RawCommand, form: Print) -> Result<ExitCode, Failure> {
    if settings.sandbox && form == Print::Curl {
        let failure = Failure::usage("--print curl needs an address, and a sandbox inside this process ends with it");
        return Err(failure.hint("start one with `scaleengine sandbox serve` and use the variables that it prints"));
    }
    let call = settings.client(None)?.prepare(command);
    let at = settings.timestamp.unwrap_or_else(|| call.now());
    let unsigned = |error: scaleengine::SignError| Failure::sign(&error);
    Ok(match form {
        Print::Body => output::data(format!("{}\n", call.payload(at).map_err(unsigned)?.body()).as_bytes()),
        Print::Form => output::data(call.request(at).map_err(unsigned)?.body()),
        Print::Curl => {
            let payload = call.payload(at).map_err(unsigned)?;
            let request = call.request(at).map_err(unsigned)?;
            output::data(curl(&request, payload.body()).as_bytes())
        }
    })
}

/// The same request by curl. It holds the signature, which is good for this command at this time, and not the secret.
fn curl(request: &WireRequest, json: &str) -> String {
    let url = request.endpoint().to_string();
    let multipart =
        request.headers().get("content-type").is_some_and(|value| value.as_bytes().starts_with(b"multipart"));
    let form = if multipart { "--form-string" } else { "--data-urlencode" };
    format!("curl --silent --show-error {form} {} {}\n", quoted(&format!("json={json}")), quoted(&url))
}

/// A text as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
