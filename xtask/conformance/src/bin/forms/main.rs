//! Compares the form reader with PHP's own web server: `cargo xtask conformance` runs it.
//!
//! `forms SCRIPT [--seed N] [--cases N] [--list]`: every named deviation by itself, then N random
//! cases: half of them combine 2 or 3 deviations, the rest have random headers or random edits of
//! bytes. `--list` prints the named deviations with both readings instead.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test program"
)]

mod case;
mod deviations;
mod php;
mod random;

use case::Case;
use php::Php;
use random::Random;
use scaleengine_sign::explain::form::{NoField, read};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

struct Options {
    script: String,
    seed: u64,
    cases: usize,
    list: bool,
}

fn options() -> Options {
    let mut args = std::env::args().skip(1);
    let script = args.next().expect("the PHP script");
    let mut options = Options { script, seed: 1, cases: 2000, list: false };
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|value| value.parse().ok()).expect("a number");
        match arg.as_str() {
            "--seed" => options.seed = number(),
            "--cases" => options.cases = usize::try_from(number()).expect("small"),
            "--list" => options.list = true,
            other => panic!("unknown option {other}"),
        }
    }
    options
}

/// Returns our reading, in the format of `form.php`.
fn ours(case: &Case) -> String {
    match read(&case.content_type, &case.body, "json") {
        Ok(field) => format!("string {}", php::base64(&field.bytes)),
        Err(NoField::IsArray) => "array".to_owned(),
        Err(NoField::IsFile) => "file".to_owned(),
        Err(_) => "missing".to_owned(),
    }
}

fn unusual(case: &Case) -> String {
    match read(&case.content_type, &case.body, "json") {
        Ok(field) => format!("{}{}", field.unusual.unwrap_or("-"), if field.twice { " [twice]" } else { "" }),
        Err(no) => format!("({no})"),
    }
}

fn check(cases: &[Case], servers: &[Php], list: bool) -> usize {
    let differences = Mutex::new(0);
    std::thread::scope(|scope| {
        for (index, server) in servers.iter().enumerate() {
            let differences = &differences;
            scope.spawn(move || {
                for case in cases.iter().skip(index).step_by(servers.len()) {
                    let theirs = server.ask(case);
                    let ours = ours(case);
                    if list {
                        let shown: String = theirs.chars().take(40).collect();
                        println!("{} | {shown} | {}", case.name, unusual(case));
                    }
                    if ours != theirs {
                        *differences.lock().expect("no panic") += 1;
                        println!("DIFFERENT: {}\n  ours   {ours:.200}\n  theirs {theirs:.200}\n{case}", case.name);
                    }
                }
            });
        }
    });
    differences.into_inner().expect("no panic")
}

fn main() -> ExitCode {
    let options = options();
    let started = Instant::now();
    let servers = [Php::start(&options.script), Php::start(&options.script)];
    let all = deviations::all();
    let mut cases: Vec<Case> = case::ordinary();
    let strange = cases
        .iter()
        .filter(|case| unusual(case) != "-")
        .inspect(|case| println!("UNUSUAL: {} {}\n{case}", case.name, unusual(case)))
        .count();
    cases.extend(deviations::single(&all));
    let single = cases.len();
    if !options.list {
        let mut random = Random::new(options.seed);
        for index in 0..options.cases {
            cases.push(match index % 4 {
                0 | 1 => deviations::combined(&all, &mut random),
                2 => random::composed(&mut random),
                _ => random::edited(&mut random),
            });
        }
    }
    let differences = check(&cases, &servers, options.list);
    println!(
        "seed {}: {} deviations, {single} fixed cases, {} random, {differences} differences, {:.1} s",
        options.seed,
        all.len(),
        cases.len() - single,
        started.elapsed().as_secs_f64()
    );
    if differences + strange == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
