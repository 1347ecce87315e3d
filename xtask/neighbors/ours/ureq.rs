use std::error::Error;

use scaleengine::sign::{Account, SecretKey};
use scaleengine::{Client, Credentials, stream};

pub fn call(origin: &str) -> Result<String, Box<dyn Error>> {
    let credentials = Credentials::new(Account::new("KEY", 1), SecretKey::new("secret"));
    let client = Client::builder().credentials(credentials).endpoint(format!("{origin}stable/")).build_blocking()?;
    client.call(stream::Close::by_id(1))?;
    Ok(String::new())
}
