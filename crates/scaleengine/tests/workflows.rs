//! The workflows of both clients over real sockets, against a sandbox whose encoder tries to
//! reconnect.

#![cfg(feature = "hyper")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use scaleengine::param::IpRule;
use scaleengine::{Client, ClientBuilder, Effect, Lockout, blocking, random_password, sevu, stream};
use scaleengine::{WireRequest, WireResponse, transport};
use scaleengine_sandbox::{LiveStream, Sandbox};

fn builder(sandbox: &Sandbox) -> ClientBuilder {
    let credentials = sandbox.credentials();
    Client::builder().credentials(credentials).endpoint(sandbox.url())
}

fn demo() -> LiveStream {
    LiveStream::new("demo-origin", "live", "my_live_stream")
}

/// Returns whether the encoder of the sandbox's example stream can reconnect.
fn encoder_comes_back(sandbox: &Sandbox) -> bool {
    sandbox.publish_as(demo(), "username_1", "a random password").is_some()
}

#[tokio::test]
async fn encoder_reconnects_after_close_but_not_after_shutdown() {
    for lockout in [
        Lockout::remove("username_1"),
        Lockout::remove_id(1),
        Lockout::new_password("username_1", random_password().unwrap()),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let client = builder(&sandbox).build().unwrap();
        client.call(stream::Close::by_name("demo-origin", "live", "my_live_stream")).await.unwrap();
        assert!(encoder_comes_back(&sandbox) && sandbox.is_live(&demo()));

        let stream = client.stream("demo-origin", "live", "my_live_stream");
        tokio::spawn(stream.shut_down(lockout).into_future()).await.unwrap().unwrap();
        assert!(!sandbox.is_live(&demo()) && !encoder_comes_back(&sandbox));
    }
}

#[tokio::test]
async fn shutdown_with_unknown_publisher_leaves_the_stream_live() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let stream = client.stream("demo-origin", "live", "my_live_stream");
    let mut shutdown = stream.shut_down(Lockout::remove("absent")).prepare();
    let error = shutdown.run().await.unwrap_err();
    assert_eq!((error.effect(), shutdown.machine().progress()), (Effect::None, error.progress()));
    assert_eq!(error.lockout().unwrap().api().unwrap().message(), "No such publisher");
    assert!(sandbox.is_live(&demo()));
}

#[tokio::test]
async fn each_ticket_has_its_own_password_and_can_be_revoked() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let request = |pass| sevu::Request::new("demo-origin", "mystream", pass, IpRule::auto(), 5);
    let ticket = client.issue_ticket(request).await.unwrap();
    assert_ne!(ticket.ticket.pass, client.issue_ticket(request).await.unwrap().ticket.pass);
    let address = ticket.playback_address("https://x.example/p.m3u8");
    assert_eq!(address, format!("https://x.example/p.m3u8?key={}&pass={}", ticket.ticket.key, ticket.ticket.pass));

    client.call(ticket.revoke()).await.unwrap();
    let status = client.call(sevu::Status::new(ticket.ticket.key.as_str())).await.unwrap();
    assert_eq!(status.value().active, Some(false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocking_client_runs_workflows_inside_a_runtime() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = blocking_client(&sandbox);
    client.call(stream::Close::by_id(1000)).run().unwrap();
    assert!(encoder_comes_back(&sandbox));
    client.stream("demo-origin", "live", "my_live_stream").shut_down(Lockout::remove("username_1")).run().unwrap();
    assert!(!sandbox.is_live(&demo()) && !encoder_comes_back(&sandbox));

    let request = |pass| sevu::Request::new("demo-origin", "mystream", pass, IpRule::auto(), 5);
    let ticket = client.issue_ticket(request).run().unwrap();
    client.call(ticket.revoke()).run().unwrap();
    let status = client.call(sevu::Status::new(ticket.ticket.key.as_str())).run().unwrap();
    assert_eq!((status.value().active, ticket.time_left(scaleengine::proto::UnixTime(0))), (Some(false), None));
}

/// Returns a client with a transport of its own, over plain sockets.
fn blocking_client(sandbox: &Sandbox) -> blocking::Client {
    fn send(address: SocketAddr, request: &WireRequest) -> std::io::Result<WireResponse> {
        let mut stream = TcpStream::connect(address)?;
        let headers = request.headers();
        let headers: String = headers.iter().map(|(n, v)| format!("{n}: {}\r\n", v.to_str().unwrap())).collect();
        let (path, length) = (request.endpoint().uri().path(), request.body().len());
        write!(stream, "POST {path} HTTP/1.0\r\nHost: x\r\n{headers}Content-Length: {length}\r\n\r\n")?;
        stream.write_all(request.body())?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.0 200 "), "{head}");
        Ok(WireResponse::new(http::StatusCode::OK, body.to_owned()))
    }
    let address = sandbox.address();
    let transport = transport::from_blocking_fn(move |request: WireRequest| send(address, &request));
    let builder = blocking::Client::builder().credentials(sandbox.credentials()).endpoint(sandbox.url());
    builder.transport(transport).build().unwrap()
}
