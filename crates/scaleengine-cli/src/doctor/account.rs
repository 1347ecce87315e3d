//! Checks this machine: a test signature, configuration, credentials, address.

use scaleengine::Endpoint;
use scaleengine::proto::{UnixTime, stream};
use scaleengine::sign::Signer;
use scaleengine::{Account, Credentials, HyperTransport, SecretKey};

use super::checks::{Checked, Status};
use crate::context::{self, Context};
use crate::failure::Failure;
use scaleengine::config::{Config, Profile, UNUSUAL_KEY, is_usual_key, last_four};

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
pub(super) fn configuration(context: &Context) -> Checked<(Profile, HyperTransport)> {
    let known = context.known()?;
    let transport = context::transport(&known)?;
    let profile = known.name().map(|name| format!("profile {name}"));
    let file = Config::usual_path().ok().filter(|path| path.exists());
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
pub(super) fn account(context: &Context, known: &Profile) -> Checked<Credentials> {
    let credentials = context.credentials(known)?;
    if context.sandbox {
        return Ok((credentials, Status::Skipped("the sandbox's own credentials".to_owned())));
    }
    let key = credentials.account().api_key();
    let from = |name: &str| known.source(name).map(ToString::to_string).unwrap_or_default();
    let detail = format!(
        "key {} ({}), CDN {}, secret ({})",
        last_four(key),
        from("api_key"),
        credentials.account().cdn(),
        from("secret"),
    );
    let finding = match (credentials.warning(), is_usual_key(key)) {
        (Some(warning), _) => Status::Warning(detail, warning.to_string()),
        (None, false) => Status::Warning(detail, UNUSUAL_KEY.to_owned()),
        (None, true) => Status::Ok(detail),
    };
    Ok((credentials, finding))
}

pub(super) fn endpoint(known: &Profile, sandbox: Option<&str>) -> Checked<Endpoint> {
    let endpoint = match sandbox {
        Some(url) => url.parse().map_err(|error: scaleengine::EndpointError| Failure::internal(error.to_string()))?,
        None => known.endpoint()?,
    };
    let finding = Status::Ok(endpoint.to_string());
    Ok((endpoint, finding))
}
