//! The client without a runtime: `cargo run -p scaleengine --example blocking --features ureq`
//!
//! A call runs on the calling thread. Clones of a client share its connections, so several threads
//! can make calls at once.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::thread;
use std::time::Duration;

use scaleengine::param::IpRule;
use scaleengine::{Lockout, blocking, sevu, stream};
use scaleengine_sandbox::LiveStream;
use scaleengine_sandbox::blocking::Sandbox;

fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start()?;
    for camera in 1..=4 {
        sandbox.publish(LiveStream::new("demo-origin", "live", format!("camera-{camera}")));
    }

    // A real program uses `blocking::Client::from_env()`.
    let client = blocking::Client::builder().credentials(sandbox.credentials()).endpoint(sandbox.url()).build()?;

    // Options are set as in the async client; `run` replaces `await`.
    let close = stream::Close::by_name("demo-origin", "live", "camera-1");
    client.call(close).deadline(Duration::from_secs(5)).run()?;
    println!("camera-1: closed");

    thread::scope(|scope| {
        for camera in 2..=5 {
            let stream = client.stream("demo-origin", "live", format!("camera-{camera}"));
            scope.spawn(move || match stream.close().run() {
                Ok(_) => println!("camera-{camera}: closed"),
                Err(error) => println!("camera-{camera}: {error}"),
            });
        }
    });

    let request = |password| sevu::Request::new("demo-origin", "news", password, IpRule::auto(), 5);
    let ticket = client.issue_ticket(request).run()?;
    println!("{}", ticket.playback_address("https://example-hls.secdn.net/demo-origin/play/news/playlist.m3u8"));
    client.call(ticket.revoke()).run()?;
    let status = client.call(sevu::Status::new(ticket.ticket.key)).run()?;
    println!("ticket active: {:?}", status.value().active);

    // Locks the publisher out first, so that its encoder cannot reconnect.
    client.stream("demo-origin", "live", "my_live_stream").shut_down(Lockout::remove("username_1")).run()?;
    println!("my_live_stream: shut down");
    Ok(())
}
