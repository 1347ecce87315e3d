//! `--print`: shows signed requests instead of sending them. Needs no network and no runtime.

use std::process::ExitCode;

use scaleengine::Endpoint;
use scaleengine::sign::{Credentials, SignedPayload, Signer};
use scaleengine::{Account, FormEncoding, SecretKey};

use crate::args::Wanted;
use crate::context::{Context, Print};
use crate::failure::Failure;
use crate::output;
use crate::script;
use scaleengine::config::Setting;

/// Shows the requests of a command in the order in which they would be sent.
pub(crate) fn run(context: &Context, wanted: Wanted<'_>, form: Print) -> Result<ExitCode, Failure> {
    if context.sandbox && form == Print::Curl {
        let failure = Failure::usage("--print curl cannot be used with --sandbox, which ends with this process");
        return Err(failure.hint("run `scaleengine sandbox serve` and set the variables that it prints"));
    }
    if form == Print::Form && matches!(wanted, Wanted::Shutdown(_)) {
        return Err(Failure::usage(
            "--print form shows one request, but a shutdown sends two: use --print body or curl",
        ));
    }
    if let Print::Script(language) = form {
        if context.timestamp.is_some() {
            return Err(Failure::usage(
                "--timestamp cannot be used with --print php or python: a script signs with the time of its run",
            ));
        }
        let filled = match wanted {
            Wanted::Call(filled) => filled,
            Wanted::Ticket(ticket) => ticket.request,
            _ => return Err(Failure::usage("--print php and python need a single command of the API")),
        };
        // Refuse here what cannot be signed: the script would sign something else.
        let trial = Signer::new(&Credentials::new(Account::new("KEY", 0), SecretKey::new("none")));
        trial.sign(&filled.command, context.now()).map_err(|error| Failure::sign(&error))?;
        return output::data(script::of(&filled, language, Endpoint::DEFAULT).as_bytes());
    }
    let (client, signs) = context.showing()?;
    let commands = match wanted {
        Wanted::Call(filled) => vec![filled.command],
        Wanted::Ticket(ticket) => vec![ticket.request.command],
        Wanted::Watch(watch) => vec![watch.read],
        Wanted::Shutdown(wanted) => {
            let shutdown = client.stream_by_name(wanted.stream).shut_down(wanted.lockout).prepare();
            shutdown.machine().calls().map(|call| call.command().clone()).to_vec()
        }
        _ => {
            return Err(Failure::usage("--print needs a command of the API"));
        }
    };
    let way = if form == Print::Curl { way(context)? } else { String::new() };
    let mut out = Vec::new();
    for command in commands {
        let payload = client.call(command).prepare().payload(context.now()).map_err(|error| Failure::sign(&error))?;
        let body = if signs { payload.into_json() } else { unsigned(&payload) };
        match form {
            Print::Form => out.extend(context.encoding.encode(&body)),
            Print::Curl => out.extend(curl(client.endpoint(), context.encoding, &way, &body).into_bytes()),
            // Scripts have returned above.
            Print::Body | Print::Script(_) => out.extend(format!("{body}\n").into_bytes()),
        }
    }
    output::data(&out)
}

/// Returns the signed JSON with a placeholder in place of the signature.
fn unsigned(payload: &SignedPayload) -> String {
    let mut body = payload.canonical();
    body.pop();
    body + ",\"signature\":\"YOUR_SIGNATURE\"}"
}

/// Returns curl's options for the same connection: certificates, and a proxy unless it has a
/// password.
fn way(context: &Context) -> Result<String, Failure> {
    let known = context.known()?;
    let options = [("--cacert", Setting::CaFile), ("--proxy", Setting::Proxy)].map(|(option, setting)| {
        let value = known.setting(setting)?.filter(|value| setting.printable(value) == **value);
        Ok(value.map(|value| format!("{option} {} ", quoted(value))).unwrap_or_default())
    });
    options.into_iter().collect()
}

/// Returns the request as a curl command. It contains the signature, which is valid for this
/// command at this time, but not the secret.
fn curl(endpoint: &Endpoint, encoding: FormEncoding, way: &str, json: &str) -> String {
    let form = if encoding == FormEncoding::Multipart { "--form-string" } else { "--data-urlencode" };
    let url = endpoint.to_string();
    format!("curl --silent --show-error --globoff {way}{form} {} {}\n", quoted(&format!("json={json}")), quoted(&url))
}

/// Quotes a string as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
