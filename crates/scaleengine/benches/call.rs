//! The time of a call through the client, over hyper and over reqwest, relative to sending a
//! pre-signed body with bare reqwest. For comparison, the same call written by hand with reqwest,
//! serde_json and hmac, which also signs and decodes, but does nothing else. One at a time and 64
//! at once, over TLS like the API, and over plain HTTP on this machine. Every round measures all of
//! them in turn, since the speed of a shared machine drifts.

#![allow(missing_docs, clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use hmac::{Hmac, KeyInit as _, Mac as _};
use scaleengine::test_util::{Behavior, CannedResponse, Identity, TestServer};
use scaleengine::{Account, Client, Credentials, HyperTransport, ReqwestTransport, SecretKey, stream};
use serde_json::{Value, json};
use sha2::Sha256;

const ROUNDS: usize = 201;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (tls, at_once, calls) in [(true, 1, 128), (true, 64, 192), (false, 1, 128), (false, 64, 192)] {
        let [hyper, reqwest, by_hand] = runtime.block_on(rounds(tls, at_once, calls)).map(spread);
        let scheme = if tls { "https" } else { "http" };
        println!(
            "{scheme}, {at_once} at once, relative to bare reqwest: over hyper {hyper}, over reqwest {reqwest}, by hand {by_hand}"
        );
    }
}

/// Returns the median, and the range of the middle 80 %.
fn spread(mut ratios: Vec<f64>) -> String {
    ratios.sort_by(f64::total_cmp);
    let at = |tenth: usize| ratios[(ratios.len() - 1) * tenth / 10];
    format!("{:.3} ({:.3} to {:.3})", at(5), at(1), at(9))
}

/// Returns the ratios of all rounds: over hyper, over reqwest, and by hand.
async fn rounds(tls: bool, at_once: usize, calls: usize) -> [Vec<f64>; 3] {
    let answer = r#"{ "message": "", "status": "success", "handle_time":"0.3795 seconds" }"#;
    let identity = Identity::good().unwrap();
    let plan = [Behavior::Answer(CannedResponse::new(200, answer))];
    let server = if tls { TestServer::tls(plan, &identity) } else { TestServer::plain(plan) }.unwrap();
    // With ring, as in the client.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let reqwest = || {
        reqwest::Client::builder()
            .tls_certs_merge([reqwest::Certificate::from_pem(identity.authority().as_bytes()).unwrap()])
            .no_proxy()
    };
    let credentials = || Credentials::new(Account::new("KEY", 158), SecretKey::new("secret"));
    let client = || Client::builder().credentials(credentials()).endpoint(server.url());
    let over_hyper = HyperTransport::new().extra_ca(identity.authority().as_bytes()).unwrap();
    let over_hyper = client().transport(over_hyper).build().unwrap();
    let over_reqwest = client().transport(ReqwestTransport::from_builder(reqwest()).unwrap()).build().unwrap();
    let close = || stream::Close::by_name("demo-origin", "live", "my_live_stream");
    let signed = over_hyper.call(close()).prepare().request(scaleengine::proto::UnixTime(1_700_000_000)).unwrap();
    let (url, headers, body) = (server.url(), signed.headers(), signed.body().clone());
    let bare = reqwest().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(15)).build().unwrap();
    let send = async |body: reqwest::Body| {
        let response = bare.post(&url).headers(headers.clone()).body(body).send().await.unwrap();
        response.bytes().await.unwrap()
    };

    let mut ratios = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..=ROUNDS {
        let mut times = [Duration::ZERO; 4];
        // Each contender is first in every fourth round.
        for turn in 0..4 {
            let contender = (round + turn) % 4;
            times[contender] = match contender {
                0 => time(at_once, calls, || async { drop(send(body.clone().into()).await) }).await,
                1 => time(at_once, calls, || async { drop(over_hyper.call(close()).await.unwrap()) }).await,
                2 => time(at_once, calls, || async { drop(over_reqwest.call(close()).await.unwrap()) }).await,
                _ => time(at_once, calls, || async { by_hand(&send(signed_by_hand().into()).await) }).await,
            };
        }
        // The first round is a warm-up.
        if round > 0 {
            for (ratios, time) in ratios.iter_mut().zip(&times[1..]) {
                ratios.push(time.as_secs_f64() / times[0].as_secs_f64());
            }
        }
    }
    ratios
}

/// Returns the body, as written without a client library.
fn signed_by_hand() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut request = json!({
        "command": "stream.close", "api_key": "KEY", "timestamp": now, "cdn": 158,
        "app": "demo-origin", "inst": "live", "stream": "my_live_stream",
    });
    let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
    mac.update(request.to_string().replace('/', "\\/").as_bytes());
    request["signature"] = STANDARD.encode(mac.finalize().into_bytes()).into();
    let json = request.to_string().replace('/', "\\/");
    format!(
        "------scaleengine-form-boundary\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n{json}\r\n\
         ------scaleengine-form-boundary--\r\n"
    )
}

/// Checks the response, as written without a client library.
fn by_hand(answer: &[u8]) {
    let answer: Value = serde_json::from_slice(answer).unwrap();
    assert_eq!(answer["status"], "success");
}

async fn time<F: Future<Output = ()>>(at_once: usize, calls: usize, work: impl Fn() -> F) -> Duration {
    let start = Instant::now();
    for _ in 0..calls / at_once {
        join_all((0..at_once).map(|_| work())).await;
    }
    start.elapsed()
}
