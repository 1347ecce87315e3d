//! reqwest's `Client::new()`, then an HTTPS-only client that trusts the certificates in
//! `SSL_CERT_FILE`.

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
