//! Tests of an explicit proxy, with each adapter.

use scaleengine_http::test_util::{Behavior, CannedResponse, FakeClock, TestServer};
use scaleengine_http::transport::hyper::HyperTransport;
use scaleengine_http::transport::ureq::UreqTransport;
use scaleengine_http::{Call, drive, drive_blocking};
use scaleengine_proto::{RawCommand, UnixTime};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

#[tokio::test]
async fn an_explicit_proxy_is_used_except_for_this_machine() {
    let proxy = TestServer::plain(vec![Behavior::Answer(CannedResponse::new(403, "no")); 2]).unwrap();
    let here =
        TestServer::plain(vec![Behavior::Answer(CannedResponse::new(200, r#"{"status":"success"}"#)); 2]).unwrap();
    let address = format!("http://user:pass@{}", proxy.address());
    let hyper = HyperTransport::new().proxy(&address).unwrap();
    let ureq = UreqTransport::new().proxy(&address).unwrap();
    let clock = FakeClock::at(UnixTime(1));

    for error in [
        drive(&mut call("https://api.example/stable/"), &hyper, &clock, &clock).await.unwrap_err(),
        drive_blocking(&mut call("https://api.example/stable/"), &ureq, &clock, &clock).unwrap_err(),
    ] {
        assert!(error.to_string().contains("the proxy did not connect"), "{error}");
        assert!(!format!("{error:?}").contains("pass"), "{error:?}");
    }
    drive(&mut call(&here.url()), &hyper, &clock, &clock).await.unwrap();
    drive_blocking(&mut call(&here.url()), &ureq, &clock, &clock).unwrap();

    let heads: Vec<_> = proxy.requests().into_iter().map(|request| request.head).collect();
    assert_eq!(heads.len(), 2, "{heads:?}");
    for head in heads {
        assert!(head.starts_with("CONNECT api.example:443 "), "{head}");
        // user:pass
        assert!(head.to_lowercase().contains("proxy-authorization: basic dxnlcjpwyxnz"), "{head}");
    }
    assert_eq!(here.requests().len(), 2);
}

fn call(url: &str) -> Call<Signer, RawCommand> {
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    Call::new(signer, url.parse().unwrap(), RawCommand::new("c"))
}
