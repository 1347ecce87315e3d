//! A custom command: `cargo run -p scaleengine --example own_command --features test-util`
//!
//! One struct declares it. It is signed, sent and retried like the commands of this crate. A
//! scripted transport replaces the server.
#![allow(clippy::print_stdout)]

use scaleengine::proto::{ReplyShape, Shape};
use scaleengine::test_util::{FakeClock, Scripted};
use scaleengine::{
    Account, Client, Command, Credentials, Fields, SecretKey, TransportError, TransportErrorKind, UnixTime,
};

/// Lists the subtitles of a video.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "subtitles.list",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Subtitles
)]
struct ListSubtitles {
    /// Path of the video.
    #[param(example = "sestore1/news.mp4")]
    video: String,
    /// Maximum number of subtitles.
    #[param(example = 25)]
    limit: Option<i64>,
    extra: Fields,
}

/// The reply, read from the whole response object.
#[derive(serde::Deserialize)]
struct Subtitles {
    subtitles: Vec<Subtitle>,
}

#[derive(serde::Deserialize)]
struct Subtitle {
    language: String,
    url: String,
}

impl ReplyShape for Subtitles {
    const SHAPE: Shape = Shape::observed("A list under `subtitles`.");
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lost = TransportError::maybe_sent(TransportErrorKind::Broken, "connection reset");
    let reply = r#"{"status":"success","subtitles":[{"language":"de","url":"https://example.com/de.vtt"}]}"#;
    let script = Scripted::new().then(Err(lost)).then_json(reply);
    let clock = FakeClock::at(UnixTime(1_700_000_000));

    // A real program uses `Client::from_env()`.
    let credentials = Credentials::new(Account::new("APIKEY", 158), SecretKey::new("secret"));
    let client = Client::builder().credentials(credentials).transport(script.clone());
    let client = client.clock(clock.clone()).sleep(clock).build()?;

    let mut call = client.call(ListSubtitles::new("sestore1/news.mp4").limit(10)).prepare();
    let reply = call.run().await?;
    for Subtitle { language, url } in &reply.value().subtitles {
        println!("{language}: {url}");
    }
    // The first response was lost. The command is read-only, so the call repeated it.
    println!("{} attempts", call.attempts());
    for request in script.requests() {
        println!("{}", request.json().unwrap_or_default());
    }
    Ok(())
}
