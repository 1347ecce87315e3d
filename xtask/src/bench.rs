//! Measures speed, as ratios within one run: signing, a call, the sandbox, bulk, and the process
//! compared with `/bin/true` and PHP.

use std::process::Stdio;
use std::time::Instant;

use crate::process::{Outcome, cargo, program, say, target};

/// A PHP script that signs the request that the binary prints.
const PHP_SIGN: &str = r"$r = ['command' => 'stream.close', 'api_key' => getenv('SCALEENGINE_API_KEY'), 'timestamp' => 1700000000, 'cdn' => 158, 'app' => 'demo-origin', 'inst' => 'live', 'stream' => 'my_live_stream'];
$r['signature'] = base64_encode(hash_hmac('sha256', json_encode($r), getenv('SCALEENGINE_SECRET_KEY'), true));
echo json_encode($r), PHP_EOL;";

const PRINT: [&str; 12] = [
    "--print",
    "body",
    "--timestamp",
    "1700000000",
    "stream",
    "close",
    "--app",
    "demo-origin",
    "--inst",
    "live",
    "--stream",
    "my_live_stream",
];

const RUNS: usize = 30;

pub(crate) fn run() -> Outcome {
    let php = program("php", ["--version"]).output().is_ok();
    if php {
        let nanoseconds = program("php", ["xtask/src/bench.php"]).output()?;
        cargo(&format!("bench -p scaleengine-sign --bench sign -- --php {}", nanoseconds.trim())).run()?;
    } else {
        say("php not found: skipping its rows");
        cargo("bench -p scaleengine-sign --bench sign").run()?;
    }
    cargo("bench -p scaleengine --no-default-features --features hyper,reqwest,ring,test-server --bench call").run()?;
    cargo("bench -p scaleengine-sandbox --bench load").run()?;
    cargo("bench -p scaleengine-cli --bench bulk").run()?;
    cargo("build --release -p scaleengine-cli").run()?;
    processes(php)
}

/// Measures the processes in turn, so that a drift of the machine's speed affects all of them.
#[expect(clippy::disallowed_methods, reason = "measures time")]
fn processes(php: bool) -> Outcome {
    let binary = target()?.join("release/scaleengine");
    let ours = |args: &[&'static str]| (binary.clone(), args.to_vec());
    let mut rows = vec![
        ("/bin/true", ("/bin/true".into(), vec![]), Vec::new()),
        ("scaleengine --version", ours(&["--version"]), Vec::new()),
        ("scaleengine --help", ours(&["--help"]), Vec::new()),
        ("scaleengine --print body", ours(&PRINT), Vec::new()),
    ];
    if php {
        rows.push(("php, signing the same", ("php".into(), vec!["-n", "-r", PHP_SIGN]), Vec::new()));
    }
    for _ in 0..=RUNS {
        for (name, (path, args), times) in &mut rows {
            let mut command = program(&*path, &*args)
                .env("SCALEENGINE_API_KEY", "SANDBOXKEY0000000000000000000000")
                .env("SCALEENGINE_SECRET_KEY", include_str!("../../vectors/by-name/secret.txt"))
                .env("SCALEENGINE_CDN", "158")
                .into_command();
            command.stdin(Stdio::null()).stdout(Stdio::null());
            let start = Instant::now();
            let status = command.status()?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            if !status.success() {
                return Err(format!("{name}: {status}").into());
            }
        }
    }
    say(&format!("processes, {RUNS} interleaved runs after a warm-up, in ms: minimum and median"));
    let mut last = None;
    for (name, _, times) in &mut rows {
        times.remove(0);
        times.sort_by(f64::total_cmp);
        let (min, median) =
            (times.first().copied().unwrap_or_default(), times.get(RUNS / 2).copied().unwrap_or_default());
        say(&format!("{name:26} {min:7.2} {median:7.2}"));
        last = Some(median);
    }
    if let (true, Some(php)) = (php, last) {
        for (name, _, times) in rows.iter().take(rows.len() - 1) {
            let median = times.get(RUNS / 2).copied().unwrap_or_default();
            say(&format!("{name:26} {:7.2} of PHP's median", median / php));
        }
    }
    Ok(())
}
