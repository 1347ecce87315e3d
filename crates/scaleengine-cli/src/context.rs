//! The context of every command: the global flags, and the client for the effective settings.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ArgMatches;
use scaleengine::proto::UnixTime;
use scaleengine::sign::SecretWarning;
use scaleengine::transport::proxy::{Proxies, ProxyAddress, ProxyError};
use scaleengine::{
    Account, BuildError, Client, ClientBuilder, Credentials, FormEncoding, HyperTransport, Limits, RetryPolicy,
    SecretKey,
};
use scaleengine::{Clock as _, DynTransport, Endpoint, SystemClock};

use crate::bounded;
use crate::failure::{Failure, Sources};
use crate::flag::flag;
use crate::output::{self, Format};
use crate::profile::{Effective, Flags};
use crate::redaction::Redaction;
use crate::script::Language;
use crate::setting_table::{API_URL, CA_FILE, PROXY, RETRIES, Setting, TIMEOUT};

/// The form in which `--print` shows a request instead of sending it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Print {
    Body,
    Form,
    Curl,
    Script(Language),
}

/// Placeholders for missing credentials; shown, never sent.
const PLACEHOLDER_KEY: &str = "YOUR_API_KEY";
const PLACEHOLDER_SECRET: &str = "none";

pub(crate) struct Context {
    pub(crate) sandbox: bool,
    pub(crate) format: Format,
    pub(crate) print: Option<Print>,
    pub(crate) timestamp: Option<UnixTime>,
    pub(crate) verbose: bool,
    pub(crate) yes: bool,
    /// The path of the one value of the reply to write.
    pub(crate) field: Option<String>,
    pub(crate) encoding: FormEncoding,
    flags: Flags,
}

impl Context {
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        // Checked here, because clap checks requirements before it sees flags after a subcommand.
        let shows = matches.contains_id("print") || matches.subcommand_name() == Some("sign");
        if matches.contains_id("timestamp") && !shows {
            return Err(Failure::usage(
                "--timestamp needs --print or sign: a command that is sent is signed with the current time",
            ));
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
            verbose: matches.get_count("verbose") > 0,
            yes: matches.get_flag("yes"),
            field: matches.get_one::<String>("field").cloned(),
            encoding: match text("encoding") {
                Some("urlencoded") => FormEncoding::UrlEncoded,
                _ => FormEncoding::Multipart,
            },
            flags: Flags {
                profile: matches.get_one::<String>("profile").cloned(),
                secret_file: matches.get_one::<PathBuf>("secret-file").cloned(),
                context: said(matches)?,
            },
        })
    }

    /// Returns the time to sign with: that of `--timestamp`, or the current time.
    pub(crate) fn now(&self) -> UnixTime {
        self.timestamp.unwrap_or_else(|| SystemClock::new().now().wall)
    }

    /// Returns the effective account and settings. `--sandbox` ignores the environment and
    /// profiles.
    pub(crate) fn known(&self) -> Result<Effective, Failure> {
        if self.sandbox { Ok(Effective::of_flags(&self.flags)) } else { Effective::look(&self.flags) }
    }

    /// Returns a client for the effective account, or for the sandbox.
    pub(crate) fn client(&self, sandbox: Option<&str>) -> Result<Client, Failure> {
        self.client_and_redaction(sandbox).map(|(client, _)| client)
    }

    /// Returns the client, and the redaction for its requests.
    pub(crate) fn client_and_redaction(&self, sandbox: Option<&str>) -> Result<(Client, Redaction), Failure> {
        let (known, clock) = (self.known()?, SystemClock::new());
        let (credentials, warning) = self.credentials(&known)?;
        warn(warning);
        let url = if self.sandbox { sandbox } else { known.setting(&API_URL)? };
        let redaction = Redaction::of(&credentials);
        // A helper command may have used a part of the deadline.
        let client = self.client_with(&known, credentials, url, transport(&known)?, clock.now().mono)?;
        Ok((client, redaction))
    }

    /// Returns the account with its secret, which is read here, and a warning about the secret.
    pub(crate) fn credentials(&self, known: &Effective) -> Result<(Credentials, Option<SecretWarning>), Failure> {
        if self.sandbox {
            let account = Account::new(scaleengine_sandbox::API_KEY, scaleengine_sandbox::CDN);
            return Ok((Credentials::new(account, SecretKey::new(scaleengine_sandbox::SECRET_KEY)), None));
        }
        known.credentials()
    }

    /// Returns a client for `--print`, and whether it can sign. Missing credentials are replaced by
    /// placeholders, with a note.
    pub(crate) fn showing(&self) -> Result<(Client, bool), Failure> {
        let known = self.known()?;
        let missing = known.missing();
        if self.sandbox || missing.is_empty() {
            return Ok((self.client(None)?, true));
        }
        output::note(&format!("note: placeholders replace the missing credentials: {}", missing.join(", ")));
        let account = Account::new(known.key()?.unwrap_or(PLACEHOLDER_KEY), known.cdn()?.unwrap_or_default());
        let signs = !known.secret.is_empty();
        let (secret, warning) = if signs { known.secret()? } else { (SecretKey::new(PLACEHOLDER_SECRET), None) };
        warn(warning);
        let (credentials, url) = (Credentials::new(account, secret), known.setting(&API_URL)?);
        let client = self.client_with(&known, credentials, url, transport(&known)?, Duration::ZERO)?;
        Ok((client, signs))
    }

    /// Builds a client from effective settings.
    pub(crate) fn client_with(
        &self,
        known: &Effective,
        credentials: Credentials,
        url: Option<&str>,
        transport: impl DynTransport + 'static,
        spent: Duration,
    ) -> Result<Client, Failure> {
        let mut retry = RetryPolicy::default();
        if let Some(retries) = known.number(&RETRIES)? {
            retry = retry.max_attempts(u32::try_from(retries).unwrap_or(u32::MAX).saturating_add(1));
        }
        retry = retry.deadline(known.deadline()?.saturating_sub(spent));
        let builder = Client::builder()
            .credentials(credentials)
            .form_encoding(self.encoding)
            .limits(
                known
                    .number(&TIMEOUT)?
                    .map_or(Limits::default(), |s| Limits::default().timeout(Duration::from_secs(s))),
            )
            .retry(retry)
            .transport(transport);
        let builder = url.into_iter().fold(builder, ClientBuilder::endpoint);
        builder.build().map_err(|error| no_client(&error))
    }

    /// Describes the account for a confirmation prompt: its CDN id and the source of its key.
    pub(crate) fn account(&self) -> String {
        let described = |known: Effective| {
            let source = known.api_key.first().map(|(source, _)| source.to_string())?;
            Some(format!("CDN {}, API key from {source}", known.cdn().ok()??))
        };
        self.known().ok().and_then(described).unwrap_or_else(|| "unknown".to_owned())
    }

    /// Returns the sources of the account.
    pub(crate) fn sources(&self) -> Option<Sources> {
        let known = self.known().ok()?;
        let mut account = vec![known.api_key.first()?.0.to_string(), known.cdn.first()?.0.to_string()];
        account.dedup();
        Some(Sources { account: account.join(" and "), secret: known.secret.first()?.0.to_string() })
    }

    /// Returns the effective secret, or the sandbox's.
    pub(crate) fn secret(&self) -> Result<SecretKey, Failure> {
        if self.sandbox {
            return Ok(SecretKey::new(scaleengine_sandbox::SECRET_KEY));
        }
        let (secret, warning) = self.known()?.secret()?;
        warn(warning);
        Ok(secret)
    }

    /// Returns a transport to an endpoint, after a check of the proxy settings.
    pub(crate) fn transport(&self, endpoint: &Endpoint) -> Result<HyperTransport, Failure> {
        self.check_proxy(endpoint)?;
        transport(&self.known()?)
    }

    /// Refuses an unusable proxy setting before anything is sent.
    pub(crate) fn check_proxy(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        let proxies = proxies(&self.known()?)?;
        proxies.for_endpoint(endpoint).map(drop).map_err(|error| unusable_proxy(&error))
    }
}

/// Reads the settings of the command line.
fn said(matches: &ArgMatches) -> Result<Vec<(&'static Setting, String)>, Failure> {
    let flags = Setting::ALL.into_iter().filter_map(|own| Some((own, matches.get_one::<String>(own.name)?.clone())));
    flags
        .map(|(own, value)| match own.check_argument(&value) {
            Ok(()) => Ok((own, value)),
            Err(why) => Err(Failure::usage(format!("--{}: {why}", flag(own.name)))),
        })
        .collect()
}

/// Returns the proxy of the setting, or those of the environment.
pub(crate) fn proxies(known: &Effective) -> Result<Proxies, Failure> {
    let Some(named) = known.setting(&PROXY)? else { return Ok(Proxies::from_env()) };
    ProxyAddress::parse(named).map(Proxies::only).map_err(|error| unusable_proxy(&error))
}

pub(crate) fn unusable_proxy(error: &ProxyError) -> Failure {
    let hint = "write a proxy as http://HOST:PORT";
    Failure::config(error.to_string()).hint(hint)
}

/// Returns a transport with the effective settings.
pub(crate) fn transport(known: &Effective) -> Result<HyperTransport, Failure> {
    let mut transport = HyperTransport::new();
    if let Some(proxy) = known.setting(&PROXY)? {
        transport = transport.proxy(proxy).map_err(|error| unusable_proxy(&error))?;
    }
    if let Some(pem) = extra_ca(known)? {
        transport = transport.extra_ca(&pem).map_err(|error| Failure::config(format!("--ca-file: {error}")))?;
    }
    Ok(transport)
}

/// Reads the certificates to trust in addition to the platform's.
pub(crate) fn extra_ca(known: &Effective) -> Result<Option<Vec<u8>>, Failure> {
    let Some(path) = known.setting(&CA_FILE)? else { return Ok(None) };
    let refuse = |error| Failure::config(format!("the certificates of --ca-file {path}: {error}"));
    bounded::file(Path::new(path), bounded::SETTINGS).map(Some).map_err(refuse)
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
            failure.hint(format!("correct --api-url, {}, or the profile's api_url", ClientBuilder::API_URL))
        }
        _ => failure,
    }
}

/// Finds the output format in a command line, for errors that occur before it is parsed.
pub(crate) fn wanted_format(args: &[OsString]) -> Format {
    let mut args = args.iter().map(|arg| arg.to_string_lossy()).take_while(|arg| arg != "--");
    while let Some(arg) = args.next() {
        // Short flags can be combined; the one with a value comes last.
        let short = arg.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        let value = match (arg.as_ref(), short.and_then(|rest| rest.split_once('o'))) {
            ("--output", _) => args.next(),
            (_, Some((before, ""))) if before.chars().all(|c| c == 'v') => args.next(),
            (_, Some((before, value))) if before.chars().all(|c| c == 'v') => {
                Some(value.trim_start_matches('=').to_owned().into())
            }
            _ => arg.strip_prefix("--output=").map(|value| value.to_owned().into()),
        };
        if matches!(value.as_deref(), Some("json" | "jsonl")) {
            return Format::Json;
        }
    }
    Format::Human
}
