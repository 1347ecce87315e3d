//! Clients of a profile.

#![allow(clippy::unwrap_used, clippy::panic)]
#![cfg(all(feature = "config", feature = "hyper", unix))]

use scaleengine::config::{Config, ConfigErrorKind};
use scaleengine::{BuildError, Client, stream};
use scaleengine_sandbox::{Fault, Sandbox};

fn config(text: &str) -> (tempfile::TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    let config = Config::load_from(path).unwrap();
    (folder, config)
}

#[tokio::test]
async fn a_profile_sets_account_address_and_options() {
    let sandbox = Sandbox::start().await.unwrap();
    let (_folder, config) = config(&format!(
        "[profiles.main]\napi_key = \"{}\"\ncdn = {}\nsecret_command = \"echo {}\"\napi_url = \"{}\"\nretries = 0\n",
        scaleengine_sandbox::API_KEY,
        scaleengine_sandbox::CDN,
        scaleengine_sandbox::SECRET_KEY,
        sandbox.url(),
    ));
    let client = Client::builder().profile(&config.profile("main").unwrap()).build().unwrap();
    client.call(stream::Close::by_id(1000)).await.unwrap();
    sandbox.fault(Fault::parse("status=429").unwrap());
    let throttled = client.call(stream::Active::new("demo-origin", "live")).await.unwrap_err();
    assert_eq!(throttled.attempts(), 1);
}

#[test]
fn an_unusable_profile_is_an_error_of_build() {
    let text = "[profiles.main]\napi_key = \"KEY\"\ncdn = 158\ntimeout = 0\nsecret_command = \"exit 3\"\n";
    let (_folder, config) = config(text);
    let builder = Client::builder().profile(&config.profile("main").unwrap());
    let Err(BuildError::Config(error)) = builder.build() else { panic!("another error") };
    assert_eq!(error.to_string(), "timeout: profile main: expected an integer from 1 to 3600");
    assert_eq!(config.profile("other").unwrap_err().kind(), ConfigErrorKind::UnknownProfile);
}
