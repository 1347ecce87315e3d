//! A call through the client, as a ratio to sending the same signed body with bare reqwest; one at a time and 64 at once, over TLS as
//! the API is called, and over plain HTTP on this machine. Both in turn in every round, since a shared machine drifts.

#![allow(missing_docs, clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use scaleengine::http::test_util::{Fault, FaultServer, Identity, Response};
use scaleengine::{Account, Client, Credentials, ReqwestTransport, SecretKey, stream};

const ROUNDS: usize = 201;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (tls, at_once, calls) in [(true, 1, 128), (true, 64, 192), (false, 1, 128), (false, 64, 192)] {
        let mut ratios: Vec<f64> = runtime.block_on(rounds(tls, at_once, calls));
        ratios.sort_by(f64::total_cmp);
        println!(
            "{}, {at_once} at once: a call through the client takes {:.3} of the time of bare reqwest ({:.3} to {:.3}, {ROUNDS} rounds)",
            if tls { "https" } else { "http" },
            ratios[ROUNDS / 2],
            ratios[ROUNDS / 10],
            ratios[ROUNDS - 1 - ROUNDS / 10],
        );
    }
}

async fn rounds(tls: bool, at_once: usize, calls: usize) -> Vec<f64> {
    let answer = r#"{ "message": "", "status": "success", "handle_time":"0.3795 seconds" }"#;
    let identity = Identity::good().unwrap();
    let plan = [Fault::Answer(Response::new(200, answer))];
    let server = if tls { FaultServer::tls(plan, &identity) } else { FaultServer::plain(plan) }.unwrap();
    let trusted = ReqwestTransport::builder().extra_ca(identity.authority().as_bytes()).unwrap().build();
    let credentials = Credentials::new(Account::new("KEY", 158), SecretKey::new("secret"));
    let client = Client::builder().credentials(credentials).endpoint(server.url()).transport(trusted).build().unwrap();
    let close = || stream::Close::by_name("demo-origin", "live", "my_live_stream");
    let signed = client.prepare(close()).request(scaleengine::proto::UnixTime(1_700_000_000)).unwrap();
    let (url, headers, body) = (server.url(), signed.headers(), signed.body().clone());
    // Plain HTTP is what is measured, but without a provider reqwest makes no client.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bare = reqwest::Client::builder()
        .tls_certs_merge([reqwest::Certificate::from_pem(identity.authority().as_bytes()).unwrap()])
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(15))
        .build()
        .unwrap();
    let send = || async {
        let response = bare.post(&url).headers(headers.clone()).body(body.clone()).send().await.unwrap();
        drop(response.bytes().await.unwrap());
    };
    let call = || async { drop(client.call(close()).await.unwrap()) };

    let mut ratios = Vec::new();
    for round in 0..=ROUNDS {
        // Each is first in every second round.
        let (bare, ours) = if round % 2 == 0 {
            let bare = time(at_once, calls, send).await;
            (bare, time(at_once, calls, call).await)
        } else {
            let ours = time(at_once, calls, call).await;
            (time(at_once, calls, send).await, ours)
        };
        // The first round warms up.
        if round > 0 {
            ratios.push(ours.as_secs_f64() / bare.as_secs_f64());
        }
    }
    ratios
}

async fn time<F: Future<Output = ()>>(at_once: usize, calls: usize, work: impl Fn() -> F) -> Duration {
    let start = Instant::now();
    for _ in 0..calls / at_once {
        join_all((0..at_once).map(|_| work())).await;
    }
    start.elapsed()
}
