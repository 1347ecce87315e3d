//! Tests of a service's own code against failures: `cargo run -p scaleengine --example faults`
//!
//! The sandbox fails on purpose, by rules such as `command=stream.close code=1000`. In a project
//! `main` is a `#[tokio::test]`.
#![allow(clippy::print_stdout)]

use std::time::Duration;

use scaleengine::{Client, Effect};
use scaleengine_sandbox::{Fault, LiveStream, Sandbox};

/// The result of the code under test, for its caller.
#[derive(Debug, PartialEq, Eq)]
enum OffAir {
    /// No encoder is on the stream.
    Done,
    /// Nothing was done; try again after this time.
    Later(Duration),
    /// The encoder may be disconnected; check the current state first.
    Check,
    /// Nothing was done, and trying again does not help.
    Failed,
}

/// The code under test: disconnects an encoder, and decides how the service goes on.
async fn take_off_air(client: &Client, name: &str) -> OffAir {
    match client.stream("demo-origin", "live", name).close().await {
        Ok(_) => OffAir::Done,
        Err(error) if error.is_not_live() => OffAir::Done,
        Err(error) if error.effect() != Effect::None => OffAir::Check,
        Err(error) => error.retry_after().map_or(OffAir::Failed, OffAir::Later),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Each row: the fault, the expected result, whether the stream is live afterwards, and the
    // number of requests.
    let cases = [
        ("latency=50", OffAir::Done, false, 1),
        ("unanswered", OffAir::Check, false, 1),
        ("status=500", OffAir::Check, true, 1),
        ("status=500 applied=true", OffAir::Check, false, 1),
        ("code=1000", OffAir::Later(Duration::from_secs(60)), true, 1),
        ("status=429 retry_after=1 first=1", OffAir::Done, false, 2),
        ("code=0005", OffAir::Failed, true, 1),
    ];
    let news = LiveStream::new("demo-origin", "live", "news");
    let sandbox = Sandbox::start().await?;
    let client = Client::builder().credentials(sandbox.credentials()).endpoint(sandbox.url()).build()?;
    for (fault, expected, live, requests) in cases {
        sandbox.reset();
        sandbox.publish(news.clone());
        sandbox.fault(Fault::parse(&format!("command=stream.close {fault}"))?);

        let result = take_off_air(&client, "news").await;
        println!("{fault:<32} {result:?}");
        assert_eq!(result, expected, "{fault}");
        assert_eq!(sandbox.is_live(&news), live, "{fault}");
        assert_eq!(sandbox.requests().len(), requests, "{fault}");
    }

    // A stream that is not live is off air already.
    sandbox.reset();
    assert_eq!(take_off_air(&client, "news").await, OffAir::Done);
    Ok(())
}
