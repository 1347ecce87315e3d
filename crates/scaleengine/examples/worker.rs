//! A worker that disconnects many streams: `cargo run -p scaleengine --example worker`
//!
//! At most 8 calls run at once. After a throttled call, no other call starts before the requested
//! delay has passed. The report counts the streams by effect, because the effect determines what is
//! left to do.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program may print and sleep")]

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::stream::{StreamExt as _, iter};
use scaleengine::{Client, Effect, Error};
use scaleengine_sandbox::{Fault, LiveStream, Sandbox};

/// The number of calls in flight.
const AT_ONCE: usize = 8;

/// The number of rounds, each up to a throttled call.
const ROUNDS: u32 = 5;

/// The pause after a round if the API requests no delay.
const PAUSE: Duration = Duration::from_secs(60);

/// Disconnects the encoders of these streams, and returns the streams by the effect of their calls.
async fn disconnect(client: &Client, mut queue: Vec<String>) -> BTreeMap<Effect, Vec<String>> {
    let mut by_effect = BTreeMap::<_, Vec<_>>::new();
    for round in 1..=ROUNDS {
        let (throttled, mut pause) = (AtomicBool::new(false), Duration::ZERO);
        let calls = iter(std::mem::take(&mut queue)).map(|name| async {
            if throttled.load(Ordering::Relaxed) {
                return (name, None);
            }
            // The round waits once for all its calls, so a throttled call must not wait and retry
            // by itself.
            let result = client.stream("demo-origin", "live", &name).close().retry_throttled(false).await;
            throttled.fetch_or(result.as_ref().is_err_and(Error::is_throttled), Ordering::Relaxed);
            (name, Some(result))
        });
        let mut calls = pin!(calls.buffer_unordered(AT_ONCE));
        while let Some((name, result)) = calls.next().await {
            match result {
                Some(Ok(_)) => by_effect.entry(Effect::Applied).or_default().push(name),
                Some(Err(error)) if error.is_throttled() => {
                    pause = pause.max(error.retry_after().unwrap_or(PAUSE));
                    queue.push(name);
                }
                Some(Err(error)) => {
                    println!("{name}: {error}");
                    by_effect.entry(error.effect()).or_default().push(name);
                }
                None => queue.push(name),
            }
        }
        if queue.is_empty() || round == ROUNDS {
            break;
        }
        println!("round {round}: throttled with {} streams left, waiting {pause:?}", queue.len());
        tokio::time::sleep(pause).await;
    }
    by_effect.entry(Effect::None).or_default().extend(queue);
    by_effect
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder()
        .fault(Fault::parse("field.stream=camera-7 unanswered")?)
        .fault(Fault::parse("command=stream.close nth=12 status=429 retry_after=1")?)
        .start()
        .await?;
    let mut streams: Vec<_> = (1..=20).map(|number| format!("camera-{number}")).collect();
    for name in &streams {
        sandbox.publish(LiveStream::new("demo-origin", "live", name));
    }
    streams.push("camera-99".to_owned()); // not live

    // A real worker uses `Client::from_env()`.
    let client = Client::builder().credentials(sandbox.credentials()).endpoint(sandbox.url()).build()?;
    let by_effect = disconnect(&client, streams).await;
    for (effect, streams) in &by_effect {
        let meaning = match effect {
            Effect::None => "not executed",
            Effect::Unknown => "check the current state before repeating",
            Effect::Applied => "disconnected",
        };
        println!("effect {effect}: {} streams, {meaning}", streams.len());
    }
    Ok(())
}
