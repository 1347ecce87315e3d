//! The session of a command: a client of the API or of a sandbox inside this process, and a run
//! that signals can stop.

use std::sync::Arc;

use scaleengine::config::last_four;
use scaleengine::proto::Printable;
use scaleengine::{Client, Configure, Prepared, Signer};
use scaleengine_sandbox::Sandbox;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::redaction::Redaction;
use crate::runtime::Signals;

/// A client, and the sandbox that it calls if `--sandbox` is set.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) redaction: Redaction,
    _sandbox: Option<Sandbox>,
}

impl Session {
    pub(crate) async fn open(context: &Context) -> Result<Self, Failure> {
        let sandbox = if context.sandbox { Some(self::sandbox().await?) } else { None };
        let (client, redaction) = context.client_and_redaction(sandbox.as_ref().map(Sandbox::url))?;
        context.check_proxy(client.endpoint())?;
        if context.verbose {
            let account = client.account().map(|account| (last_four(account.api_key()), account.cdn()));
            let (key, cdn) = account.unwrap_or_default();
            output::note(&format!("address: {}, API key: {}, CDN: {cdn}", client.endpoint(), Printable(&key)));
        }
        Ok(Self { client, redaction, _sandbox: sandbox })
    }
}

/// Starts a sandbox inside this process.
pub(crate) async fn sandbox() -> Result<Sandbox, Failure> {
    let started = Sandbox::start().await;
    started.map_err(|error| Failure::internal(format!("the sandbox cannot be started: {error}")))
}

/// Runs a call to its end, or until a signal; then returns the exit code of the signal.
pub(crate) async fn run<M>(client: &Client, prepared: &mut Prepared<M>) -> Result<Result<M::Output, Exit>, Failure>
where
    M: Configure<Arc<Signer>> + Send,
    M::Output: Send,
{
    let mut signals = Signals::new()?;
    let outcome = tokio::select! {
        outcome = prepared.run() => Ok(Ok(outcome)),
        signal = signals.next() => signal.map(Err),
    };
    tell_offset(client);
    outcome
}

/// Warns if the clock skew was corrected.
pub(crate) fn tell_offset(client: &Client) {
    let offset = client.clock_skew().seconds();
    if offset != 0 {
        output::note(&format!(
            "warning: this machine's clock is wrong: {offset} s were added to match the API's clock; synchronize it"
        ));
    }
}
