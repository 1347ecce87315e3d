//! What holds for every command: the global flags, and the client that they and the environment make.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use scaleengine::http::{Clock as _, SystemClock};
use scaleengine::proto::UnixTime;
use scaleengine::{
    Account, BuildError, Client, ClientBuilder, Credentials, CredentialsError, Encoding, Limits, ReqwestTransport,
    Retry, SecretKey,
};

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
    timestamp: Option<UnixTime>,
    pub(crate) verbose: bool,
    pub(crate) yes: bool,
    encoding: Encoding,
    limits: Limits,
    retry: Retry,
    ca: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        // clap checks what requires what before a flag behind a subcommand counts, so this is checked here.
        let shows = matches.contains_id("print") || matches.subcommand_name() == Some("sign");
        if matches.contains_id("timestamp") && !shows {
            return Err(Failure::usage("--timestamp goes with --print and sign: what is sent is signed as of now"));
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
            yes: matches.get_flag("yes"),
            encoding: match text("encoding") {
                Some("urlencoded") => Encoding::UrlEncoded,
                _ => Encoding::Multipart,
            },
            limits: Limits { time, ..Limits::default() },
            retry: Retry::default()
                .attempts(matches.get_one("attempts").copied().unwrap_or(Retry::default().attempts))
                .total(matches.get_one("deadline").copied().map_or(Retry::default().total, Duration::from_secs)),
            ca: matches.get_one::<PathBuf>("ca").cloned(),
        })
    }

    /// The time that counts as the present.
    pub(crate) fn now(&self) -> UnixTime {
        self.timestamp.unwrap_or_else(|| SystemClock::new().now().wall)
    }

    /// The client of the environment; or the sandbox's, for which the environment counts in nothing.
    pub(crate) fn client(&self, sandbox: Option<&str>) -> Result<Client, Failure> {
        let mut builder = Client::builder().encoding(self.encoding).limits(self.limits).retry(self.retry);
        builder = if self.sandbox {
            let account = Account::new(scaleengine_sandbox::API_KEY, scaleengine_sandbox::CDN);
            let secret = SecretKey::new(scaleengine_sandbox::SECRET_KEY);
            let builder = builder.credentials(Credentials::new(account, secret));
            sandbox.into_iter().fold(builder, ClientBuilder::endpoint)
        } else {
            let credentials = Credentials::from_env().map_err(|error| no_credentials(&error))?;
            if let Some(warning) = credentials.warning() {
                output::note(&format!("warning: {warning}"));
            }
            builder.credentials(credentials).endpoint_from_env().map_err(|error| no_credentials(&error))?
        };
        if self.ca.is_some() {
            builder = builder.transport(self.transport()?);
        }
        builder.build().map_err(|error| no_client(&error))
    }

    /// The secret of the environment; or the sandbox's.
    pub(crate) fn secret(&self) -> Result<SecretKey, Failure> {
        if self.sandbox {
            return Ok(SecretKey::new(scaleengine_sandbox::SECRET_KEY));
        }
        let name = Credentials::SECRET_KEY;
        let value = std::env::var(name).map_err(|_| {
            let failure = Failure::config(format!("no secret: the environment lacks {name}"));
            failure.hint(format!("set {name} to the account's private key; or try it with the sandbox's: --sandbox"))
        })?;
        let (secret, warning) = SecretKey::from_input(value);
        if let Some(warning) = warning {
            output::note(&format!("warning: {warning}"));
        }
        Ok(secret)
    }

    /// What sends, with the certificates that are trusted beside the platform's.
    pub(crate) fn transport(&self) -> Result<ReqwestTransport, Failure> {
        let builder = ReqwestTransport::builder().within(self.limits.time);
        let Some(ca) = &self.ca else { return Ok(builder.build()) };
        let refuse = |why: &dyn std::fmt::Display| Failure::config(format!("--ca {}: {why}", ca.display()));
        let pem = std::fs::read(ca).map_err(|error| refuse(&error))?;
        Ok(builder.extra_ca(&pem).map_err(|error| refuse(&error))?.build())
    }
}

fn no_credentials(error: &CredentialsError) -> Failure {
    let failure = Failure::config(error.to_string());
    match error {
        CredentialsError::Missing(_) => failure.hint(format!(
            "set {}, {} and {} to those of the account; or try it without an account: --sandbox",
            Credentials::API_KEY,
            Credentials::SECRET_KEY,
            Credentials::CDN
        )),
        _ => failure,
    }
}

fn no_client(error: &BuildError) -> Failure {
    let failure = Failure::config(error.to_string());
    match error {
        BuildError::Endpoint(_) => failure.hint(format!("it is set by {}", ClientBuilder::API_URL)),
        _ => failure,
    }
}

/// The format that a command line asks for which cannot be read otherwise.
pub(crate) fn wanted_format(args: &[OsString]) -> Format {
    let mut args = args.iter().map(|arg| arg.to_string_lossy()).take_while(|arg| arg != "--");
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
