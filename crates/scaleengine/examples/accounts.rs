//! Several accounts on one connection pool: `cargo run -p scaleengine --example accounts`
//!
//! `with_credentials` and `with_options` return another client that shares the connections. A
//! client is cheap to clone and to keep.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::time::Duration;

use scaleengine::{Account, Client, Credentials, SecretKey, stream};
use scaleengine_sandbox::Sandbox;

/// The clients of a service, one for each of its customers.
struct Customers(BTreeMap<&'static str, Client>);

impl Customers {
    /// Derives every client from one. They share its connections, its options and its clock skew.
    fn new(base: &Client, accounts: impl IntoIterator<Item = (&'static str, Credentials)>) -> Self {
        let client = |(name, credentials)| (name, base.with_credentials(&credentials));
        Self(accounts.into_iter().map(client).collect())
    }

    fn client(&self, name: &str) -> Result<&Client, String> {
        self.0.get(name).ok_or_else(|| format!("no customer is named {name}"))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let second =
        Credentials::new(Account::new("SECONDKEY00000000000000000000000", 159), SecretKey::new("second secret"));
    let sandbox = Sandbox::builder().account(second.clone()).start().await?;

    // A real program with one account uses `Client::from_env()`; one with several reads them from
    // a store.
    let first = sandbox.credentials();
    let base = Client::builder().credentials(first.clone()).endpoint(sandbox.url()).build()?;
    let customers = Customers::new(&base, [("first", first), ("second", second)]);

    // Each account has a stream of this name.
    for name in ["first", "second"] {
        let client = customers.client(name)?;
        client.call(stream::Close::by_name("demo-origin", "live", "my_live_stream")).await?;
        println!("{name}: closed by {}", client.account().map(ToString::to_string).unwrap_or_default());
    }

    // Other options for one part of the program: these calls end within 2 s and after one attempt.
    let first = customers.client("first")?;
    let prompt = first.with_options(first.options().deadline(Duration::from_secs(2)).max_attempts(1));
    if let Err(error) = prompt.call(stream::Close::by_id(1000)).await {
        println!("first: {error}");
    }

    println!("{} requests over {} connections", sandbox.requests().len(), sandbox.connections());
    Ok(())
}
