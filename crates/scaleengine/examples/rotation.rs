//! Keys that rotate while the program runs: `cargo run -p scaleengine --example rotation`
//!
//! The client calls a provider for credentials before each call. The provider keeps them for 5 min,
//! and reads the vault again after a key was refused, so neither a new key nor a revoked one
//! requires a restart.
#![allow(clippy::print_stdout)]

use std::io;
use std::sync::Arc;
use std::time::Duration;

use scaleengine::{Account, Client, Command, Credentials, Reply, SecretKey, stream};
use scaleengine_sandbox::{Fault, Sandbox};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The time that credentials are kept.
const AGE: Duration = Duration::from_secs(300);

/// The credentials in use, read from a vault and kept for [`AGE`].
struct Keys {
    vault: Vault,
    kept: Mutex<Option<(Instant, Credentials)>>,
}

impl Keys {
    /// Returns the kept credentials, or reads the vault. Calls that need them meanwhile wait for
    /// that one read.
    async fn current(&self) -> io::Result<Credentials> {
        let mut kept = self.kept.lock().await;
        if let Some((read, credentials)) = &*kept
            && read.elapsed() < AGE
        {
            return Ok(credentials.clone());
        }
        let credentials = self.vault.read().await?;
        *kept = Some((Instant::now(), credentials.clone()));
        Ok(credentials)
    }

    /// Calls a command, and once more with a fresh key if the key was refused. A refused call had
    /// no effect.
    async fn call<C>(&self, client: &Client, command: &C) -> scaleengine::Result<Reply<C::Reply>>
    where
        C: Command<Reply: Send> + Sync,
    {
        match client.call(command).prepare().run().await {
            Err(error) if error.is_unauthorized() => {
                println!("refused: {error}");
                *self.kept.lock().await = None;
                client.call(command).prepare().run().await
            }
            result => result,
        }
    }
}

/// A secrets manager; here a value in memory.
#[derive(Clone)]
struct Vault(Arc<Mutex<Credentials>>);

impl Vault {
    /// Reads the newest credentials. Its error must not contain a secret.
    async fn read(&self) -> io::Result<Credentials> {
        println!("reading the vault");
        Ok(self.0.lock().await.clone())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let next = Credentials::new(Account::new("NEXTKEY0000000000000000000000000", 158), SecretKey::new("next secret"));
    let sandbox = Sandbox::builder().account(next.clone()).start().await?;

    // A real program reads its own vault here; one without rotation uses `Client::from_env()`.
    let vault = Vault(Arc::new(Mutex::new(sandbox.credentials())));
    let keys = Arc::new(Keys { vault: vault.clone(), kept: Mutex::default() });
    let provider = Arc::clone(&keys);
    let client = Client::builder().endpoint(sandbox.url()).credentials_provider(move || {
        let keys = Arc::clone(&provider);
        async move { keys.current().await }
    });
    let client = client.build()?;

    let active = stream::Active::new("demo-origin", "live");
    keys.call(&client, &active).await?;
    keys.call(&client, &active).await?;

    // The key is rotated: the vault has the next one, and the API refuses the old one.
    *vault.0.lock().await = next;
    sandbox.fault(Fault::parse("api_key=SANDBOXKEY* code=0001")?);
    keys.call(&client, &active).await?;

    for request in sandbox.requests() {
        println!("{} with {}", request.command.as_deref().unwrap_or("?"), request.api_key.as_deref().unwrap_or("?"));
    }
    Ok(())
}
