//! Tests that errors name the defect of a certificate, with each adapter.

use std::error::Error as _;

use scaleengine_http::test_util::{Behavior, CannedResponse, FakeClock, Identity, TestServer};
use scaleengine_http::transport::hyper::HyperTransport;
use scaleengine_http::transport::ureq::UreqTransport;
use scaleengine_http::{Call, Error, drive, drive_blocking};
use scaleengine_proto::{RawCommand, UnixTime};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

#[tokio::test]
async fn the_error_of_a_refused_certificate_names_the_defect() {
    for (identity, words) in [
        (Identity::expired().unwrap(), "certificate expired"),
        (Identity::self_signed().unwrap(), "UnknownIssuer"),
        (Identity::wrong_host().unwrap(), "certificate not valid for name \"localhost\""),
    ] {
        let server = TestServer::tls([Behavior::Answer(CannedResponse::new(200, "{}"))], &identity).unwrap();
        let clock = FakeClock::at(UnixTime(1));
        let ca = identity.authority().as_bytes();
        let hyper = HyperTransport::new().extra_ca(ca).unwrap();
        let ureq = UreqTransport::new().extra_ca(ca).unwrap();
        for error in [
            drive(&mut call(&server), &hyper, &clock, &clock).await.unwrap_err(),
            drive_blocking(&mut call(&server), &ureq, &clock, &clock).unwrap_err(),
        ] {
            assert!(error.is_tls() && error.to_string().contains("certificate was refused"), "{error}");
            assert!(chain(&error).contains(words), "{words}: {}", chain(&error));
        }
    }
}

fn call(server: &TestServer) -> Call<Signer, RawCommand> {
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    Call::new(signer, server.url().parse().unwrap(), RawCommand::new("c"))
}

fn chain(error: &Error) -> String {
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
