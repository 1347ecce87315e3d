//! Every adapter keeps the contract of transports.

use std::time::Duration;

use scaleengine_http::test_util::{Fault, FaultServer, Identity, Response, contract};
use scaleengine_http::transport::reqwest::ReqwestTransport;
use scaleengine_http::transport::tower::tower;
use scaleengine_http::transport::ureq::UreqTransport;
use scaleengine_http::{
    BlockingTransport as _, Encoding, Limits, Transport as _, TransportError, TransportErrorKind, WireRequest,
    WireResponse, transport,
};
use scaleengine_proto::{UnixTime, stream};
use scaleengine_sign::{Account, SecretKey, Signer};
use tower::ServiceBuilder;

use crate::services;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reqwest_keeps_it() {
    contract::check(&ReqwestTransport::new()).await.unwrap();
}

#[test]
fn ureq_keeps_it() {
    contract::check_blocking(&UreqTransport::new()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tower_service_beneath_layers_keeps_it() {
    let service = services::hyper(Identity::good().unwrap().authority());
    let limited = ServiceBuilder::new().concurrency_limit(8).timeout(Duration::from_secs(20)).service(service);
    contract::check(&tower(limited)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_limit_is_too_long() {
    let server = FaultServer::plain([Fault::Answer(Response::new(200, "{}"))]).unwrap();
    let signer = Signer::new(Account::new("KEY", 158), &SecretKey::new("secret"));
    let payload = signer.sign(&stream::Close::by_id(1), UnixTime(1)).unwrap();
    let limits = Limits { time: Duration::MAX, ..Limits::default() };
    let endpoint = server.url().parse().unwrap();
    let request = WireRequest::new(endpoint, &payload, Encoding::Multipart, limits).unwrap();
    let reqwest = ReqwestTransport::builder().within(Duration::MAX).connect_time(Duration::MAX).build();
    reqwest.send(request.clone()).await.unwrap();
    tower(services::hyper(Identity::good().unwrap().authority())).send(request.clone()).await.unwrap();
    UreqTransport::new().connect_time(Duration::MAX).send(request).unwrap();
}

/// A suite that nothing fails would prove nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transport_that_lies_does_not_keep_it() {
    let honest = std::sync::Arc::new(ReqwestTransport::new());
    let liar = transport::from_fn(move |request: WireRequest| {
        let honest = honest.clone();
        async move {
            let outcome = scaleengine_http::Transport::send(&*honest, request).await;
            outcome.map_err(|error| match error.kind() {
                TransportErrorKind::BodyTooLarge => error,
                kind => TransportError::not_sent(kind, error),
            })
        }
    });
    let violation = contract::check(&liar).await.unwrap_err().to_string();
    assert!(violation.contains("may have been sent, and it says that it was not"), "{violation}");
    let deaf = transport::from_fn(|_| async { Ok::<_, std::io::Error>(WireResponse::new(http::StatusCode::OK, "")) });
    let violation = contract::check(&deaf).await.unwrap_err().to_string();
    assert!(violation.contains("one request is sent once, not 0 times"), "{violation}");
}
