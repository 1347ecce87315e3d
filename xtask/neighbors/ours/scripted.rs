use std::error::Error;

use scaleengine::sign::{Account, SecretKey};
use scaleengine::test_util::Scripted;
use scaleengine::{Credentials, blocking, stream};

pub fn call(_: &str) -> Result<String, Box<dyn Error>> {
    let credentials = Credentials::new(Account::new("KEY", 1), SecretKey::new("secret"));
    let transport = Scripted::new().then_json(r#"{"status":"success"}"#);
    let client = blocking::Client::builder().credentials(credentials).transport(transport).build()?;
    client.call(stream::Close::by_id(1)).run()?;
    Ok(String::new())
}
