//! Tests of each fault in the matrix, over real sockets, with each adapter and each safety.

mod table;

use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

use scaleengine_http::test_util::{Behavior, CannedResponse, FakeClock, Identity, ReceivedRequest, TestServer};
use scaleengine_http::transport::hyper::HyperTransport;
use scaleengine_http::transport::reqwest::ReqwestTransport;
use scaleengine_http::transport::ureq::UreqTransport;
use scaleengine_http::{Call, CallOptions, DynTransport, Effect, Error, ErrorKind, drive, drive_blocking};
use scaleengine_proto::{Document, RawCommand, Reply, Safety, UnixTime};
use scaleengine_sign::{Account, Check, Credentials, Received as Signed, SecretKey, Signer, Verifier};

use crate::services;
use table::{Certificate, End, Row, Server};

const SAFETIES: [Safety; 3] = [Safety::ReadOnly, Safety::Idempotent, Safety::Unsafe];
const ADAPTERS: [&str; 4] = ["hyper", "reqwest", "ureq", "tower"];

/// The observed result of one call.
struct Seen {
    attempts: u32,
    requests: usize,
    kind: String,
    effect: Effect,
    waits: Vec<Duration>,
}

/// The variable that is set when the test has started itself as a child process.
const WITHIN: &str = "SCALEENGINE_TEST_WITHIN_A_PROXY";

/// Runs in a child process whose environment contains a proxy that refuses. Only one row uses that
/// proxy: all other servers are on this machine.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_fault_ends_as_in_the_table() {
    if std::env::var_os(WITHIN).is_some() {
        return every_row().await;
    }
    let proxy = TestServer::plain([Behavior::Answer(CannedResponse::new(403, "no"))]).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "faults::every_fault_ends_as_in_the_table", "--nocapture"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        child.env(name, format!("http://{}", proxy.address()));
    }
    let output = child.env_remove("NO_PROXY").env_remove("no_proxy").env(WITHIN, "1").output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&told));
    let heads: Vec<_> = proxy.requests().into_iter().map(|request| request.head).collect();
    assert_eq!(heads.len(), 3 * SAFETIES.len(), "{heads:?}");
    assert!(heads.iter().all(|head| head.starts_with("CONNECT api.example:443 ")), "{heads:?}");
}

async fn every_row() {
    let rows = table::rows();
    let runs = rows.into_iter().map(|row| tokio::spawn(every_adapter(row)));
    let mut lines = Vec::new();
    for run in runs.collect::<Vec<_>>() {
        lines.extend(run.await.unwrap());
    }
    if let Ok(path) = std::env::var("FAULTS_OUT") {
        std::fs::write(path, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    }
}

async fn every_adapter(row: Row) -> Vec<String> {
    let mut lines = Vec::new();
    for (adapter, name) in ADAPTERS.into_iter().enumerate() {
        if name == "tower" && matches!(row.server, Server::BehindProxy | Server::Proxy) {
            // An embedder's own stack decides about proxies.
            continue;
        }
        for (index, safety) in SAFETIES.into_iter().enumerate() {
            let seen = run(&row, name, safety).await;
            let (kind, ends) = match name {
                "tower" => (None, row.unclassified),
                // reqwest does not report the HTTP status with which a proxy refuses.
                "reqwest" if row.server == Server::Proxy => (Some("proxy"), table::STOP),
                _ => (Some(row.kind[adapter]), row.ends),
            };
            judge(&row, kind, safety, ends[index], &seen, name);
            lines.push(json(&row, name, safety, &seen));
        }
    }
    lines
}

/// Compares the result with the row. `kind` is `None` for tower, whose services have their own
/// errors.
fn judge(row: &Row, kind: Option<&str>, safety: Safety, (attempts, effect): End, seen: &Seen, adapter: &str) {
    let what = format!("{} {adapter} {safety:?}: {}", row.name, seen.kind);
    assert_eq!((seen.attempts, seen.effect), (attempts, effect), "{what}");
    // A command without a second attempt ends with the first fault.
    let first = kind == Some("success") && attempts < row.ends[0].0;
    assert!(kind.is_none_or(|kind| kind == seen.kind || first && seen.kind == "broken"), "{what}, not {kind:?}");
    let waits: Vec<u64> = seen.waits.iter().map(|wait| u64::try_from(wait.as_millis()).unwrap()).collect();
    if safety == Safety::ReadOnly && adapter != "tower" && attempts == row.ends[0].0 {
        assert_eq!(waits, row.waits, "{what}");
    }
    assert!(attempts > 1 || waits.is_empty(), "{what} {waits:?}");
}

async fn run(row: &Row, adapter: &str, safety: Safety) -> Seen {
    let identity = match row.server {
        Server::Tls(Certificate::Expired) => Identity::expired().unwrap(),
        Server::Tls(Certificate::SelfSigned) => Identity::self_signed().unwrap(),
        Server::Tls(Certificate::WrongHost) => Identity::wrong_host().unwrap(),
        _ => Identity::good().unwrap(),
    };
    let server = match row.server {
        Server::Nobody | Server::BehindProxy => None,
        Server::Full => Some(TestServer::full().unwrap()),
        Server::Plain | Server::Proxy => Some(TestServer::plain(row.plan.clone()).unwrap()),
        Server::Tls(_) => Some(TestServer::tls(row.plan.clone(), &identity).unwrap()),
    };
    let url = match (&server, row.server) {
        (_, Server::BehindProxy | Server::Proxy) => "https://api.example/stable/".to_owned(),
        (Some(server), _) => server.url(),
        (None, _) => TestServer::NOBODY.to_owned(),
    };
    let proxy =
        server.as_ref().filter(|_| row.server == Server::Proxy).map(|server| format!("http://{}", server.address()));
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    // A tower service has no connect timeout here.
    let time = if adapter == "tower" { row.limit.min(row.connect) } else { row.limit };
    let options = CallOptions::default().timeout(time).deadline(row.total);
    let command = RawCommand::new("c").with_safety(safety).field("path", "a/b é");
    let mut call = Call::new(signer, url.parse().unwrap(), command).with_options(options);
    let clock = FakeClock::at(UnixTime(table::NOW));
    let ca = identity.authority().as_bytes().to_vec();
    let outcome = if adapter == "ureq" {
        let mut transport = UreqTransport::new().connect_timeout(row.connect).extra_ca(&ca).unwrap();
        if let Some(proxy) = &proxy {
            transport = transport.proxy(proxy).unwrap();
        }
        let work = move || {
            let outcome = drive_blocking(&mut call, &transport, &clock, &clock);
            (outcome, call, clock)
        };
        tokio::task::spawn_blocking(work).await.unwrap()
    } else {
        let transport: Box<dyn DynTransport> = match adapter {
            "hyper" => {
                let transport = HyperTransport::new().connect_timeout(row.connect).extra_ca(&ca).unwrap();
                Box::new(match &proxy {
                    Some(proxy) => transport.proxy(proxy).unwrap(),
                    None => transport,
                })
            }
            "reqwest" => {
                let builder = services::reqwest(identity.authority()).connect_timeout(row.connect);
                let builder = match (&proxy, row.server) {
                    (Some(proxy), _) => builder.proxy(::reqwest::Proxy::all(proxy).unwrap()),
                    (None, Server::BehindProxy) => services::reqwest_with_env(identity.authority()),
                    _ => builder,
                };
                Box::new(ReqwestTransport::from_builder(builder).unwrap())
            }
            _ => Box::new(scaleengine_http::transport::tower::tower(services::hyper(identity.authority()))),
        };
        let outcome = drive(&mut call, &*transport, &clock, &clock).await;
        (outcome, call, clock)
    };
    let (outcome, call, clock) = outcome;
    // On a busy machine a call may time out before the server has read the request.
    let is_read = matches!(row.plan.last(), Some(Behavior::HangAfterRead | Behavior::Drip(_)));
    for _ in 0..500 {
        let read = server.as_ref().map_or(0, |server| server.requests().len());
        if !is_read || read >= call.attempts() as usize {
            break;
        }
        rest();
    }
    let requests = server.map(|server| server.requests()).unwrap_or_default();
    if proxy.is_none() {
        verify(&requests);
    }
    if let Err(error) = &outcome {
        assert_eq!((error.effect(), error.attempts()), (call.effect(), call.attempts()));
    }
    Seen {
        attempts: call.attempts(),
        requests: requests.len(),
        kind: kind(&outcome),
        effect: call.effect(),
        waits: clock.waits(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the server runs in real time")]
fn rest() {
    std::thread::sleep(Duration::from_millis(10));
}

/// Checks that every received request verifies, and that its timestamp is later than that of the
/// one before.
fn verify(requests: &[ReceivedRequest]) {
    let verifier = Verifier::new(&SecretKey::new("secret"));
    let mut last = i64::MIN;
    for request in requests {
        let form = String::from_utf8(request.body.clone()).unwrap();
        let json = form.lines().find(|line| line.starts_with('{')).unwrap();
        let signed = Signed::parse(json).unwrap();
        verifier.verify(&signed, Check::ALL).unwrap();
        let Some(scaleengine_sign::Json::Int(timestamp)) = signed.get("timestamp") else { panic!("{json}") };
        assert!(*timestamp > last, "{timestamp} after {last}");
        last = *timestamp;
    }
}

fn kind(outcome: &Result<Reply<Document>, Error>) -> String {
    match outcome.as_ref().map_err(Error::kind) {
        Ok(_) => "success".to_owned(),
        Err(ErrorKind::Transport(error)) => format!("{:?}", error.kind()).to_lowercase(),
        Err(ErrorKind::Status(error)) => format!("status {}", error.status().as_u16()),
        Err(ErrorKind::Api(failure)) => format!("api {}", failure.code().unwrap()),
        Err(ErrorKind::Decode(_)) => "decode".to_owned(),
        Err(other) => format!("{other:?}"),
    }
}

fn json(row: &Row, adapter: &str, safety: Safety, seen: &Seen) -> String {
    let mut waits = String::new();
    for wait in &seen.waits {
        write!(waits, "{}{}", if waits.is_empty() { "" } else { "," }, wait.as_millis()).unwrap();
    }
    format!(
        r#"{{"fault":"{}","transport":"{adapter}","safety":"{safety:?}","attempts":{},"requests":{},"kind":"{}","effect":"{}","waits_ms":[{waits}]}}"#,
        row.name, seen.attempts, seen.requests, seen.kind, seen.effect
    )
}
