use std::error::Error;

use scaleengine::sign::{Account, SecretKey};
use scaleengine::{Credentials, blocking, stream};

pub fn call(origin: &str) -> Result<String, Box<dyn Error>> {
    let credentials = Credentials::new(Account::new("KEY", 1), SecretKey::new("secret"));
    let client = blocking::Client::builder().credentials(credentials).endpoint(format!("{origin}stable/")).build()?;
    client.call(stream::Close::by_id(1)).run()?;
    Ok(String::new())
}
