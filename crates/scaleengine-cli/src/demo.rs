//! `demo`: runs a sequence of this program's own commands against a sandbox.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use scaleengine::Credentials;
use scaleengine_sandbox::{SECRET_KEY, Sandbox, Seed};

use crate::failure::Failure;
use crate::output;
use crate::sandbox::variables;
use scaleengine::config::Profile;

/// The seed: a stream whose encoder reconnects, and its publisher.
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

/// Runs the demo. The printed commands are the commands that run.
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

    say("Closing a live stream: the encoder reconnects at once, as a new stream.")?;
    story.tell(&ACTIVE, &[]).await?;
    story.tell(&[&["stream", "close"], &STREAM[..]].concat(), &[]).await?;
    story.tell(&ACTIVE, &[]).await?;

    say("Shutting it down: the publisher is locked out first, so the encoder cannot reconnect.")?;
    let shutdown = ["--yes", "stream", "shutdown"];
    story.tell(&[&shutdown, &STREAM[..], &["--user", "username_1"]].concat(), &[]).await?;
    story.tell(&ACTIVE, &[]).await?;

    say("Issuing a viewing ticket, and revoking it.")?;
    let issue =
        ["-o", "json", "ticket", "issue", "--app", "demo-origin", "--video", "mystream", "--ip", "auto", "--uses", "5"];
    let playback = ["--for", "2h", "--playback", "https://example.com/live.m3u8"];
    let issued = story.tell(&[&issue[..], &playback].concat(), &[]).await?;
    std::fs::write(folder.path().join("ticket.json"), issued).map_err(|error| unready(&error))?;
    say("(The reply above is now in ticket.json.)")?;
    story.tell(&["ticket", "revoke", "--ticket", "ticket.json"], &[]).await?;

    say("A wrong signature, and the sandbox's explanation.")?;
    let quoted = format!("\"{SECRET_KEY}\"");
    story.tell(&["app", "list"], &[(Credentials::SECRET_KEY, &quoted)]).await?;
    if let Some(record) = sandbox.requests().pop() {
        for reason in &record.reasons {
            say(&format!("  {reason}: {}; {}", reason.what(), reason.remedy()))?;
        }
    }
    say("\nNext: try commands on `scaleengine sandbox serve`, or store your account with `scaleengine login`.")
}

struct Story<'a> {
    sandbox: &'a Sandbox,
    /// The working and configuration folder of the commands; it contains no configuration.
    folder: &'a Path,
}

impl Story<'_> {
    /// Prints a command, runs it, and returns its stdout. Its exit code is ignored: one command
    /// fails on purpose.
    async fn tell(&self, args: &[&str], otherwise: &[(&str, &str)]) -> Result<Vec<u8>, End> {
        let failed = |error: std::io::Error| Failure::internal(format!("a command of the demo cannot be run: {error}"));
        let set: String = otherwise.iter().map(|(name, _)| format!("{name}='\"…\"' ")).collect();
        let words: Vec<_> =
            args.iter().map(|word| if word.contains(' ') { format!("'{word}'") } else { (*word).to_owned() }).collect();
        say(&format!("$ {set}scaleengine {}", words.join(" ")))?;
        let mut command = Command::new(std::env::current_exe().map_err(failed)?);
        command.args(args).current_dir(self.folder).env("XDG_CONFIG_HOME", self.folder).env_remove(Profile::VARIABLE);
        command.envs(variables(self.sandbox)).envs(otherwise.iter().copied()).stdin(Stdio::null());
        // Waits asynchronously, because the sandbox runs on this thread too.
        let run = tokio::process::Command::from(command).output().await.map_err(failed)?;
        say(String::from_utf8_lossy(&[run.stdout.clone(), run.stderr].concat()).trim_end())?;
        say("")?;
        Ok(run.stdout)
    }
}

/// Writes a line to stdout. Ends the demo if the reader has closed it.
fn say(line: &str) -> Result<(), End> {
    let code = output::data(format!("{line}\n").as_bytes())?;
    if code == ExitCode::SUCCESS { Ok(()) } else { Err(End::Early(code)) }
}

/// The reason for an early end of the demo.
enum End {
    Early(ExitCode),
    Failed(Failure),
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        End::Failed(failure)
    }
}
