//! Throughput with 64 connections and a fixed number of requests, without errors. It is compared
//! with a bare hyper server that reads and sends the same number of bytes; every round runs both.
//! Checks and state are included.

#![allow(missing_docs, clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use scaleengine_proto::{UnixTime, stream};
use scaleengine_sandbox::Sandbox;
use scaleengine_sign::Signer;

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 15;

fn main() {
    let requests: usize = std::env::var("REQUESTS").ok().and_then(|count| count.parse().ok()).unwrap_or(6_400);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut rounds = runtime.block_on(measure(requests));
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, own) = rounds[ROUNDS / 2];
    println!(
        "{CONNECTIONS} connections, {requests} requests per round, no error: {own:.0} requests/s, {ratio:.2} of a bare \
         hyper server ({:.2} to {:.2}, {ROUNDS} rounds)",
        rounds[ROUNDS / 10].0,
        rounds[ROUNDS - 1 - ROUNDS / 10].0,
    );
}

/// Returns the ratio and the sandbox's requests per second for each round.
async fn measure(requests: usize) -> Vec<(f64, f64)> {
    let sandbox = Sandbox::start().await.unwrap();
    let signer = Signer::new(&sandbox.credentials());
    let now = || i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    // A read-only command, so that every response is the same.
    let command = stream::Details::new("demo-origin", "live", "my_live_stream");
    let bodies = || -> Vec<Bytes> {
        let body = |number: usize| {
            let at = UnixTime(now() - i64::try_from(number % 200).unwrap());
            let json = signer.sign(&command, at).unwrap().into_json();
            form_urlencoded::Serializer::new(String::new()).append_pair("json", &json).finish().into()
        };
        (0..requests).map(body).collect()
    };
    let (_, answer) = run(sandbox.address(), &bodies()[..1]).await;
    let echo = echo(answer).await;
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let bodies = bodies();
        let (bare, own) = if round % 2 == 0 {
            let bare = run(echo, &bodies).await.0;
            (bare, run(sandbox.address(), &bodies).await.0)
        } else {
            let own = run(sandbox.address(), &bodies).await.0;
            (run(echo, &bodies).await.0, own)
        };
        // The first round warms up.
        if round > 0 {
            rounds.push((own / bare, own));
        }
    }
    rounds
}

/// Returns the requests per second and the last response body.
async fn run(address: SocketAddr, bodies: &[Bytes]) -> (f64, Bytes) {
    let client: Client<HttpConnector, Full<Bytes>> =
        Client::builder(TokioExecutor::new()).pool_max_idle_per_host(CONNECTIONS).build_http();
    let start = Instant::now();
    let share = bodies.len().div_ceil(CONNECTIONS);
    let work = |bodies: &[Bytes]| tokio::spawn(worker(client.clone(), address, bodies.to_vec()));
    let workers: Vec<_> = bodies.chunks(share).map(work).collect();
    let mut last = Bytes::new();
    for worker in workers {
        last = worker.await.unwrap();
    }
    let count = u32::try_from(bodies.len()).unwrap();
    (f64::from(count) / start.elapsed().as_secs_f64(), last)
}

async fn worker(client: Client<HttpConnector, Full<Bytes>>, address: SocketAddr, bodies: Vec<Bytes>) -> Bytes {
    let mut last = Bytes::new();
    for body in bodies {
        let request = Request::post(format!("http://{address}/stable/"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Full::new(body))
            .unwrap();
        let response = client.request(request).await.unwrap();
        assert_eq!(response.status(), 200);
        last = response.into_body().collect().await.unwrap().to_bytes();
        assert!(last.windows(7).any(|window| window == b"success"), "{last:?}");
    }
    last
}

/// Starts a server that reads a body and responds with these bytes.
async fn echo(answer: Bytes) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let answer = answer.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let answer = answer.clone();
                async move {
                    request.into_body().collect().await.unwrap();
                    Ok::<_, Infallible>(Response::new(Full::new(answer)))
                }
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    address
}
