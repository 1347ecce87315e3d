//! Many calls through one client, 64 at once, against the sandbox: no errors, connections reused,
//! memory flat. `SOAK_CALLS` sets the number of calls; the default is 1,000.

#![cfg(all(feature = "hyper", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use scaleengine::{Client, server};
use scaleengine_sandbox::Sandbox;

const AT_ONCE: usize = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_serves_many_calls() {
    let calls: usize = std::env::var("SOAK_CALLS").ok().and_then(|calls| calls.parse().ok()).unwrap_or(1000);
    let sandbox = Sandbox::start().await.unwrap();
    let credentials = sandbox.credentials();
    let client = Client::builder().credentials(credentials).endpoint(sandbox.url()).build().unwrap();

    run(&client, calls.min(1000)).await;
    let warm = memory();
    run(&client, calls).await;
    let grown = memory().saturating_sub(warm);
    println!("{calls} calls, {} connections, {grown} KiB more than after the first 1,000 calls", sandbox.connections());
    assert!(sandbox.connections() <= 4 * AT_ONCE, "connections are reused: {}", sandbox.connections());
    assert!(grown < 8 * 1024, "memory is flat: {grown} KiB");
}

async fn run(client: &Client, calls: usize) {
    let workers = (0..AT_ONCE).map(|worker| {
        let client = client.clone();
        tokio::spawn(async move {
            for _ in (worker..calls).step_by(AT_ONCE) {
                client.call(server::Status::by_app("demo-origin")).await.unwrap();
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
}

/// Returns the resident memory of this process, in KiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
