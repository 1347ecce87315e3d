//! Proxies of the environment, which a process reads when it starts: so these run in one of their own.

use std::process::Command;

use scaleengine_http::test_util::{FakeClock, Fault, FaultServer, Response};
use scaleengine_http::transport::reqwest::ReqwestTransport;
use scaleengine_http::transport::ureq::UreqTransport;
use scaleengine_http::{Call, Error, ErrorKind, drive, drive_blocking};
use scaleengine_proto::{Document, RawCommand, Reply, UnixTime};
use scaleengine_sign::{Account, SecretKey, Signer};

/// Set where the test has started itself: the address of a server on this machine.
const LOCAL_URL: &str = "SCALEENGINE_TEST_LOCAL_URL";

#[tokio::test]
async fn a_proxy_that_refuses_is_told_apart_and_is_never_used_for_this_machine() {
    if let Ok(local) = std::env::var(LOCAL_URL) {
        return within_the_environment(&local).await;
    }
    let proxy = FaultServer::plain([Fault::Answer(Response::new(403, "no"))]).unwrap();
    let server = FaultServer::plain([Fault::Answer(Response::new(200, r#"{"status":"success"}"#))]).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([
        "--exact",
        "proxy::a_proxy_that_refuses_is_told_apart_and_is_never_used_for_this_machine",
        "--nocapture",
    ]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        child.env(name, format!("http://{}", proxy.address()));
    }
    let output = child.env_remove("NO_PROXY").env_remove("no_proxy").env(LOCAL_URL, server.url()).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    for line in [
        "reqwest local: done",
        "ureq local: done",
        "reqwest remote: Proxy, effect none, attempts 1",
        "ureq remote: Proxy, effect none, attempts 1",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let heads: Vec<_> = proxy.requests().into_iter().map(|request| request.head).collect();
    assert!(heads.len() == 2 && heads.iter().all(|head| head.starts_with("CONNECT api.example:443 ")), "{heads:?}");
    assert_eq!(server.requests().len(), 2);
}

/// What the test does where it has started itself with a proxy in its environment.
#[expect(clippy::print_stdout, reason = "it is read by the process that started this one")]
async fn within_the_environment(local: &str) {
    for (place, url) in [("local", local), ("remote", "https://api.example/stable/")] {
        let clock = FakeClock::at(UnixTime(1));
        println!("reqwest {place}: {}", told(&drive(&mut call(url), &ReqwestTransport::new(), &clock, &clock).await));
        println!("ureq {place}: {}", told(&drive_blocking(&mut call(url), &UreqTransport::new(), &clock, &clock)));
    }
}

fn call(url: &str) -> Call<Signer, RawCommand> {
    let signer = Signer::new(Account::new("KEY", 158), &SecretKey::new("secret"));
    Call::new(signer, url.parse().unwrap(), RawCommand::new("c"))
}

fn told(outcome: &Result<Reply<Document>, Error>) -> String {
    match outcome {
        Ok(_) => "done".to_owned(),
        Err(error) => match error.kind() {
            ErrorKind::Transport(transport) => {
                format!("{:?}, effect {}, attempts {}", transport.kind(), error.effect(), error.attempts())
            }
            other => format!("{other:?}"),
        },
    }
}
