//! reqwest's `Client::new()`, then a client that only speaks HTTPS, which trusts what `SSL_CERT_FILE` holds.

use std::error::Error;

use crate::At;

pub fn get(at: &At) -> Result<String, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let _ = reqwest::Client::new();
        let client = reqwest::Client::builder().https_only(true).build()?;
        Ok(client.get(&at.https).send().await?.text().await?)
    })
}
