//! `bulk`: many commands, and resuming a run that was stopped or killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::binary::{Ran, Serving, bare};
use crate::messages::Messages;

/// A folder with an input, and a sandbox where its streams are live.
struct Work {
    folder: tempfile::TempDir,
    sandbox: Serving,
}

impl Work {
    /// Creates an input with one line per stream, and a sandbox with a publisher and faults.
    fn new(streams: usize, faults: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let seed = |stream| format!("[[streams]]\napp = \"a\"\ninst = \"live\"\nstream = \"secret-name-{stream}\"\n\n");
        let line = |stream| json!({ "command": "stream.close", "app": "a", "inst": "live", "stream": format!("secret-name-{stream}") });
        let publisher = "[[publishers]]\napp = \"a\"\nstream = \"one\"\nuser = \"someone\"\npass = \"x\"\n";
        fs::write(folder.path().join("seed.toml"), (0..streams).map(seed).collect::<String>() + publisher).unwrap();
        fs::write(
            folder.path().join("in.jsonl"),
            (0..streams).map(|own| format!("{}\n", line(own))).collect::<String>(),
        )
        .unwrap();
        let seed = folder.path().join("seed.toml");
        let faults = faults.iter().flat_map(|fault| ["--fault", fault]);
        let args: Vec<_> = ["--quiet", "--seed", seed.to_str().unwrap()].into_iter().chain(faults).collect();
        let sandbox = Serving::start(&args);
        Self { folder, sandbox }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = bare();
        command.envs(self.sandbox.variables.iter().cloned()).current_dir(self.folder.path());
        command.arg("bulk").args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    /// Returns the last state of each line in the journal.
    fn journal(&self) -> BTreeMap<u64, String> {
        let text = fs::read_to_string(self.file("in.jsonl.journal")).unwrap();
        assert!(!text.contains("secret-name") && !text.contains("live"), "the journal contains parameters: {text}");
        let records = text.lines().skip(1).filter_map(|line| serde_json::from_str::<Value>(line).ok());
        records.map(|own| (own["line"].as_u64().unwrap(), own["state"].as_str().unwrap().to_owned())).collect()
    }

    fn admin(&self, path: &str) -> Value {
        let host = self.sandbox.url().strip_prefix("http://").unwrap().split('/').next().unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "GET /_sandbox/{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// Returns the number of requests that the sandbox received.
    fn requests(&self) -> usize {
        let records = self.admin("requests");
        records.as_array().or_else(|| records["requests"].as_array()).unwrap().len()
    }

    /// Returns the streams that are still live, by the line that closes them.
    fn live(&self) -> BTreeSet<u64> {
        let snapshot = self.admin("snapshot")["streams"].to_string();
        let names = snapshot.split("secret-name-").skip(1).map(|rest| rest.split('"').next().unwrap());
        names.map(|number| number.parse::<u64>().unwrap() + 1).collect()
    }
}

fn results(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_line_has_a_result_and_no_item_is_repeated_by_accident() {
    let mut messages = Messages::default();
    let work = Work::new(20, &[]);
    let ran = work.run(&["in.jsonl"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "bulk: 20 done\n"), "{ran:?}");
    let mut lines: Vec<_> = results(&ran.stdout).iter().map(|own| own["line"].as_u64().unwrap()).collect();
    lines.sort_unstable();
    assert_eq!(lines, (1..=20).collect::<Vec<_>>());
    assert!(results(&ran.stdout).iter().all(|own| own["status"] == "success" && own["schema"] == "scaleengine/1"));
    assert!(work.live().is_empty() && work.requests() == 20);

    let again = work.run(&["in.jsonl"]);
    messages.add("run again", &again);
    let resumed = work.run(&["-o", "json", "in.jsonl", "--resume"]);
    assert_eq!((resumed.code, resumed.stdout.as_str()), (0, ""), "{resumed:?}");
    assert_eq!(serde_json::from_str::<Value>(&resumed.stderr).unwrap()["bulk"]["done_before"], 20);
    assert_eq!(work.requests(), 20);

    // A changed input is refused.
    let text = fs::read_to_string(work.file("in.jsonl")).unwrap();
    fs::write(work.file("in.jsonl"), text.replace("secret-name-7\"", "secret-name-8\"")).unwrap();
    let changed = work.run(&["in.jsonl", "--resume"]);
    messages.add("a line of the input was changed", &changed);
    fs::write(work.file("in.jsonl"), text.lines().next().unwrap()).unwrap();
    let shorter = work.run(&["in.jsonl", "--resume"]);
    messages.add("lines of the input were removed", &shorter);
    messages.compare("each-line-has-a-result-and-no-item-is-repeated-by-accident");
}

#[test]
fn the_complete_input_is_checked_before_anything_is_sent() {
    let mut messages = Messages::default();
    let work = Work::new(1, &[]);
    let good = fs::read_to_string(work.file("in.jsonl")).unwrap();
    for line in [
        "nonsense",
        "[1]",
        "{\"stream_id\":1}",
        "{\"command\":\"stream.clsoe\",\"stream_id\":1}",
        "{\"command\":\"stream.close\",\"strem_id\":1}",
        "{\"command\":\"stream.close\",\"app\":\"a\"}",
        "{\"command\":\"stream.close\",\"app\":\"a\",\"stream_id\":1}",
        "{\"command\":\"stream.close\",\"stream_id\":1.5}",
        "{\"command\":\"stream.close\",\"stream_id\":1,\"command\":\"app.list\"}",
    ] {
        fs::write(work.file("in.jsonl"), format!("{good}\n{line}\n")).unwrap();
        let ran = work.run(&["-o", "json", "in.jsonl"]);
        assert_eq!((ran.code, &ran.error()["kind"]), (2, &json!("usage")), "{ran:?}");
        messages.add(line, &work.run(&["in.jsonl", "--check"]));
    }
    assert_eq!(work.requests(), 0);
    assert!(!work.file("in.jsonl.journal").exists(), "a run that did not begin leaves no journal");
    fs::write(work.file("in.jsonl"), "{\"command\":\"no.such\",\"a\":1}\n").unwrap();
    assert_eq!(work.run(&["in.jsonl", "--check", "--unchecked"]).code, 0);
    for (args, code) in [
        (&["nowhere.jsonl"][..], 2),
        (&["-"], 2),
        (&["in.jsonl", "--field", "x"], 2),
        (&["in.jsonl", "--retry-unknown"], 2),
    ] {
        assert_eq!(work.run(args).code, code, "{args:?}");
    }
    messages.compare("the-complete-input-is-checked-before-anything-is-sent");
}

#[test]
fn csv_and_stdin_are_read_like_a_jsonl_file() {
    let mut messages = Messages::default();
    let work = Work::new(3, &[]);
    let csv = "command,app,inst,stream,stream_id,note:\r\n,a,live,secret-name-0,,\r\nstream.close,a,live,\"secret-name-1\",,\r\napp.list,,,,,\r\n";
    fs::write(work.file("in.csv"), csv).unwrap();
    let ran = work.run(&["in.csv", "--command", "stream.close"]);
    assert_eq!((ran.code, results(&ran.stdout).len()), (0, 3), "{ran:?}");
    assert_eq!(work.live(), [3].into());

    let pipe = |args: &[&str], text: &str| -> Ran {
        let mut command = work.command(&[&["-", "--journal", "in.jsonl.journal"], args].concat());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    };
    // A pipe cannot be read in advance: lines are checked as they come, without a confirmation.
    let remove = json!({ "command": "sevu.removestreamuser", "stream": "one", "app": "a", "user": "someone" });
    let close = json!({ "command": "stream.close", "app": "a", "inst": "live", "stream": "secret-name-2" });
    let text = format!("{remove}\nnonsense\n{close}\n");
    let ran = pipe(&["-o", "json"], &text);
    assert_eq!(ran.code, 9, "{ran:?}");
    let codes: BTreeMap<u64, Value> = results(&ran.stdout)
        .iter()
        .map(|own| (own["line"].as_u64().unwrap(), own["error"]["exit_code"].clone()))
        .collect();
    assert_eq!(codes, [(1, json!(10)), (2, json!(2)), (3, Value::Null)].into());
    let ran = pipe(&["--resume", "--yes"], &text);
    assert_eq!(ran.code, 9, "the invalid line is still invalid: {ran:?}");
    messages.add("an invalid line of a pipe", &ran);
    assert!(work.live().is_empty());

    // Commands of a file are confirmed once, and this test has no terminal.
    fs::write(work.file("remove.jsonl"), format!("{remove}\n")).unwrap();
    let ran = work.run(&["remove.jsonl"]);
    messages.add("irreversible commands", &ran);
    assert!(!work.file("remove.jsonl.journal").exists());
    messages.compare("csv-and-stdin-are-read-like-a-jsonl-file");
}

#[test]
fn throttling_makes_all_items_wait_and_loses_none() {
    let work = Work::new(40, &["command=stream.close first=3 status=429 retry_after=1"]);
    let ran = work.run(&["in.jsonl", "--jobs", "8"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.matches("too many requests: all items wait 1 second").count() == 1, "{ran:?}");
    assert!(work.live().is_empty() && work.requests() == 43, "{}", work.requests());
}

#[test]
fn a_failure_of_every_item_ends_the_run() {
    let work = Work::new(60, &[]);
    let ran: Ran = work
        .command(&["-o", "json", "in.jsonl", "-j", "4"])
        .env("SCALEENGINE_SECRET_KEY", "wrong")
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(work.requests() <= 8, "{}", work.requests());
    let error: Value = serde_json::from_str(ran.stderr.lines().last().unwrap()).unwrap();
    assert!(error["error"]["message"].as_str().unwrap().contains("stopped early"), "{error}");
    assert_eq!(error["error"]["exit_code"], 4);

    // Without a server, only some items are tried.
    let mut nowhere = work.command(&["in.jsonl", "--retries", "0", "--journal", "other"]);
    let ran: Ran = nowhere.env("SCALEENGINE_API_URL", "http://127.0.0.1:1/").output().unwrap().into();
    assert_eq!(ran.code, 7, "{ran:?}");
    assert!(results(&ran.stdout).len() < 40, "{ran:?}");

    // A journal is refused with another API URL; without the cause, the run resumes.
    assert_eq!(work.run(&["in.jsonl", "--resume", "--journal", "other"]).code, 3);
    let ran = work.run(&["in.jsonl", "--resume"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "bulk: 60 done\n"), "{ran:?}");
}

#[test]
fn unknown_items_are_listed_and_resent_only_with_retry_unknown() {
    let mut messages = Messages::default();
    let work = Work::new(5, &["command=stream.close nth=2 unanswered=true"]);
    let ran = work.run(&["in.jsonl", "-j", "1"]);
    messages.add("one item without a reply", &ran);
    assert_eq!(work.journal()[&2], "unknown");
    let ran = work.run(&["in.jsonl", "--resume"]);
    let listed = results(&ran.stdout);
    assert_eq!(
        (ran.code, listed.len(), &listed[0]["line"], &listed[0]["error"]["effect"]),
        (9, 1, &json!(2), &json!("unknown"))
    );
    assert_eq!(work.requests(), 5);
    let ran = work.run(&["in.jsonl", "--resume", "--retry-unknown"]);
    messages.add("--retry-unknown", &ran);
    assert_eq!(work.journal()[&2], "failed");
    // Refused items are resent only with `--retry-failed`.
    assert_eq!((work.run(&["in.jsonl", "--resume"]).stdout, work.requests()), (String::new(), 6));
    assert_eq!(work.run(&["in.jsonl", "--resume", "--retry-failed"]).code, 9);
    assert_eq!(work.requests(), 7);
    messages.compare("unknown-items-are-listed-and-resent-only-with-retry-unknown");
}

#[test]
fn a_signal_waits_for_requests_in_flight() {
    let work = Work::new(30, &["command=stream.close latency=300"]);
    let mut command = work.command(&["in.jsonl", "-j", "4"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(|| work.file("in.jsonl.journal").exists() && work.journal().len() >= 4);
    signal(child.id(), "INT");
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!(ran.code, 130, "{ran:?}");
    let done = results(&ran.stdout).len();
    assert!(ran.stderr.contains(&format!("interrupted; {done} done, {} not reached", 30 - done)), "{ran:?}");
    assert!((4..30).contains(&done) && work.live().len() == 30 - done, "{ran:?}");
    assert!(work.journal().values().all(|state| state == "done"));
    assert_eq!(work.run(&["in.jsonl", "--resume", "-j", "32"]).code, 0);
    assert!(work.live().is_empty());
}

/// Kills runs at random points, with lost replies, broken connections, HTTP 408 after execution, an
/// input under several names, and a journal that is emptied, zero-filled or torn in between: every
/// item is executed once, or listed as unknown. `BULK_ITEMS` is the number of items, `BULK_KILLS`
/// that of kills.
#[test]
fn killed_repeatedly_a_run_executes_each_item_once_or_lists_it_as_unknown() {
    let number = |name| std::env::var(name).ok().and_then(|count| count.parse::<usize>().ok());
    let (items, rounds) = (number("BULK_ITEMS").unwrap_or(100), number("BULK_KILLS").unwrap_or(10));
    let work = Work::new(
        items,
        &[
            "command=stream.close probability=0.03 seed=1 unanswered=true",
            "command=stream.close probability=0.03 seed=2 reset=true",
            "command=stream.close probability=0.03 seed=3 code=0004",
            "command=stream.close probability=0.03 seed=4 status=408 applied=true",
            "command=stream.close nth=40 status=429 retry_after=1",
            "command=stream.close latency=2 jitter=10",
        ],
    );
    let names = work.quoted_csv(items);
    let (mut random, mut results_of_all, mut kills) = (0x2545_f491_4f6c_dd1d_u64, String::new(), 0);
    for round in 0..rounds {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let out = fs::File::create(work.file("out")).unwrap();
        let name = &names[round % names.len()];
        let mut child = work
            .command(&[&[name, "--resume", "--or-begin"], &CSV[..]].concat())
            .stdout(out)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // On average, all rounds together reach two thirds of the items.
        let target = 1 + random % (items as u64 * 4 / 3 / rounds as u64).max(2);
        let seen = || fs::read_to_string(work.file("out")).unwrap().matches('\n').count() as u64;
        wait_until(|| seen() >= target || child.try_wait().unwrap().is_some());
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        // A partial last line was cut off by the kill.
        let out = fs::read_to_string(work.file("out")).unwrap();
        results_of_all += out.rsplit_once('\n').map_or("", |(whole, _)| whole);
        results_of_all += "\n";
        work.damage_the_journal(name, random);
    }
    assert!(kills >= rounds / 2, "only {kills} runs were killed before their end");
    let ran = work.run(&[&[names[0].as_str(), "--resume"], &CSV[..]].concat());
    results_of_all += &ran.stdout;
    assert!([0, 9].contains(&ran.code), "{}", ran.stderr);

    let (journal, live) = (work.journal(), work.live());
    assert_eq!(journal.len(), items);
    let in_state = |wanted: &str| -> BTreeSet<u64> {
        journal.iter().filter(|(_, state)| *state == wanted).map(|(line, _)| line / 2).collect()
    };
    let (done, unknown) = (in_state("done"), &in_state("unknown") | &in_state("sent"));
    assert_eq!(done.len() + unknown.len(), items, "{journal:?}");
    assert!(done.is_disjoint(&live), "an item recorded as done was executed");
    assert!(live.is_subset(&unknown), "an item that was not executed is recorded as unknown");
    // A stream that was closed twice would not have been live the second time.
    assert!(!results_of_all.contains("not live"), "an item was executed twice");
    let listed: BTreeSet<u64> = results(results_of_all.trim_matches('\n').replace("\n\n", "\n").trim())
        .iter()
        .map(|own| own["line"].as_u64().unwrap() / 2)
        .collect();
    assert!(unknown.is_subset(&listed), "every unknown item was listed");
    println!(
        "{items} items, {kills} kills: {} done, {} unknown, of which {} were executed",
        done.len(),
        unknown.len(),
        unknown.len() - live.len()
    );

    // With `--retry-unknown`, those items are sent again.
    let ran = work.run(&[&[names[0].as_str(), "--resume", "--retry-unknown", "--retries", "9"], &CSV[..]].concat());
    let left = work.journal().into_iter().filter(|(_, state)| state == "unknown").map(|(line, _)| line / 2);
    let left: BTreeSet<u64> = left.collect();
    assert!(work.live().is_subset(&left) && left.len() < unknown.len().max(1), "{ran:?}");
}

/// The options of those runs: CSV, with columns that the command does not declare.
const CSV: [&str; 5] = ["--input", "csv", "--unchecked", "-j", "8"];

impl Work {
    /// Writes the input as CSV, each item on two lines with quotes, under three names.
    fn quoted_csv(&self, items: usize) -> [String; 3] {
        let row = |item| format!("stream.close,a,live,secret-name-{item},\"a \"\"note\"\"\r\nof {item}\",12\" mix\r\n");
        let rows: String = (0..items).map(row).collect();
        fs::create_dir(self.file("folder")).unwrap();
        fs::remove_file(self.file("in.jsonl")).unwrap();
        fs::write(self.file("in.jsonl"), format!("command,app,inst,stream,note,size\r\n{rows}")).unwrap();
        std::os::unix::fs::symlink(self.file("in.jsonl"), self.file("link.csv")).unwrap();
        std::os::unix::fs::symlink(self.file("link.csv"), self.file("folder/other.csv")).unwrap();
        ["in.jsonl", "link.csv", "folder/other.csv"].map(str::to_owned)
    }

    /// Resumes with an emptied, a zero-filled and a torn journal. Each is damaged before its synced
    /// length or followed by zeros, so each is refused.
    fn damage_the_journal(&self, input: &str, random: u64) {
        let path = self.file("in.jsonl.journal");
        let (good, mut before) = (fs::read(&path).unwrap(), usize::MAX);
        // The sandbox executes requests that it received before the kill: wait for them.
        while before != self.requests() {
            before = self.requests();
            std::thread::sleep(Duration::from_millis(50));
        }
        let head = good.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let synced =
            serde_json::from_slice::<Value>(&good[..head]).unwrap()["synced"].as_str().unwrap().parse::<usize>();
        let torn = head + usize::try_from(random >> 16).unwrap() % (synced.unwrap() - head).max(1);
        let zeros = |from: usize| [&good[..from], &vec![0; good.len() - from + 64]].concat();
        let cut = |end: usize| good[..end].to_vec();
        let emptied = [Vec::new(), cut(7), cut(head / 2), zeros(0), zeros(7), zeros(head / 2)];
        for damaged in emptied.into_iter().chain([zeros(head), zeros(torn), zeros(good.len()), cut(torn)]) {
            if damaged == good {
                continue;
            }
            fs::write(&path, &damaged).unwrap();
            let ran = self.run(&[&[input, "--resume", "--or-begin"], &CSV[..]].concat());
            assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{ran:?}");
            assert!(ran.stderr.contains("check the current state on the server"), "{ran:?}");
            assert_eq!(fs::read(&path).unwrap(), damaged, "the journal was changed");
        }
        assert_eq!(self.requests(), before, "something was sent with a damaged journal");
        fs::write(&path, good).unwrap();
    }
}

/// The same input under another name is the same run; a run that might repeat items by accident is
/// refused.
#[test]
fn nothing_unsafe_is_repeated_under_another_name_or_with_another_journal() {
    let mut messages = Messages::default();
    let work = Work::new(3, &[]);
    std::os::unix::fs::symlink("in.jsonl", work.file("link.jsonl")).unwrap();
    assert_eq!(work.run(&["in.jsonl"]).code, 0);
    let again = work.run(&["link.jsonl"]);
    messages.add("a link to the input", &again);
    let mistyped = work.run(&["in.jsonl", "--resume", "--journal", "in.jsonl.jornal"]);
    messages.add("a mistyped journal", &mistyped);
    assert!(!work.file("in.jsonl.jornal").exists());
    fs::hard_link(work.file("in.jsonl"), work.file("hard.jsonl")).unwrap();
    let hard = work.run(&["hard.jsonl"]);
    messages.add("a hard link to the input", &hard);
    assert_eq!(work.requests(), 3);
    assert_eq!(work.run(&["hard.jsonl", "--resume", "--journal", "in.jsonl.journal"]).code, 0);
    assert_eq!(work.requests(), 3);

    // If all commands are safe to repeat, a missing journal is only noted.
    fs::write(work.file("reads.jsonl"), "{\"command\":\"app.list\"}\n").unwrap();
    let ran = work.run(&["reads.jsonl", "--resume"]);
    messages.add("--resume of reads without a journal", &ran);

    // A journal of an earlier format is refused with its version.
    fs::write(work.file("old"), "{\"journal\":\"scaleengine/1\",\"cdn\":158,\"api_url\":\"x\"}\n").unwrap();
    let old = work.run(&["in.jsonl", "--resume", "--journal", "old"]);
    messages.add("a journal of an earlier format", &old);
    messages.compare("nothing-unsafe-is-repeated-under-another-name-or-with-another-journal");
}

#[test]
fn a_run_whose_journal_disappears_stops() {
    let mut messages = Messages::default();
    let work = Work::new(40, &["latency=40"]);
    let run = work.command(&["in.jsonl", "-j", "1"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(|| work.requests() > 3);
    fs::remove_file(work.file("in.jsonl.journal")).unwrap();
    let ran: Ran = run.wait_with_output().unwrap().into();
    messages.add("a journal that disappears", &ran);
    assert!(work.requests() < 40);
    messages.compare("a-run-whose-journal-disappears-stops");
}

/// HTTP 408 and 499 may arrive after the command ran; any other HTTP 4xx without an API reply is a
/// refusal.
#[test]
fn an_unsafe_item_is_resent_after_http_4xx_only_with_its_retry_flag() {
    for (status, state, retry) in
        [(408, "unknown", "--retry-unknown"), (499, "unknown", "--retry-unknown"), (403, "failed", "--retry-failed")]
    {
        let work = Work::new(4, &[&format!("command=stream.close first=2 status={status} applied=true")]);
        let ran = work.run(&["in.jsonl", "-j", "1"]);
        assert_eq!(ran.code, 9, "{ran:?}");
        assert_eq!(work.journal().values().filter(|own| *own == state).count(), 2, "{:?}", work.journal());
        assert_eq!(work.run(&["in.jsonl", "--resume"]).code, 9);
        assert_eq!(work.requests(), 4, "HTTP {status}");
        work.run(&["in.jsonl", "--resume", retry]);
        assert_eq!(work.requests(), 6, "HTTP {status}");
    }
}

/// An input without items is an error that names its cause.
#[test]
fn csv_without_items_is_an_error() {
    let mut messages = Messages::default();
    let work = Work::new(0, &[]);
    for csv in [
        "1000\n",
        "1000,1001\n",
        "app;inst;stream\na;live;b\n",
        "app\tinst\tstream\na\tlive\tb\n",
        "sep=;\nstream_id\n1\n",
        "stream_id\u{200b}\n1\n",
        "strem_id\n1\n",
        "stream_id,stream_id\n1,2\n",
        "stream_id,\n1,2\n",
        "",
        "stream_id\n",
    ] {
        fs::write(work.file("a.csv"), csv).unwrap();
        let ran = work.run(&["--command", "stream.close", "a.csv"]);
        let checked = work.run(&["--check", "--command", "stream.close", "a.csv"]);
        assert_eq!((ran.code, &ran.stderr), (checked.code, &checked.stderr), "{csv:?}");
        messages.add(&format!("{csv:?}"), &ran);
    }
    fs::write(work.file("a.csv"), "1000\n").unwrap();
    assert_eq!(work.run(&["--unchecked", "--command", "stream.close", "a.csv"]).code, 2);
    for empty in ["", "stream_id\n", "\u{feff}stream_id\r\n", "\n\n"] {
        fs::write(work.file("a.csv"), empty).unwrap();
        for args in [&["--command", "stream.close", "a.csv"][..], &["--check", "--command", "stream.close", "a.csv"]] {
            let ran = work.run(args);
            assert_eq!(ran.code, 2, "{empty:?}: {ran:?}");
        }
        assert!(!work.file("a.csv.journal").exists(), "a run was begun");
    }
    assert_eq!(work.requests(), 0);
    messages.compare("csv-without-items-is-an-error");
}

fn wait_until(mut done: impl FnMut() -> bool) {
    while !done() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn signal(process: u32, name: &str) {
    assert!(Command::new("kill").args(["-s", name, &process.to_string()]).status().unwrap().success());
}

#[test]
fn a_renamed_input_is_refused_and_a_truncated_journal_stops_its_run() {
    let mut messages = Messages::default();
    let work = Work::new(3, &[]);
    assert_eq!(work.run(&["in.jsonl"]).code, 0);
    fs::rename(work.file("in.jsonl"), work.file("renamed.jsonl")).unwrap();
    let ran = work.run(&["renamed.jsonl"]);
    messages.add("a renamed input", &ran);
    assert_eq!(work.run(&["renamed.jsonl", "--resume", "--journal", "in.jsonl.journal"]).code, 0);
    assert_eq!(work.requests(), 3);
    // A copy is a different input.
    fs::copy(work.file("renamed.jsonl"), work.file("copy.jsonl")).unwrap();
    assert_eq!((work.run(&["copy.jsonl"]).code, work.requests()), (9, 6));
    let work = Work::new(40, &["latency=40"]);
    let run = work.command(&["in.jsonl", "-j", "1"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(|| work.requests() > 3);
    fs::OpenOptions::new().write(true).open(work.file("in.jsonl.journal")).unwrap().set_len(0).unwrap();
    let ran: Ran = run.wait_with_output().unwrap().into();
    assert!(work.requests() < 40, "{ran:?}");
    messages.add("a truncated journal", &ran);
    messages.compare("a-renamed-input-is-refused-and-a-truncated-journal-stops-its-run");
}

#[test]
fn a_run_that_appends_to_its_own_input_stops() {
    let mut messages = Messages::default();
    let work = Work::new(300, &[]);
    let lines = "{\"command\":\"app.list\"}\n".repeat(300);
    fs::write(work.file("own.jsonl"), lines).unwrap();
    let own = fs::OpenOptions::new().append(true).open(work.file("own.jsonl")).unwrap();
    let ran: Ran = work.command(&["own.jsonl"]).stdout(own).stderr(Stdio::piped()).output().unwrap().into();
    messages.add("results appended to the input", &ran);
    messages.compare("a-run-that-appends-to-its-own-input-stops");
}

#[test]
fn a_file_that_is_not_a_journal_is_unchanged_and_a_pipe_is_refused_as_input() {
    let mut messages = Messages::default();
    let work = Work::new(1, &[]);
    let good = fs::read_to_string(work.file("in.jsonl")).unwrap();
    fs::write(work.file("bad.jsonl"), "nonsense").unwrap();
    for notes in ["precious", "precious\n", "{\"line\":1}\n"] {
        fs::write(work.file("notes.txt"), notes).unwrap();
        for input in ["in.jsonl", "bad.jsonl"] {
            let ran = work.run(&[input, "--resume", "--journal", "notes.txt"]);
            messages.add(&format!("{notes:?} as the journal of {input}"), &ran);
            assert_eq!(fs::read_to_string(work.file("notes.txt")).unwrap(), notes);
        }
    }
    let own = work.run(&["in.jsonl", "--journal", "in.jsonl"]);
    assert_eq!((own.code, fs::read_to_string(work.file("in.jsonl")).unwrap()), (3, good.clone()), "{own:?}");
    assert_eq!(work.run(&["in.jsonl", "--journal", "/dev/null"]).code, 3);

    // A pipe cannot be read twice.
    let mut command = work.command(&["/dev/stdin", "--journal", "j"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(good.as_bytes()).unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    messages.add("a pipe as the input", &ran);
    assert_eq!(work.requests(), 0);
    messages.compare("a-file-that-is-not-a-journal-is-unchanged-and-a-pipe-is-refused-as-input");
}

#[test]
fn an_item_that_was_not_checked_is_not_sent() {
    let mut messages = Messages::default();
    let work = Work::new(600, &["latency=8"]);
    let mut command = work.command(&["in.jsonl", "-j", "2"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(|| work.file("in.jsonl.journal").exists() && work.journal().len() >= 4);
    let mut input = fs::OpenOptions::new().append(true).open(work.file("in.jsonl")).unwrap();
    writeln!(
        input,
        "{}",
        json!({ "command": "sevu.removestreamuser", "stream": "one", "app": "a", "user": "someone" })
    )
    .unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    messages.add("a line added during the run", &ran);
    assert!(
        !work.admin("snapshot")["publishers"]["rows"].as_object().unwrap().is_empty(),
        "the added command was not confirmed"
    );

    // The command from `--command` is part of an item.
    fs::write(work.file("in.csv"), "stream_id\n1000\n").unwrap();
    work.run(&["in.csv", "--command", "stream.close"]);
    let other = work.run(&["in.csv", "--resume", "--unchecked", "--command", "stream.details"]);
    messages.add("another --command", &other);
    messages.compare("an-item-that-was-not-checked-is-not-sent");
}

#[test]
fn items_whose_results_cannot_be_written_are_not_recorded_as_done() {
    let work = Work::new(30, &[]);
    let full = fs::File::create("/dev/full").unwrap();
    let ran: Ran = work.command(&["-o", "json", "in.jsonl"]).stdout(full).output().unwrap().into();
    assert!(ran.code == 12 && ran.stderr.contains("results not written for lines "), "{ran:?}");
    assert!(work.journal().values().all(|state| state == "sent"), "{:?}", work.journal());
    let ran = work.run(&["in.jsonl", "--resume"]);
    assert_eq!((ran.code, results(&ran.stdout).len()), (9, 30), "each line has a result now: {ran:?}");

    // While its reader stalls, a run can be stopped: at once by a second signal, soon by one.
    for (signals, code) in [(&["INT", "INT"][..], 130), (&["TERM"], 143)] {
        let work = Work::new(600, &[]);
        let mut child = work.command(&["in.jsonl"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        wait_until(|| work.file("in.jsonl.journal").exists() && work.journal().values().any(|state| state == "done"));
        std::thread::sleep(Duration::from_millis(1500));
        assert!(child.try_wait().unwrap().is_none(), "the run did not wait for its reader");
        for name in signals {
            signal(child.id(), name);
            std::thread::sleep(Duration::from_millis(200));
        }
        let mut waited = 0;
        while child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(20));
            waited += 1;
            assert!(waited < 1000, "the run does not end");
        }
        drop(stdout);
        assert_eq!(child.wait().unwrap().code(), Some(code));
    }
}

#[test]
fn a_silent_pipe_does_not_block_signals() {
    let work = Work::new(1, &[]);
    for csv in [&["--input", "csv"][..], &[]] {
        let mut command = work.command(&[&["-", "--journal", "j", "--command", "app.list"], csv].concat());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until(|| work.file("j").exists());
        std::thread::sleep(Duration::from_millis(300));
        signal(child.id(), "TERM");
        let stdin = child.stdin.take();
        assert_eq!(child.wait().unwrap().code(), Some(143), "{csv:?}");
        drop(stdin);
    }
}

#[test]
fn a_server_without_api_replies_ends_the_run_early() {
    let mut messages = Messages::default();
    for (fault, code, state) in [("html=true", 11, "unknown"), ("status=404", 5, "failed")] {
        let work = Work::new(100, &[&format!("command=stream.close {fault}")]);
        let ran = work.run(&["in.jsonl", "-j", "4"]);
        messages.add(fault, &ran);
        assert!(ran.code == code && work.requests() <= 13, "{fault} {}", work.requests());
        assert!(work.journal().values().all(|own| own == state), "{fault} {:?}", work.journal());
    }
    // After a short failure of the server, the rest is executed.
    let work = Work::new(60, &["command=stream.close first=3 status=503 retry_after=2"]);
    let ran = work.run(&["in.jsonl", "-j", "4"]);
    messages.add("a short failure of the server", &ran);
    messages.compare("a-server-without-api-replies-ends-the-run-early");
}
