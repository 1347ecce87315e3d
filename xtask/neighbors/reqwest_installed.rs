//! reqwest without a crypto provider, in a process that installs ring's.

use std::error::Error;

use crate::At;

pub fn get(at: &At) -> Result<String, Box<dyn Error>> {
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "a provider is installed already")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let _ = reqwest::Client::new();
        let client = reqwest::Client::builder().https_only(true).build()?;
        Ok(client.get(&at.https).send().await?.text().await?)
    })
}
