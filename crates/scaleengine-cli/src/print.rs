//! Shows signed requests instead of sending them. No network, no runtime.

use std::borrow::Borrow;
use std::process::ExitCode;

use scaleengine::http::{Call, Endpoint, WireRequest};
use scaleengine::proto::UnixTime;
use scaleengine::sign::Signer;
use scaleengine::{RawCommand, SignError};

use crate::args::Wanted;
use crate::exit::Failure;
use crate::output;
use crate::script;
use crate::settings::{Print, Settings};

/// The requests of what is wanted, in the order in which they would be sent.
pub(crate) fn run(settings: &Settings, wanted: Wanted<'_>, form: Print) -> Result<ExitCode, Failure> {
    if settings.sandbox && form == Print::Curl {
        let failure = Failure::usage("--print curl needs an address, and a sandbox inside this process ends with it");
        return Err(failure.hint("start one with `scaleengine sandbox serve` and use the variables that it prints"));
    }
    if form == Print::Form && matches!(wanted, Wanted::Shutdown(_)) {
        return Err(Failure::usage("--print form shows one request, and these are two: use --print body or curl"));
    }
    if let Print::Script(language) = form {
        let command = match wanted {
            Wanted::Call(filled) => filled.command,
            Wanted::Ticket(ticket) => ticket.request.command,
            _ => return Err(Failure::usage("a script shows one command of the API")),
        };
        return Ok(output::data(script::of(&command, language, Endpoint::DEFAULT).as_bytes()));
    }
    let client = settings.client(None)?;
    let commands = match wanted {
        Wanted::Call(filled) => vec![filled.command],
        Wanted::Ticket(ticket) => vec![ticket.request.command],
        Wanted::Shutdown(wanted) => {
            let shutdown = client.stream_by_name(wanted.stream).prepare_shutdown(wanted.lockout);
            shutdown.calls().map(|call| call.command().clone()).to_vec()
        }
        _ => {
            return Err(Failure::usage("--print goes with a command of the API"));
        }
    };
    let mut out = Vec::new();
    for command in commands {
        out.extend(shown(&client.prepare(command), settings.now(), form).map_err(|error| Failure::sign(&error))?);
    }
    Ok(output::data(&out))
}

fn shown<S: Borrow<Signer>>(call: &Call<S, RawCommand>, at: UnixTime, form: Print) -> Result<Vec<u8>, SignError> {
    Ok(match form {
        Print::Body => format!("{}\n", call.payload(at)?.body()).into_bytes(),
        Print::Form => call.request(at)?.body().to_vec(),
        // A script is no signed request, and was written before.
        Print::Curl | Print::Script(_) => curl(&call.request(at)?, call.payload(at)?.body()).into_bytes(),
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
