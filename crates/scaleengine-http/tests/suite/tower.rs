//! Tests of the tower adapter: a request that the service did not receive was not sent.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ::tower::{ServiceBuilder, service_fn};
use bytes::Bytes;
use http_body_util::Full;
use scaleengine_http::transport::tower::tower;
use scaleengine_http::{Endpoint, FormEncoding, Limits, Sent, Transport as _, TransportErrorKind, WireRequest};
use scaleengine_proto::{UnixTime, stream};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

fn request(time: Duration) -> WireRequest {
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    let payload = signer.sign(&stream::Close::by_id(1), UnixTime(1)).unwrap();
    WireRequest::new(Endpoint::default(), &payload, FormEncoding::Multipart, Limits::default().timeout(time)).unwrap()
}

#[tokio::test]
async fn a_request_that_times_out_in_a_queue_is_not_sent() {
    let given = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&given);
    let slow = service_fn(move |_: http::Request<Full<Bytes>>| {
        count.fetch_add(1, Ordering::Relaxed);
        std::future::pending::<Result<http::Response<Full<Bytes>>, Infallible>>()
    });
    let transport = tower(ServiceBuilder::new().concurrency_limit(1).service(slow));
    let short = Duration::from_millis(50);
    let (first, second) = tokio::join!(transport.send(request(4 * short)), transport.send(request(short)));
    let [first, second] = [first, second].map(|outcome| outcome.unwrap_err());
    assert_eq!((first.kind(), first.sent()), (TransportErrorKind::Timeout, Sent::Maybe));
    assert_eq!((second.kind(), second.sent()), (TransportErrorKind::Timeout, Sent::No));
    assert_eq!(given.load(Ordering::Relaxed), 1);
}
