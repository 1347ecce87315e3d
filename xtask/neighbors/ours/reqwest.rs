use std::error::Error;

use scaleengine::sign::{Account, SecretKey};
use scaleengine::{Client, Credentials, ReqwestTransport, stream};

pub fn call(origin: &str) -> Result<String, Box<dyn Error>> {
    let credentials = Credentials::new(Account::new("KEY", 1), SecretKey::new("secret"));
    let transport = ReqwestTransport::from_builder(reqwest::Client::builder())?;
    let builder = Client::builder().credentials(credentials).endpoint(format!("{origin}stable/"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(builder.transport(transport).build()?.call(stream::Close::by_id(1)).into_future())?;
    Ok(String::new())
}
