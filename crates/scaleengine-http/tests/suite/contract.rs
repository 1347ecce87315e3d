//! Contract tests of every adapter.

use std::sync::Arc;
use std::time::Duration;

use scaleengine_http::test_util::contract::{self, Requirement};
use scaleengine_http::test_util::{Behavior, CannedResponse, Identity, TestServer};
use scaleengine_http::transport::hyper::HyperTransport;
use scaleengine_http::transport::reqwest::ReqwestTransport;
use scaleengine_http::transport::tower::tower;
use scaleengine_http::transport::ureq::UreqTransport;
use scaleengine_http::{
    BlockingTransport as _, DynTransport, FormEncoding, Limits, Transport as _, TransportError, TransportErrorKind,
    WireRequest, WireResponse, transport,
};
use scaleengine_proto::{UnixTime, stream};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};
use tower::ServiceBuilder;

use crate::services;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hyper_passes() {
    contract::check(&HyperTransport::new()).await.everything().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reqwest_passes() {
    let builder = services::reqwest(Identity::good().unwrap().authority());
    contract::check(&ReqwestTransport::from_builder(builder).unwrap()).await.everything().unwrap();
}

#[test]
fn ureq_passes() {
    contract::check_blocking(&UreqTransport::new()).everything().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tower_service_with_layers_passes_the_duties() {
    let service = services::hyper(Identity::good().unwrap().authority());
    let limited = ServiceBuilder::new().concurrency_limit(8).timeout(Duration::from_secs(20)).service(service);
    let report = contract::check(&tower(limited)).await;
    let failed: Vec<_> = report.cases().iter().filter(|case| case.failure.is_some()).map(|case| case.name).collect();
    assert_eq!(failed, ["not-sent"], "its errors are not classified: {report}");
    report.duties().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_longest_timeouts_do_not_overflow() {
    let server = TestServer::plain([Behavior::Answer(CannedResponse::new(200, "{}"))]).unwrap();
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    let payload = signer.sign(&stream::Close::by_id(1), UnixTime(1)).unwrap();
    let limits = Limits::default().timeout(Duration::MAX);
    let endpoint = server.url().parse().unwrap();
    let request = WireRequest::new(endpoint, &payload, FormEncoding::Multipart, limits).unwrap();
    let hyper = HyperTransport::new().connect_timeout(Duration::MAX);
    hyper.send(request.clone()).await.unwrap();
    tower(services::hyper(Identity::good().unwrap().authority())).send(request.clone()).await.unwrap();
    UreqTransport::new().connect_timeout(Duration::MAX).send(request).unwrap();
}

/// Checks that the suite detects violations.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transport_that_lies_repeats_or_drops_fails() {
    let honest = Arc::new(HyperTransport::new());
    let own = honest.clone();
    let liar = transport::from_fn(move |request: WireRequest| {
        let own = own.clone();
        async move {
            own.send(request).await.map_err(|error| match error.kind() {
                TransportErrorKind::BodyTooLarge => error,
                kind => TransportError::not_sent(kind, error),
            })
        }
    });
    assert_eq!(duties_failed(&liar).await, ["time-limit", "may-have-been-sent", "no-retry"]);

    let repeats = transport::from_fn(move |request: WireRequest| {
        let own = honest.clone();
        async move {
            match own.send(request.clone()).await {
                Err(error) if error.kind() == TransportErrorKind::Broken => own.send(request).await,
                outcome => outcome,
            }
        }
    });
    assert_eq!(duties_failed(&repeats).await, ["no-retry"]);

    let deaf = transport::from_fn(|_| async { Ok::<_, std::io::Error>(WireResponse::new(http::StatusCode::OK, "")) });
    let failed = duties_failed(&deaf).await;
    let noticed = [
        "request-as-it-is",
        "response-as-it-is",
        "body-limit",
        "no-redirect",
        "time-limit",
        "may-have-been-sent",
        "no-retry",
        "stale-connection",
        "dropped-request",
    ];
    assert_eq!(failed, noticed);
}

async fn duties_failed(transport: &dyn DynTransport) -> Vec<&'static str> {
    let report = contract::check(transport).await;
    let duties = report.cases().iter().filter(|case| case.requirement == Requirement::Duty && case.failure.is_some());
    let failed: Vec<_> = duties.map(|case| case.name).collect();
    assert!(report.cases().len() == 13 && report.duties().is_err() != failed.is_empty());
    failed
}
