//! The settings of a sandbox, read from flags and files.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ArgMatches;
use scaleengine::http::Response;
use scaleengine::proto::Printable;
use scaleengine::sign::Check;
use scaleengine::{ClientBuilder, Credentials, HyperTransport, Limits, credentials_from_env};
use scaleengine::{Endpoint, Transport as _, WireRequest};
use scaleengine_sandbox::{
    API_KEY, CDN, Explanation, Fault, Forwarded, RealResponse, Record, SECRET_KEY, Sandbox, SandboxBuilder, Seed,
};

use crate::context::Context;
use crate::failure::Failure;
use crate::limits;
use crate::output;
use scaleengine::config::read;

/// Starts a sandbox with these flags.
pub(crate) async fn start(context: &Context, matches: &ArgMatches) -> Result<Sandbox, Failure> {
    let mut builder = Sandbox::builder().verify(checks(matches)).clock_offset(number(matches, "clock"));
    if let Some(address) = matches.get_one::<SocketAddr>("listen") {
        builder = builder.listen(*address);
    }
    if let Some(path) = matches.get_one::<PathBuf>("seed") {
        let refuse = |why: &dyn std::fmt::Display| Failure::config(format!("--seed {}: {why}", path.display()));
        let text = read::text_file(path, limits::BODY).map_err(|error| refuse(&error))?;
        builder = builder.seed(Seed::parse(&text).map_err(|error| refuse(&error))?);
    }
    for words in matches.get_many::<String>("fault").unwrap_or_default() {
        let fault: Fault = words.parse().map_err(|error| Failure::usage(format!("--fault: {error}")))?;
        builder = builder.fault(fault);
    }
    if matches.get_one::<String>("only").is_some() {
        builder = builder.only_documented();
    }
    if matches.get_flag("refuse-replays") {
        builder = builder.refuse_replays();
    }
    if !matches.get_flag("quiet") {
        let all = context.verbose;
        builder = builder.on_request(move |record| log(record, all));
    }
    if let Some(url) = matches.get_one::<String>("forward") {
        builder = forward(context, builder, url)?;
    }
    builder.start().await.map_err(|error| {
        Failure::config(format!("the sandbox cannot be started: {error}; --listen sets another address"))
    })
}

/// Returns the environment variables that point a client to the sandbox.
pub(crate) fn variables(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    vec![
        (Credentials::API_KEY, API_KEY.to_owned()),
        (Credentials::SECRET_KEY, SECRET_KEY.to_owned()),
        (Credentials::CDN, CDN.to_string()),
        (ClientBuilder::API_URL, sandbox.url().to_owned()),
    ]
}

/// Returns the same for these flags. With `--forward` only the address is included, because the
/// client uses its own credentials.
pub(super) fn variables_for(sandbox: &Sandbox, matches: &ArgMatches) -> Vec<(&'static str, String)> {
    let mut variables = variables(sandbox);
    if matches.contains_id("forward") {
        variables.retain(|(name, _)| *name == ClientBuilder::API_URL);
    }
    variables
}

/// Logs a request that was refused or hit by a fault; with `all`, every request.
fn log(record: &Record, all: bool) {
    let diagnosis = record.diagnosis();
    if !all && diagnosis.is_empty() && record.fault.is_none() {
        return;
    }
    let command = record.command.as_deref().unwrap_or(record.method.as_str());
    let status = record.http_status.map_or_else(|| "no response".to_owned(), |status| status.to_string());
    let code = record.code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    let fault = record.fault.as_ref().map(|fault| format!(" fault {fault}")).unwrap_or_default();
    output::note(&format!("{} {} {status}{code}{}", record.id, Printable(command), Printable(&fault)));
    for reason in &record.reasons {
        output::note(&format!("  {reason}: {}; {}", reason.what(), reason.remedy()));
    }
    if let Some(unusual) = record.unusual {
        output::note(&format!("  {unusual}"));
    }
    // The differing bytes may be a password, so only the page and the record show them.
    if let Some(difference) = record.explanation.as_ref().and_then(Explanation::difference) {
        output::note(&format!("  first difference at byte {} of the JSON", difference.offset()));
    }
}

/// Forwards all requests. Their signatures are verified too if the environment has credentials.
fn forward(context: &Context, builder: SandboxBuilder, url: &str) -> Result<SandboxBuilder, Failure> {
    let endpoint: Endpoint = url.parse().map_err(|error| Failure::usage(format!("--forward: {error}")))?;
    let builder = if let Ok(own) = credentials_from_env() {
        builder.account(own)
    } else {
        output::note(
            "note: no credentials in the environment: requests are forwarded, but their signatures are not verified",
        );
        builder
    };
    let transport = Arc::new(context.transport(&endpoint)?);
    Ok(builder.forward(move |request| pass_on(Arc::clone(&transport), endpoint.clone(), request)))
}

async fn pass_on(transport: Arc<HyperTransport>, endpoint: Endpoint, request: Forwarded) -> RealResponse {
    let request = WireRequest::forwarded(endpoint, request.headers, request.body, Limits::default());
    let real = transport.send(request).await.map_err(|error| error.to_string())?;
    let mut response = Response::new(real.body.to_vec());
    (*response.status_mut(), *response.headers_mut()) = (real.status, real.headers);
    Ok(response)
}

fn number(matches: &ArgMatches, name: &str) -> i64 {
    matches.get_one::<i64>(name).copied().unwrap_or_default()
}

fn checks(matches: &ArgMatches) -> Vec<Check> {
    match matches.get_one::<String>("verify").map(String::as_str) {
        Some("raw") => vec![Check::Raw],
        Some("array") => vec![Check::Array],
        Some("object") => vec![Check::Object],
        _ => Check::ALL.to_vec(),
    }
}
