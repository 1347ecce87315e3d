//! The context of every command: the global flags, and the client for the effective settings.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Once;
use std::time::Duration;

use clap::ArgMatches;
use scaleengine::config::{Loader, Profile, Setting, Warning};
use scaleengine::proto::{Printable, UnixTime};
use scaleengine::sign::SecretWarning;
use scaleengine::transport::proxy::ProxyError;
use scaleengine::{Account, BuildError, Client, ClientBuilder, Credentials, FormEncoding, HyperTransport, SecretKey};
use scaleengine::{Clock as _, DynTransport, Endpoint, SystemClock};

use crate::failure::{Failure, Sources};
use crate::flag::flag;
use crate::output::{self, Format};
use crate::redaction::Redaction;
use crate::script::Language;

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
    flags: Loader,
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
            flags: loader(matches)?,
        })
    }

    /// Returns the time to sign with: that of `--timestamp`, or the current time.
    pub(crate) fn now(&self) -> UnixTime {
        self.timestamp.unwrap_or_else(|| SystemClock::new().now().wall)
    }

    /// Returns the effective account and settings. `--sandbox` ignores the environment and
    /// profiles.
    pub(crate) fn known(&self) -> Result<Profile, Failure> {
        let flags = self.flags.clone();
        Ok(if self.sandbox { flags.only_given() } else { flags.load()? })
    }

    /// Returns a client for the effective account, or for the sandbox.
    pub(crate) fn client(&self, sandbox: Option<&str>) -> Result<Client, Failure> {
        self.client_and_redaction(sandbox).map(|(client, _)| client)
    }

    /// Returns the client, and the redaction for its requests.
    pub(crate) fn client_and_redaction(&self, sandbox: Option<&str>) -> Result<(Client, Redaction), Failure> {
        let (known, clock) = (self.known()?, SystemClock::new());
        let credentials = self.credentials(&known)?;
        warn(credentials.warning());
        let url = if self.sandbox { sandbox } else { known.setting(Setting::ApiUrl)? };
        let redaction = Redaction::of(&credentials);
        // A helper command may have used a part of the deadline.
        let client = self.client_with(&known, credentials, url, transport(&known)?, clock.now().mono)?;
        Ok((client, redaction))
    }

    /// Returns the account with its secret, which is read here.
    pub(crate) fn credentials(&self, known: &Profile) -> Result<Credentials, Failure> {
        if self.sandbox {
            let account = Account::new(scaleengine_sandbox::API_KEY, scaleengine_sandbox::CDN);
            return Ok(Credentials::new(account, SecretKey::new(scaleengine_sandbox::SECRET_KEY)));
        }
        Ok(known.credentials()?)
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
        let account = Account::new(known.api_key()?.unwrap_or(PLACEHOLDER_KEY), known.cdn()?.unwrap_or_default());
        let signs = known.source("secret").is_some();
        let secret = if signs { known.secret()? } else { SecretKey::new(PLACEHOLDER_SECRET) };
        let (credentials, url) = (Credentials::new(account, secret), known.setting(Setting::ApiUrl)?);
        let client = self.client_with(&known, credentials, url, transport(&known)?, Duration::ZERO)?;
        Ok((client, signs))
    }

    /// Builds a client from effective settings.
    pub(crate) fn client_with(
        &self,
        known: &Profile,
        credentials: Credentials,
        url: Option<&str>,
        transport: impl DynTransport + 'static,
        spent: Duration,
    ) -> Result<Client, Failure> {
        let options = known.options()?.deadline(known.deadline()?.saturating_sub(spent));
        let options = options.form_encoding(self.encoding);
        let builder = Client::builder().credentials(credentials).options(options).transport(transport);
        let builder = url.into_iter().fold(builder, ClientBuilder::endpoint);
        builder.build().map_err(|error| no_client(&error))
    }

    /// Describes the account for a confirmation prompt: its CDN id and the source of its key.
    pub(crate) fn account(&self) -> String {
        let described = |known: Profile| {
            let source = known.source("api_key")?.to_string();
            Some(format!("CDN {}, API key from {source}", known.cdn().ok()??))
        };
        self.known().ok().and_then(described).unwrap_or_else(|| "unknown".to_owned())
    }

    /// Returns the sources of the account.
    pub(crate) fn sources(&self) -> Option<Sources> {
        let known = self.known().ok()?;
        let mut account = vec![known.source("api_key")?.to_string(), known.source("cdn")?.to_string()];
        account.dedup();
        Some(Sources { account: account.join(" and "), secret: known.source("secret")?.to_string() })
    }

    /// Returns the effective secret, or the sandbox's.
    pub(crate) fn secret(&self) -> Result<SecretKey, Failure> {
        if self.sandbox {
            return Ok(SecretKey::new(scaleengine_sandbox::SECRET_KEY));
        }
        Ok(self.known()?.secret()?)
    }

    /// Returns a transport to an endpoint, after a check of the proxy settings.
    pub(crate) fn transport(&self, endpoint: &Endpoint) -> Result<HyperTransport, Failure> {
        self.check_proxy(endpoint)?;
        transport(&self.known()?)
    }

    /// Refuses an unusable proxy setting before anything is sent.
    pub(crate) fn check_proxy(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        let proxies = self.known()?.proxies()?;
        proxies.for_endpoint(endpoint).map(drop).map_err(|error| unusable_proxy(&error))
    }
}

/// Collects the profile, the secret file and the settings of the command line.
fn loader(matches: &ArgMatches) -> Result<Loader, Failure> {
    let mut loader = Profile::loader().on_warning(tell);
    if let Some(name) = matches.get_one::<String>("profile") {
        loader = loader.profile(name);
    }
    if let Some(path) = matches.get_one::<PathBuf>("secret-file") {
        loader = loader.secret_file(path);
    }
    for setting in Setting::ALL {
        if let Some(value) = matches.get_one::<String>(setting.name()) {
            check_argument(setting, value)
                .map_err(|why| Failure::usage(format!("--{}: {why}", flag(setting.name()))))?;
            loader = loader.set(setting, value);
        }
    }
    Ok(loader)
}

/// Checks the value of a flag, which other users can see.
fn check_argument(setting: Setting, value: &str) -> Result<(), String> {
    if setting == Setting::Proxy && value.contains('@') {
        let (variable, name) = (setting.variable(), setting.name());
        return Err(format!("other users can see a password in an argument: set {variable}, or {name} in a profile"));
    }
    setting.check(value)
}

/// Shows a warning of the configuration.
fn tell(warning: &Warning) {
    let kind = if matches!(warning, Warning::Waiting(_)) { "note" } else { "warning" };
    let show = || output::note(&format!("{kind}: {}", Printable(&warning.to_string())));
    if matches!(warning, Warning::OnlyEnvironment(_)) {
        // Once, although a run loads the configuration several times.
        static SHOWN: Once = Once::new();
        SHOWN.call_once(show);
    } else {
        show();
    }
}

pub(crate) fn unusable_proxy(error: &ProxyError) -> Failure {
    let hint = "write a proxy as http://HOST:PORT";
    Failure::config(error.to_string()).hint(hint)
}

/// Returns a transport with the effective settings.
pub(crate) fn transport(known: &Profile) -> Result<HyperTransport, Failure> {
    let mut transport = HyperTransport::new().proxies(known.proxies()?);
    if let Some(pem) = known.ca()? {
        transport = transport.extra_ca(&pem).map_err(|error| Failure::config(format!("--ca-file: {error}")))?;
    }
    Ok(transport)
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
