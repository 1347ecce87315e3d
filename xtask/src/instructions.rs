//! Counts the instructions of one call (sign, encode, decode), over a transport that responds at
//! once. valgrind gives the same count each time, unlike a clock.

use std::fs;

use crate::process::{Outcome, cargo_apart, program, root, say, target};

/// The file with the recorded count.
const RECORD: &str = "xtask/instructions.txt";

/// Fails if a call needs over 5 % more instructions than recorded.
pub(crate) fn check() -> Outcome {
    let recorded: u64 = fs::read_to_string(root().join(RECORD))?.trim().parse()?;
    let now = count()?;
    say(&format!("one call: {now} instructions, {recorded} recorded"));
    if now * 100 > recorded * 105 {
        return Err(format!(
            "a call needs {now} instructions, over 5 % more than the recorded {recorded}; if intended, run cargo xtask instructions"
        )
        .into());
    }
    Ok(())
}

/// Records the current count.
pub(crate) fn record() -> Outcome {
    let now = count()?;
    fs::write(root().join(RECORD), format!("{now}\n"))?;
    say(&format!("one call: {now} instructions"));
    Ok(())
}

fn count() -> Outcome<u64> {
    const CALLS: u64 = 200;
    cargo_apart("build --quiet --release", "call")?.run()?;
    let few = run(0)?;
    Ok((run(CALLS)? - few) / CALLS)
}

/// Returns the instructions that the program needs for a number of calls.
fn run(calls: u64) -> Outcome<u64> {
    let out = target()?.join("callgrind.out");
    let example = target()?.join("call/release/call");
    let args = [
        "--tool=callgrind",
        &format!("--callgrind-out-file={}", out.display()),
        &example.to_string_lossy(),
        &calls.to_string(),
    ]
    .map(ToString::to_string);
    program("valgrind", args).quietly().map_err(|error| format!("{error}; install valgrind"))?;
    let text = fs::read_to_string(out)?;
    let total = text.lines().find_map(|line| line.strip_prefix("summary: ").or(line.strip_prefix("totals: ")));
    Ok(total.ok_or("callgrind wrote no total")?.trim().parse()?)
}
