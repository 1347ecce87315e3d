//! Checks this machine: a test signature, configuration, credentials, address.

use scaleengine::Endpoint;
use scaleengine::proto::{UnixTime, stream};
use scaleengine::sign::Signer;
use scaleengine::{Account, Credentials, HyperTransport, SecretKey};

use super::checks::{Checked, Status};
use crate::context::{self, Context};
use crate::failure::Failure;
use crate::profile::{self, Effective};
use crate::setting_table::API_URL;

/// The signature that PHP made for a test command with the sandbox's credentials: the vector
/// `by-name`.
const SIGNATURE: &str = "fxGkHWo3JxP8SFp1LSBYqeB+fRQdHERl00ZryUnBzHk=";

/// Checks that this program signs as PHP does.
pub(super) fn self_test() -> Checked<()> {
    let account = Account::new(scaleengine_sandbox::API_KEY, scaleengine_sandbox::CDN);
    let command = stream::Close::by_name("demo-origin", "live", "my_live_stream");
    let signed = Signer::new(&Credentials::new(account, SecretKey::new(scaleengine_sandbox::SECRET_KEY)))
        .sign(&command, UnixTime(1_700_000_000));
    match signed {
        Ok(signed) if signed.signature() == SIGNATURE => {
            Ok(((), Status::Ok("the test command is signed as PHP signs it".to_owned())))
        }
        _ => Err(Failure::internal("the signature of the test command differs from PHP's")
            .hint("this build is broken: install another one and report it to the maintainers")),
    }
}

/// Checks the configuration file and its permissions, and finds the effective profile.
pub(super) fn configuration(context: &Context) -> Checked<(Effective, HyperTransport)> {
    let known = context.known()?;
    let transport = context::transport(&known)?;
    let profile = known.profile.as_ref().map(|(name, _)| format!("profile {name}"));
    let file = profile::path().ok().filter(|path| path.exists());
    let finding = match (context.sandbox, file) {
        (true, _) => Status::Skipped("not needed with --sandbox".to_owned()),
        (false, None) => Status::Skipped("no configuration file; flags and environment are used".to_owned()),
        (false, Some(path)) => {
            Status::Ok(format!("{}, {}", path.display(), profile.as_deref().unwrap_or("no profile selected")))
        }
    };
    Ok(((known, transport), finding))
}

/// Checks that API key, CDN id and secret are set and look plausible, and names their sources.
pub(super) fn account(context: &Context, known: &Effective) -> Checked<Credentials> {
    let (credentials, warning) = context.credentials(known)?;
    if context.sandbox {
        return Ok((credentials, Status::Skipped("the sandbox's own credentials".to_owned())));
    }
    let key = credentials.account().api_key();
    let from = |sources: Option<String>| sources.unwrap_or_default();
    let detail = format!(
        "key {} ({}), CDN {}, secret ({})",
        profile::last_four(key),
        from(known.api_key.first().map(|(source, _)| source.to_string())),
        credentials.account().cdn(),
        from(known.secret.first().map(|(source, _)| source.to_string())),
    );
    let finding = match (warning, profile::is_usual(key)) {
        (Some(warning), _) => Status::Warning(detail, warning.to_string()),
        (None, false) => Status::Warning(detail, profile::UNUSUAL.to_owned()),
        (None, true) => Status::Ok(detail),
    };
    Ok((credentials, finding))
}

pub(super) fn endpoint(known: &Effective, sandbox: Option<&str>) -> Checked<Endpoint> {
    let url = match sandbox {
        Some(url) => url,
        None => known.setting(&API_URL)?.unwrap_or(Endpoint::DEFAULT),
    };
    let endpoint: Endpoint = url.parse().map_err(|error: scaleengine::EndpointError| {
        Failure::config(error.to_string())
            .hint(format!("correct --api-url, {}, or the profile's api_url", API_URL.variable))
    })?;
    let finding = Status::Ok(endpoint.to_string());
    Ok((endpoint, finding))
}
