//! Every adapter keeps the contract of transports.

use std::time::Duration;

use scaleengine_http::test_util::{Identity, contract};
use scaleengine_http::transport::reqwest::ReqwestTransport;
use scaleengine_http::transport::tower::tower;
use scaleengine_http::transport::ureq::UreqTransport;
use scaleengine_http::{TransportError, TransportErrorKind, WireRequest, WireResponse, transport};
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
