//! reqwest's `Client::new()` and plain HTTP.

use std::error::Error;

use crate::At;

pub fn get(at: &At) -> Result<String, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { Ok(reqwest::Client::new().get(&at.http).send().await?.text().await?) })
}
