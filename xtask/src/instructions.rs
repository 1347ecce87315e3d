//! What one call costs in instructions: sign, encode, decode, over a scripted transport. Counted by valgrind, which gives the same
//! count each time, unlike a clock.

use std::fs;

use crate::process::{Outcome, cargo_apart, program, root, say, target};

/// The count that is guarded.
const RECORD: &str = "xtask/instructions.txt";

/// Fails where a call costs over 5 % more than was recorded.
pub(crate) fn check() -> Outcome {
    let recorded: u64 = fs::read_to_string(root().join(RECORD))?.trim().parse()?;
    let now = count()?;
    say(&format!("one call: {now} instructions, {recorded} recorded"));
    if now * 100 > recorded * 105 {
        return Err(format!(
            "a call costs {now} instructions, over 5 % more than {recorded}; if that is meant: cargo xtask instructions"
        )
        .into());
    }
    Ok(())
}

/// Records what a call costs now.
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

/// The instructions of the program for so many calls.
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
    program("valgrind", args).quietly().map_err(|error| format!("valgrind is needed (package valgrind): {error}"))?;
    let text = fs::read_to_string(out)?;
    let total = text.lines().find_map(|line| line.strip_prefix("summary: ").or(line.strip_prefix("totals: ")));
    Ok(total.ok_or("callgrind wrote no total")?.trim().parse()?)
}
