//! What holds for every command: the global flags, and the client that they and the environment make.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use scaleengine::proto::UnixTime;
use scaleengine::{
    BuildError, Client, ClientBuilder, Credentials, CredentialsError, Encoding, Limits, ReqwestTransport,
};
use scaleengine_sandbox::Sandbox;

use crate::exit::Failure;
use crate::output::{self, Format};

/// Which form of a request is shown instead of being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Print {
    Body,
    Form,
    Curl,
}

pub(crate) struct Settings {
    pub(crate) sandbox: bool,
    pub(crate) format: Format,
    pub(crate) print: Option<Print>,
    pub(crate) timestamp: Option<UnixTime>,
    pub(crate) verbose: bool,
    encoding: Encoding,
    limits: Limits,
    ca: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        // clap checks what requires what before a flag behind a subcommand counts, so this is checked here.
        if matches.contains_id("timestamp") && !matches.contains_id("print") {
            return Err(Failure::usage("--timestamp goes with --print: what is sent is signed as of now"));
        }
        let text = |name| matches.get_one::<String>(name).map(String::as_str);
        let time = matches.get_one::<u64>("timeout").copied().map_or(Limits::default().time, Duration::from_secs);
        Ok(Self {
            sandbox: matches.get_flag("sandbox"),
            format: match text("output") {
                Some("json") => Format::Json,
                Some("jsonl") => Format::JsonLines,
                _ => Format::Human,
            },
            print: match text("print") {
                Some("body") => Some(Print::Body),
                Some("form") => Some(Print::Form),
                Some("curl") => Some(Print::Curl),
                _ => None,
            },
            timestamp: matches.get_one::<i64>("timestamp").copied().map(UnixTime),
            verbose: matches.get_flag("verbose"),
            encoding: match text("encoding") {
                Some("urlencoded") => Encoding::UrlEncoded,
                _ => Encoding::Multipart,
            },
            limits: Limits { time, ..Limits::default() },
            ca: matches.get_one::<PathBuf>("ca").cloned(),
        })
    }

    /// The client of the environment, or, with a sandbox's credentials, of none of it.
    pub(crate) fn client(&self, sandbox: Option<&Sandbox>) -> Result<Client, Failure> {
        let mut builder = Client::builder().encoding(self.encoding).limits(self.limits);
        builder = if let Some(sandbox) = sandbox {
            builder.credentials(Credentials::new(sandbox.account(), sandbox.secret())).endpoint(sandbox.url())
        } else {
            builder.credentials(self.credentials()?).endpoint_from_env().map_err(|error| no_credentials(&error))?
        };
        if let Some(path) = &self.ca {
            builder = builder.transport(Self::transport(path)?);
        }
        builder.build().map_err(|error| no_client(&error))
    }

    fn credentials(&self) -> Result<Credentials, Failure> {
        if self.sandbox {
            let (key, secret) = (scaleengine_sandbox::API_KEY, scaleengine_sandbox::SECRET_KEY);
            let account = scaleengine::Account::new(key, scaleengine_sandbox::CDN);
            return Ok(Credentials::new(account, scaleengine::SecretKey::new(secret)));
        }
        let credentials = Credentials::from_env().map_err(|error| no_credentials(&error))?;
        if let Some(warning) = credentials.warning() {
            output::note(&format!("warning: {warning}"));
        }
        Ok(credentials)
    }

    fn transport(ca: &std::path::Path) -> Result<ReqwestTransport, Failure> {
        let refuse = |why: &dyn std::fmt::Display| Failure::config(format!("--ca {}: {why}", ca.display()));
        let pem = std::fs::read(ca).map_err(|error| refuse(&error))?;
        Ok(ReqwestTransport::builder().extra_ca(&pem).map_err(|error| refuse(&error))?.build())
    }
}

fn no_credentials(error: &CredentialsError) -> Failure {
    Failure::config(error.to_string()).hint(format!(
        "set {}, {} and {} to those of the account; or try it without an account: --sandbox",
        Credentials::API_KEY,
        Credentials::SECRET_KEY,
        Credentials::CDN
    ))
}

fn no_client(error: &BuildError) -> Failure {
    let failure = Failure::config(error.to_string());
    match error {
        BuildError::Endpoint(_) => failure.hint(format!("it is set by {}", ClientBuilder::API_URL)),
        _ => failure,
    }
}

/// The format that the command line asks for, also when it cannot be read otherwise.
pub(crate) fn wanted_format(args: &[OsString]) -> Format {
    let mut args = args.iter().map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        let value = match arg.as_ref() {
            "-o" | "--output" => args.next(),
            _ => arg.strip_prefix("--output=").or(arg.strip_prefix("-o")).map(|value| value.to_owned().into()),
        };
        if matches!(value.as_deref(), Some("json" | "jsonl" | "=json" | "=jsonl")) {
            return Format::Json;
        }
    }
    Format::Human
}
