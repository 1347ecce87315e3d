//! The client, built and used as in a service.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use scaleengine::param::{IpRule, Patterns, Secret};
use scaleengine::proto::UnixTime;
use scaleengine::{
    Account, BuildError, Client, ClientBuilder, Clock, Credentials, Effect, ErrorKind, Now, Random, RandomError,
    RawCommand, SecretKey, WireRequest, WireResponse, blocking, sevu, stream, transport,
};
#[cfg(feature = "hyper")]
use scaleengine_sandbox::Sandbox;

fn credentials() -> Credentials {
    Credentials::new(Account::new("KEY", 158), SecretKey::new("canary-5a9d"))
}

fn builder() -> ClientBuilder {
    Client::builder().credentials(credentials())
}

fn shared<T: Clone + Send + Sync + 'static>(value: T) -> T {
    value
}

/// A clock that never advances.
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Now {
        Now::new(UnixTime(1_700_000_000), std::time::Duration::ZERO)
    }
}

#[tokio::test]
async fn a_call_over_any_transport_can_be_spawned() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let requests = Arc::clone(&seen);
    let transport = transport::from_fn(move |request: WireRequest| {
        requests.lock().unwrap().push(request.body().clone());
        async { Ok::<_, std::io::Error>(WireResponse::new(http::StatusCode::OK, r#"{"status":"success","a":1}"#)) }
    });
    let client = shared(builder().transport(transport).clock(Fixed).build().unwrap());
    let reply = tokio::spawn(client.call(RawCommand::new("c").field("a", "b")).into_future()).await.unwrap().unwrap();
    assert_eq!(reply.value().get("a").and_then(serde_json::Value::as_i64), Some(1));

    let prepared = client.call(RawCommand::new("c").field("a", "b")).prepare();
    assert_eq!(seen.lock().unwrap().as_slice(), [prepared.request(prepared.now()).unwrap().body().clone()]);
    assert_eq!(prepared.effect(), Effect::None, "inspecting a call does not run it");
}

/// A source of randomness that returns one byte repeatedly, or fails if it has none.
struct Same(Option<u8>);

impl Random for Same {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        bytes.fill(self.0.ok_or_else(RandomError::new)?);
        Ok(())
    }
}

#[test]
fn ticket_password_uses_the_given_randomness_and_its_failure_sends_nothing() {
    for byte in [Some(7), None] {
        let transport = transport::from_blocking_fn(|_| Err::<WireResponse, _>(std::io::Error::other("x")));
        let builder = blocking::Client::builder().credentials(credentials());
        let client = builder.transport(transport).random(Same(byte)).build().unwrap();
        let mut made = None;
        let issue = client.issue_ticket(|pass| {
            made = Some(pass.clone());
            sevu::Request::new("demo-origin", "mystream", pass, IpRule::auto(), 5)
        });
        let error = issue.run().unwrap_err();
        if let Some(byte) = byte {
            let expected = Secret::from_random([byte; Secret::RANDOM_BYTES]);
            assert_eq!(made.as_ref().map(Secret::expose), Some(expected.expose()));
            assert_eq!(error.attempts(), 1);
        } else {
            assert!(matches!(error.kind(), ErrorKind::Random(_)), "{error}");
            assert_eq!((error.attempts(), error.effect()), (0, Effect::None));
        }
    }
}

#[test]
fn build_refuses_missing_and_invalid_settings() {
    assert!(matches!(Client::builder().build(), Err(BuildError::NoCredentials)));
    assert!(matches!(builder().endpoint("http://example.com/").build(), Err(BuildError::Endpoint(_))));
    let without = builder().build();
    if cfg!(feature = "hyper") {
        assert_eq!(without.unwrap().endpoint().to_string(), "https://api.scaleengine.net/stable/");
    } else {
        assert!(matches!(without, Err(BuildError::NoTransport)));
    }
}

#[test]
fn debug_output_does_not_contain_the_secret() {
    let transport = transport::from_fn(|_| async { Err::<WireResponse, _>(std::io::Error::other("x")) });
    let builder = builder().transport(transport);
    let mut shown = format!("{builder:?}");
    let client = builder.build().unwrap();
    shown += &format!("{client:?} {:?}", client.call(stream::Close::by_id(1)).prepare());
    assert!(!shown.contains("canary-5a9d"), "{shown}");
}

#[tokio::test]
async fn error_of_a_closure_transport_has_unknown_effect() {
    let transport = transport::from_fn(|_| async { Err::<WireResponse, _>(std::io::Error::other("x")) });
    let error = builder().transport(transport).build().unwrap().call(stream::Close::by_id(1)).await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
}

#[cfg(feature = "hyper")]
#[tokio::test]
async fn a_ticket_is_issued_looked_up_and_revoked() {
    let sandbox = Sandbox::start().await.unwrap();
    let credentials = sandbox.credentials();
    let client = Client::builder().credentials(credentials).endpoint(sandbox.url()).build().unwrap();
    let request = sevu::Request::new("demo-origin", Patterns::matching("foo*"), "a random password", IpRule::auto(), 5);
    let issued = client.call(request).await.unwrap().into_value().ticket;
    assert!(issued.key.starts_with("foo_."), "{}", issued.key);
    assert_eq!((issued.uses, issued.active, issued.used), (Some(5), Some(true), None));

    let status = |key: &str| client.call(sevu::Status::new(key));
    let found = status(&issued.key).await.unwrap().into_value();
    assert_eq!((found.key, found.pass, found.created), (issued.key.clone(), issued.pass, issued.created));
    client.call(sevu::Revoke::new(issued.key.as_str())).await.unwrap();
    assert_eq!(status(&issued.key).await.unwrap().into_value().active, Some(false));
    assert_eq!(status("no.such.1").await.unwrap_err().api().unwrap().message(), "No such ticket");
}

#[cfg(feature = "hyper")]
#[tokio::test]
async fn one_of_several_concurrent_closes_succeeds() {
    let sandbox = Sandbox::start().await.unwrap();
    let credentials = sandbox.credentials();
    let client = Client::builder().credentials(credentials).endpoint(sandbox.url()).build().unwrap();
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.stream("demo-origin", "live", "my_live_stream").close().await })
        })
        .collect();
    let mut closed = 0;
    for call in calls {
        closed += usize::from(call.await.unwrap().is_ok());
    }
    assert_eq!(closed, 1);
}
