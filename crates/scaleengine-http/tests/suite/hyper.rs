//! Tests of the default transport, over real sockets and real TLS.

use std::sync::Arc;
use std::time::Duration;

use scaleengine_http::transport::hyper::HyperTransport;
use scaleengine_http::{
    Call, CallOptions, Effect, Endpoint, Error, ErrorKind, FormEncoding, Sent, SystemClock, SystemSleep,
    Transport as _, TransportErrorKind, drive,
};
use scaleengine_proto::{Acknowledged, Reply, UnixTime, stream};
use scaleengine_sandbox::{LiveStream, Sandbox};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

fn close() -> stream::Close {
    stream::Close::by_name("demo-origin", "live", "my_live_stream")
}

fn call(url: &str) -> Call<Signer, stream::Close> {
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    Call::new(signer, url.parse::<Endpoint>().unwrap(), close())
}

async fn run(mut call: Call<Signer, stream::Close>, transport: &HyperTransport) -> Result<Reply<Acknowledged>, Error> {
    drive(&mut call, transport, &SystemClock::new(), &SystemSleep).await
}

/// Reads a request to the end of its multipart form.
async fn read_form(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut seen = Vec::new();
    while !seen.ends_with(b"--\r\n") && stream.read_buf(&mut seen).await.unwrap() > 0 {}
    String::from_utf8(seen).unwrap()
}

#[tokio::test]
async fn a_close_reaches_the_sandbox_in_both_encodings() {
    let transport = HyperTransport::new();
    for encoding in [FormEncoding::Multipart, FormEncoding::UrlEncoded] {
        let sandbox = Sandbox::start().await.unwrap();
        let stream = LiveStream::new("demo-origin", "live", "a/b+c &=é \u{1f600}");
        sandbox.publish(stream.clone());
        let signer = Signer::new(&sandbox.credentials());
        let close = stream::Close::by_name("demo-origin", "live", "a/b+c &=é \u{1f600}");
        let options = CallOptions::default().form_encoding(encoding);
        let mut call = Call::new(&signer, sandbox.url().parse().unwrap(), close).with_options(options);
        let reply = drive(&mut call, &transport, &SystemClock::new(), &SystemSleep).await.unwrap();
        assert!(reply.handle_time().is_some());
        assert_eq!(call.effect(), Effect::Applied);
        assert!(!sandbox.is_live(&stream));
    }
}

#[tokio::test]
async fn request_is_sent_byte_for_byte() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/stable/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let seen = read_form(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\n{}").await.unwrap();
        seen
    });
    let request = call(&url).request(UnixTime(1)).unwrap();
    let response = HyperTransport::new().send(request.clone()).await.unwrap();
    assert_eq!(
        (response.status.as_u16(), &response.body[..], &response.headers["x-a"]),
        (200, &b"{}"[..], &"b".parse().unwrap())
    );

    let seen = server.await.unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.as_bytes(), request.body());
    assert!(head.starts_with("POST /stable/ HTTP/1.1\r\n"), "{head}");
    let mut names: Vec<_> =
        head.lines().skip(1).filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "content-length", "content-type", "host", "user-agent"]);
}

#[tokio::test]
async fn a_dropped_call_may_have_been_executed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut call = call(&format!("http://{}/", listener.local_addr().unwrap()));
    let (transport, clock) = (HyperTransport::new(), SystemClock::new());
    drop(drive(&mut call, &transport, &clock, &SystemSleep));
    assert_eq!(call.effect(), Effect::None, "never polled");
    tokio::select! {
        _ = drive(&mut call, &transport, &clock, &SystemSleep) => panic!("the server never responds"),
        accepted = listener.accept() => drop(accepted),
    }
    assert_eq!(call.effect(), Effect::Unknown);
    let error = drive(&mut call, &transport, &clock, &SystemSleep).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Interrupted));
}

#[tokio::test]
async fn request_without_a_connection_is_not_sent() {
    let error = run(call("http://127.0.0.1:1/stable/"), &HyperTransport::new()).await.unwrap_err();
    let ErrorKind::Transport(transport) = error.kind() else { panic!("{error:?}") };
    assert_eq!((transport.sent(), transport.kind()), (Sent::No, TransportErrorKind::Connect));
    assert_eq!(error.effect(), Effect::None);
}

/// Starts a TLS server with a self-signed certificate; returns its URL and the certificate.
async fn tls_server(name: &str) -> (String, String) {
    let signed = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let pem = signed.cert.pem();
    let key = PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/stable/", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            read_form(&mut stream).await;
            let body = r#"{"status":"success"}"#;
            let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            stream.write_all(response.as_bytes()).await.unwrap();
        }
    });
    (url, pem)
}

#[tokio::test]
async fn a_certificate_is_verified_and_an_extra_authority_is_trusted() {
    let (url, pem) = tls_server("localhost").await;
    let refused = |outcome: Result<Reply<Acknowledged>, Error>| {
        let error = outcome.unwrap_err();
        let ErrorKind::Transport(transport) = error.kind() else { panic!("{error:?}") };
        assert_eq!((transport.sent(), transport.kind()), (Sent::No, TransportErrorKind::Certificate), "{error:?}");
    };
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
    refused(run(call(&url), &HyperTransport::new().extra_ca(other.as_bytes()).unwrap()).await);

    let trusting = HyperTransport::new().extra_ca(pem.as_bytes()).unwrap();
    assert!(run(call(&url), &trusting).await.is_ok());

    let (elsewhere, pem) = tls_server("elsewhere.invalid").await;
    refused(run(call(&elsewhere), &HyperTransport::new().extra_ca(pem.as_bytes()).unwrap()).await);

    for nonsense in [&b""[..], b"nonsense", b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        assert!(HyperTransport::new().extra_ca(nonsense).is_err());
    }
}

#[tokio::test]
async fn timeout_and_body_limit_are_enforced() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_form(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n12345").await.unwrap();
            open.push(stream);
        }
    });
    let short = Duration::from_millis(50);
    let transport = HyperTransport::new();
    for (time, body, kind) in
        [(Duration::from_secs(60), 4, TransportErrorKind::BodyTooLarge), (short, 5, TransportErrorKind::Timeout)]
    {
        let options = CallOptions::default().timeout(time).max_body(body);
        let run = run(call(&url).with_options(options), &transport);
        let error = tokio::time::timeout(Duration::from_secs(20), run).await.unwrap().unwrap_err();
        let ErrorKind::Transport(transport) = error.kind() else { panic!("{error:?}") };
        assert_eq!((transport.kind(), error.effect()), (kind, Effect::Unknown));
    }
}

#[test]
fn a_call_outside_a_runtime_is_an_error_and_not_a_panic() {
    let (transport, clock) = (HyperTransport::new(), SystemClock::new());
    let mut call = call("http://localhost:1/stable/");
    let error = futures_util::FutureExt::now_or_never(drive(&mut call, &transport, &clock, &SystemSleep));
    let error = error.unwrap().unwrap_err();
    let ErrorKind::Transport(transport) = error.kind() else { panic!("{error:?}") };
    assert_eq!((transport.sent(), transport.kind()), (Sent::No, TransportErrorKind::NoRuntime));
    assert!(std::error::Error::source(transport).unwrap().to_string().contains("tokio runtime"), "{transport:?}");
}

#[test]
fn a_runtime_without_timer_or_io_is_an_error_and_not_a_panic() {
    for build in [
        |_: &mut tokio::runtime::Builder| {},
        |own: &mut tokio::runtime::Builder| {
            own.enable_time();
        },
    ] {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        build(&mut builder);
        let outcome = builder.build().unwrap().block_on(run(call("http://127.0.0.1:1/"), &HyperTransport::new()));
        let error = outcome.unwrap_err();
        let ErrorKind::Transport(transport) = error.kind() else { panic!("{error:?}") };
        assert_eq!((transport.sent(), transport.kind()), (Sent::No, TransportErrorKind::NoRuntime));
    }
}

#[tokio::test]
async fn a_server_that_closes_after_each_response_without_announcing_it_costs_one_call_at_most() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            read_form(&mut stream).await;
            let response = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"status\":\"success\"}";
            stream.write_all(response).await.unwrap();
        }
    });
    let transport = HyperTransport::new();
    let mut unknown = 0;
    for _ in 0..30 {
        match run(call(&url), &transport).await {
            Ok(_) => {}
            Err(error) if error.effect() == Effect::Unknown => unknown += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(unknown <= 1, "{unknown} of 30");
}
