//! What holds for every command: the global flags, and the client that they and the environment make.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ArgMatches;
use scaleengine::http::{Clock as _, SystemClock};
use scaleengine::proto::UnixTime;
use scaleengine::sign::SecretWarning;
use scaleengine::{
    Account, BuildError, Client, ClientBuilder, Credentials, Encoding, Limits, ReqwestTransport, Retry, SecretKey,
};

use crate::exit::Failure;
use crate::output::{self, Format};
use crate::profile::{Known, Profile};
use crate::script::Language;

/// Which form of a request is shown instead of being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Print {
    Body,
    Form,
    Curl,
    Script(Language),
}

pub(crate) struct Settings {
    pub(crate) sandbox: bool,
    pub(crate) format: Format,
    pub(crate) print: Option<Print>,
    timestamp: Option<UnixTime>,
    pub(crate) verbose: bool,
    pub(crate) yes: bool,
    /// The one value of an answer that is wanted.
    pub(crate) field: Option<String>,
    api_url: Option<String>,
    encoding: Encoding,
    timeout: Option<u64>,
    attempts: Option<u32>,
    deadline: Option<u64>,
    ca: Option<PathBuf>,
    profile: Option<String>,
    secret_file: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        // clap checks what requires what before a flag behind a subcommand counts, so this is checked here.
        let shows = matches.contains_id("print") || matches.subcommand_name() == Some("sign");
        if matches.contains_id("timestamp") && !shows {
            return Err(Failure::usage("--timestamp goes with --print and sign: what is sent is signed as of now"));
        }
        let text = |name| matches.get_one::<String>(name).map(String::as_str);
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
                Some("php") => Some(Print::Script(Language::Php)),
                Some("python") => Some(Print::Script(Language::Python)),
                _ => None,
            },
            timestamp: matches.get_one::<i64>("timestamp").copied().map(UnixTime),
            verbose: matches.get_flag("verbose"),
            yes: matches.get_flag("yes"),
            field: matches.get_one::<String>("field").cloned(),
            api_url: matches.get_one::<String>("api-url").cloned(),
            encoding: match text("encoding") {
                Some("urlencoded") => Encoding::UrlEncoded,
                _ => Encoding::Multipart,
            },
            timeout: matches.get_one("timeout").copied(),
            attempts: matches.get_one("attempts").copied(),
            deadline: matches.get_one("deadline").copied(),
            ca: matches.get_one::<PathBuf>("ca").cloned(),
            profile: matches.get_one::<String>("profile").cloned(),
            secret_file: matches.get_one::<PathBuf>("secret-file").cloned(),
        })
    }

    /// The time that counts as the present.
    pub(crate) fn now(&self) -> UnixTime {
        self.timestamp.unwrap_or_else(|| SystemClock::new().now().wall)
    }

    /// Where the account comes from.
    pub(crate) fn known(&self) -> Result<Known, Failure> {
        Known::look(self.profile.as_deref(), self.secret_file.as_deref())
    }

    /// The client of the account that counts; or the sandbox's, for which neither environment nor profiles count.
    pub(crate) fn client(&self, sandbox: Option<&str>) -> Result<Client, Failure> {
        if self.sandbox {
            let account = Account::new(scaleengine_sandbox::API_KEY, scaleengine_sandbox::CDN);
            let credentials = Credentials::new(account, SecretKey::new(scaleengine_sandbox::SECRET_KEY));
            return self.build(&Profile::default(), credentials, sandbox);
        }
        let known = self.known()?;
        let (credentials, warning) = known.credentials()?;
        warn(warning);
        let url = self.api_url.as_deref().or(known.api_url.first().map(|(_, url)| url.as_str()));
        let profile = known.profile.as_ref().map(|(_, own)| own.clone()).unwrap_or_default();
        self.build(&profile, credentials, url)
    }

    /// What a flag says counts, then what the profile says, then what is usual.
    fn build(&self, profile: &Profile, credentials: Credentials, url: Option<&str>) -> Result<Client, Failure> {
        let time = self.timeout.or(profile.timeout).map_or(Limits::default().time, Duration::from_secs);
        let total = self.deadline.or(profile.deadline).map_or(Retry::default().total, Duration::from_secs);
        let attempts = self.attempts.or(profile.attempts).unwrap_or(Retry::default().attempts);
        let mut builder = Client::builder()
            .credentials(credentials)
            .encoding(self.encoding)
            .limits(Limits { time, ..Limits::default() })
            .retry(Retry::default().attempts(attempts).total(total));
        builder = url.into_iter().fold(builder, ClientBuilder::endpoint);
        if let Some(ca) = self.ca.as_ref().or(profile.ca_file.as_ref()) {
            builder = builder.transport(transport(time, Some(ca))?);
        }
        builder.build().map_err(|error| no_client(&error))
    }

    /// The secret of the environment; or the sandbox's.
    pub(crate) fn secret(&self) -> Result<SecretKey, Failure> {
        if self.sandbox {
            return Ok(SecretKey::new(scaleengine_sandbox::SECRET_KEY));
        }
        let (secret, warning) = self.known()?.secret()?;
        warn(warning);
        Ok(secret)
    }

    /// What sends, with the certificates that are trusted beside the platform's.
    pub(crate) fn transport(&self) -> Result<ReqwestTransport, Failure> {
        transport(self.timeout.map_or(Limits::default().time, Duration::from_secs), self.ca.as_deref())
    }
}

fn transport(time: Duration, ca: Option<&Path>) -> Result<ReqwestTransport, Failure> {
    let builder = ReqwestTransport::builder().within(time);
    let Some(ca) = ca else { return Ok(builder.build()) };
    let refuse = |why: &dyn std::fmt::Display| Failure::config(format!("--ca {}: {why}", ca.display()));
    let pem = std::fs::read(ca).map_err(|error| refuse(&error))?;
    Ok(builder.extra_ca(&pem).map_err(|error| refuse(&error))?.build())
}

fn warn(warning: Option<SecretWarning>) {
    if let Some(warning) = warning {
        output::note(&format!("warning: {warning}"));
    }
}

fn no_client(error: &BuildError) -> Failure {
    let failure = Failure::config(error.to_string());
    match error {
        BuildError::Endpoint(_) => {
            failure.hint(format!("it is set by --api-url, {} or a profile", ClientBuilder::API_URL))
        }
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
