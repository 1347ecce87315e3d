//! Tests of the reqwest adapter: detecting unsent requests, and settings that remain the caller's.

use std::sync::Arc;
use std::time::Duration;

use scaleengine_http::test_util::{Behavior, CannedResponse, Identity, TestServer};
use scaleengine_http::transport::reqwest::ReqwestTransport;
use scaleengine_http::{Call, Effect, Endpoint, Error, RetryPolicy, SystemClock, SystemSleep, drive};
use scaleengine_proto::{Acknowledged, Reply, stream};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

use crate::services;

async fn run(url: &str, transport: &ReqwestTransport) -> Result<Reply<Acknowledged>, Error> {
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    let mut call = Call::new(signer, url.parse::<Endpoint>().unwrap(), stream::Close::by_id(1));
    let options = call.options().retry(RetryPolicy::never().deadline(Duration::from_secs(5)));
    call = call.with_options(options);
    drive(&mut call, transport, &SystemClock::new(), &SystemSleep).await
}

fn answering(responses: impl IntoIterator<Item = CannedResponse>) -> TestServer {
    TestServer::plain(responses.into_iter().map(Behavior::Answer).collect::<Vec<_>>()).unwrap()
}

/// The client sends the command, follows the redirect, and then cannot connect.
#[tokio::test]
async fn a_client_that_may_follow_redirects_never_reports_not_sent() {
    let good = Identity::good().unwrap();
    let builder = || services::reqwest(good.authority());
    let away = answering([CannedResponse::new(302, "").header("Location", "http://127.0.0.1:1/")]);
    let follows = ReqwestTransport::from_client(builder().build().unwrap());
    assert_eq!(run(&away.url(), &follows).await.unwrap_err().effect(), Effect::Unknown);
    assert_eq!(run(TestServer::NOBODY, &follows).await.unwrap_err().effect(), Effect::Unknown);
    for elsewhere in ["ftp://127.0.0.1/", "http://[::1", "mailto:a@b"] {
        let away = answering([CannedResponse::new(302, "").header("Location", elsewhere)]);
        assert_eq!(run(&away.url(), &follows).await.unwrap_err().effect(), Effect::Unknown, "{elsewhere}");
    }

    let stays = builder().redirect(::reqwest::redirect::Policy::none()).build().unwrap();
    let stays = ReqwestTransport::from_client(stays).without_redirects();
    assert_eq!(run(TestServer::NOBODY, &stays).await.unwrap_err().effect(), Effect::None);
    let built = ReqwestTransport::from_builder(builder()).unwrap();
    assert_eq!(run(TestServer::NOBODY, &built).await.unwrap_err().effect(), Effect::None);
    let error = run(&away.url(), &built).await.unwrap_err();
    assert!(error.to_string().contains("HTTP 302"), "from_builder disables redirects: {error}");
}

#[tokio::test]
async fn the_user_agent_of_the_client_is_kept() {
    let good = Identity::good().unwrap();
    for (builder, agent) in [
        (services::reqwest(good.authority()).user_agent("mine/1"), Some("user-agent: mine/1")),
        (services::reqwest(good.authority()), None),
    ] {
        let server = answering([CannedResponse::new(200, r#"{"status":"success"}"#)]);
        run(&server.url(), &ReqwestTransport::from_builder(builder).unwrap()).await.unwrap();
        let head = server.requests()[0].head.clone();
        assert_eq!(head.lines().find(|line| line.starts_with("user-agent:")), agent, "{head}");
    }
}

#[tokio::test]
async fn a_request_without_a_connection_is_not_sent_even_if_an_earlier_one_had_a_connection() {
    let good = Identity::good().unwrap();
    let transport = ReqwestTransport::from_builder(services::reqwest(good.authority())).unwrap();
    let server = answering([CannedResponse::new(200, r#"{"status":"success"}"#).header("Connection", "close")]);
    run(&server.url(), &transport).await.unwrap();
    let full = TestServer::full().unwrap();
    let signer = Arc::new(Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret"))));
    let mut call = Call::new(signer, full.url().parse::<Endpoint>().unwrap(), stream::Close::by_id(1));
    call = call.with_options(
        scaleengine_http::CallOptions::default().retry(RetryPolicy::never().deadline(Duration::from_millis(300))),
    );
    let error = drive(&mut call, &transport, &SystemClock::new(), &SystemSleep).await.unwrap_err();
    assert!(error.effect() == Effect::None && error.is_timeout(), "{error:?}");
}
