//! `demo`: the story of a stream, told by this program's own commands on a sandbox.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use scaleengine::Credentials;
use scaleengine_sandbox::{SECRET_KEY, Sandbox, Seed};

use crate::failure::Failure;
use crate::output;
use crate::profile::PROFILE;
use crate::sandbox::variables;

/// A stream whose encoder comes back, and its publisher.
const SEED: &str = r#"
[[streams]]
app = "demo-origin"
inst = "live"
stream = "my_live_stream"
user = "username_1"
pass = "a random password"
reconnect = true

[[publishers]]
app = "demo-origin"
stream = "my_live_stream"
user = "username_1"
pass = "a random password"
"#;

const STREAM: [&str; 6] = ["--app", "demo-origin", "--inst", "live", "--stream", "my_live_stream"];
const ACTIVE: [&str; 6] = ["stream", "active", "--app", "demo-origin", "--inst", "live"];

/// Tells it. Every command is run as it is printed.
pub(crate) async fn run() -> Result<ExitCode, Failure> {
    match told().await {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(End::Early(code)) => Ok(code),
        Err(End::Failed(failure)) => Err(failure),
    }
}

async fn told() -> Result<(), End> {
    let unready = |error: &dyn std::fmt::Display| Failure::internal(format!("the sandbox cannot be started: {error}"));
    let seed = Seed::parse(SEED).map_err(|error| unready(&error))?;
    let sandbox = Sandbox::builder().seed(seed).start().await.map_err(|error| unready(&error))?;
    let folder = tempfile::tempdir().map_err(|error| unready(&error))?;
    let story = Story { sandbox: &sandbox, folder: folder.path() };

    say("A live stream, and a close: the encoder comes back at once, as a new stream.")?;
    story.tell(&ACTIVE, &[]).await?;
    story.tell(&[&["stream", "close"], &STREAM[..]].concat(), &[]).await?;
    story.tell(&ACTIVE, &[]).await?;

    say("A shutdown: its publisher is locked out first, so it stays away.")?;
    let shutdown = ["--yes", "stream", "shutdown"];
    story.tell(&[&shutdown, &STREAM[..], &["--user", "username_1"]].concat(), &[]).await?;
    story.tell(&ACTIVE, &[]).await?;

    say("A ticket for a viewer, and its end.")?;
    let issue =
        ["-o", "json", "ticket", "issue", "--app", "demo-origin", "--video", "mystream", "--ip", "auto", "--uses", "5"];
    let playback = ["--for", "2h", "--playback", "https://example.com/live.m3u8"];
    let issued = story.tell(&[&issue[..], &playback].concat(), &[]).await?;
    std::fs::write(folder.path().join("ticket.json"), issued).map_err(|error| unready(&error))?;
    say("(That answer, kept in ticket.json:)")?;
    story.tell(&["ticket", "revoke", "--ticket", "ticket.json"], &[]).await?;

    say("A signature that is wrong, and what the sandbox says of it.")?;
    let quoted = format!("\"{SECRET_KEY}\"");
    story.tell(&["app", "list"], &[(Credentials::SECRET_KEY, &quoted)]).await?;
    if let Some(record) = sandbox.requests().pop() {
        for reason in &record.reasons {
            say(&format!("  {reason}: {}; {}", reason.what(), reason.remedy()))?;
        }
    }
    say("\nTo go on by hand: scaleengine sandbox serve. To begin with an account: scaleengine login.")
}

struct Story<'a> {
    sandbox: &'a Sandbox,
    /// Where its commands run, and where no configuration is.
    folder: &'a Path,
}

impl Story<'_> {
    /// Prints a command, runs it, and gives what it wrote. How it ends is part of the story.
    async fn tell(&self, args: &[&str], otherwise: &[(&str, &str)]) -> Result<Vec<u8>, End> {
        let failed = |error: std::io::Error| Failure::internal(format!("a command of the demo cannot be run: {error}"));
        let set: String = otherwise.iter().map(|(name, _)| format!("{name}='\"…\"' ")).collect();
        let words: Vec<_> =
            args.iter().map(|word| if word.contains(' ') { format!("'{word}'") } else { (*word).to_owned() }).collect();
        say(&format!("$ {set}scaleengine {}", words.join(" ")))?;
        let mut command = Command::new(std::env::current_exe().map_err(failed)?);
        command.args(args).current_dir(self.folder).env("XDG_CONFIG_HOME", self.folder).env_remove(PROFILE);
        command.envs(variables(self.sandbox)).envs(otherwise.iter().copied()).stdin(Stdio::null());
        // The sandbox lives on this thread's runtime, which must not be held up.
        let run = tokio::process::Command::from(command).output().await.map_err(failed)?;
        say(String::from_utf8_lossy(&[run.stdout.clone(), run.stderr].concat()).trim_end())?;
        say("")?;
        Ok(run.stdout)
    }
}

/// A line of the story; where nobody reads on, it ends.
fn say(line: &str) -> Result<(), End> {
    let code = output::data(format!("{line}\n").as_bytes())?;
    if code == ExitCode::SUCCESS { Ok(()) } else { Err(End::Early(code)) }
}

/// How the story ends otherwise than well.
enum End {
    Early(ExitCode),
    Failed(Failure),
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        End::Failed(failure)
    }
}
