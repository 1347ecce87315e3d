//! `bulk` with 64 jobs beside a bare HTTP load generator with 64 connections that sends the same
//! commands, signed beforehand, to the same sandbox process; in turn in every round. And what it
//! needs of memory, for few items and for many.

#![allow(missing_docs, clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use scaleengine::proto::{UnixTime, stream};
use scaleengine::sign::{Account, Credentials, SecretKey, Signer};

const JOBS: usize = 64;
const ROUNDS: usize = 7;
const BINARY: &str = env!("CARGO_BIN_EXE_scaleengine");

fn main() {
    let items: usize = std::env::var("ITEMS").ok().and_then(|count| count.parse().ok()).unwrap_or(20_000);
    let folder = tempfile::tempdir().unwrap();
    let mut sandbox = Command::new(BINARY)
        .args(["sandbox", "serve", "--quiet"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(sandbox.stdout.take().unwrap()).lines().take(4);
    let variables: Vec<(String, String)> =
        lines.map(|line| line.unwrap().split_once('=').map(|(k, v)| (k.into(), v.into())).unwrap()).collect();
    let url = variables.iter().find(|(name, _)| name == "SCALEENGINE_API_URL").unwrap().1.clone();

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut ratios = Vec::new();
    for round in 0..=ROUNDS {
        let generator = || runtime.block_on(generate(&url, &bodies(items)));
        let own = || bulk(folder.path(), items, &variables).0;
        let (bare, own) = if round % 2 == 0 { (generator(), own()) } else { (own(), generator()) };
        let (bare, own) = if round % 2 == 0 { (bare, own) } else { (own, bare) };
        // The first round warms up.
        if round > 0 {
            ratios.push((
                bare.as_secs_f64() / own.as_secs_f64(),
                f64::from(u32::try_from(items).unwrap()) / own.as_secs_f64(),
            ));
        }
    }
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, rate) = ratios[ROUNDS / 2];
    println!(
        "bulk, {JOBS} jobs, {items} items: {rate:.0} a second, {ratio:.2} of a bare load generator ({:.2} to {:.2}, {ROUNDS} rounds)",
        ratios[0].0,
        ratios[ROUNDS - 1].0
    );
    for items in [items / 10, items, items * 5] {
        println!("{items:>7} items: {} KiB at most", bulk(folder.path(), items, &variables).1);
    }
    sandbox.kill().unwrap();
    sandbox.wait().unwrap();
}

/// How long a run takes, from the start of the process to its end, and the most memory that it had.
fn bulk(folder: &Path, items: usize, variables: &[(String, String)]) -> (Duration, u64) {
    let line = r#"{"command":"stream.details","app":"demo-origin","inst":"live","stream":"my_live_stream"}"#;
    fs::write(folder.join("in"), format!("{line}\n").repeat(items)).unwrap();
    let _ = fs::remove_file(folder.join("in.journal"));
    let out = fs::File::create(folder.join("out")).unwrap();
    let mut command = Command::new(BINARY);
    command.args(["bulk", "in", "--jobs", &JOBS.to_string()]).envs(variables.iter().cloned()).current_dir(folder);
    let start = Instant::now();
    let mut child = command.stdout(out).stderr(Stdio::null()).spawn().unwrap();
    let most = most_memory(&mut child);
    let took = start.elapsed();
    assert!(child.wait().unwrap().success());
    assert_eq!(
        fs::read_to_string(folder.join("out")).unwrap().matches("\"status\":\"success\",\"message\"").count(),
        items
    );
    (took, most)
}

/// Looked at until it ends, in KiB.
fn most_memory(child: &mut Child) -> u64 {
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let peak =
            status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        most = most.max(peak.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    most
}

fn bodies(items: usize) -> Vec<Bytes> {
    let account = Account::new(scaleengine_sandbox::API_KEY, scaleengine_sandbox::CDN);
    let signer = Signer::new(&Credentials::new(account, SecretKey::new(scaleengine_sandbox::SECRET_KEY)));
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let command = stream::Details::new("demo-origin", "live", "my_live_stream");
    let json = signer.sign(&command, UnixTime(now)).unwrap();
    vec![scaleengine::FormEncoding::Multipart.encode(json.json()); items]
}

/// Returns the time that the requests take over `JOBS` connections.
async fn generate(url: &str, bodies: &[Bytes]) -> Duration {
    let client: Client<HttpConnector, Full<Bytes>> =
        Client::builder(TokioExecutor::new()).pool_max_idle_per_host(JOBS).build_http();
    let start = Instant::now();
    let work = |bodies: &[Bytes]| tokio::spawn(worker(client.clone(), url.to_owned(), bodies.to_vec()));
    let workers: Vec<_> = bodies.chunks(bodies.len().div_ceil(JOBS)).map(work).collect();
    for worker in workers {
        worker.await.unwrap();
    }
    start.elapsed()
}

async fn worker(client: Client<HttpConnector, Full<Bytes>>, url: String, bodies: Vec<Bytes>) {
    for body in bodies {
        let request = Request::post(&url).header("content-type", scaleengine::FormEncoding::Multipart.content_type());
        let response = client.request(request.body(Full::new(body)).unwrap()).await.unwrap();
        let answer = response.into_body().collect().await.unwrap().to_bytes();
        assert!(answer.windows(7).any(|window| window == b"success"), "{answer:?}");
    }
}
