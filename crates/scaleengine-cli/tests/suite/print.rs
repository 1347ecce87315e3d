//! `--print`: writes the exact signed request and sends nothing.

use std::fs;
use std::path::Path;

use crate::binary::{CLOSE, Ran, at, bare};

fn printed(args: &[&str]) -> String {
    // Nothing listens at this URL, so a request would fail.
    let ran: Ran = at("http://127.0.0.1:1/").args(["--timestamp", "1700000000"]).args(args).output().unwrap().into();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    ran.stdout
}

#[test]
fn every_vector_is_printed_exactly() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
    let mut count = 0;
    for case in fs::read_dir(folder).unwrap() {
        let case = case.unwrap().path();
        // The vectors of commands are tested in `commands`.
        if !case.join("text.json").exists() {
            continue;
        }
        let read = |name: &str| fs::read_to_string(case.join(name)).unwrap();
        let text: serde_json::Value = serde_json::from_str(&read("text.json")).unwrap();
        let field = |name: &str| match &text[name] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };

        let written = read("text.json");
        let (_, params) = written.strip_suffix('}').unwrap().split_once("\"cdn\":158").unwrap();
        let mut args = vec!["call".to_owned(), field("command")];
        args.extend(members(params).map(|(name, value)| format!("{name}:={value}")));
        let mut command = bare();
        command.envs([
            ("SCALEENGINE_API_KEY", field("api_key")),
            ("SCALEENGINE_CDN", field("cdn")),
            ("SCALEENGINE_SECRET_KEY", read("secret.txt")),
        ]);
        command.args(["--print", "body", "--timestamp", &field("timestamp")]).args(args);
        let ran: Ran = command.output().unwrap().into();
        assert_eq!((ran.code, ran.stdout), (0, read("body.json") + "\n"), "{case:?} {}", ran.stderr);
        count += 1;
    }
    assert!(count >= 8);
}

/// Returns the parameters of a vector as written, split before each known top-level name.
fn members(params: &str) -> impl Iterator<Item = (&str, &str)> {
    let known = ["app", "inst", "stream", "stream_id", "origin_url", "note", "videos", "none", "user", "on", "min"];
    let mut cuts: Vec<_> = known.iter().filter_map(|name| params.find(&format!(",\"{name}\":"))).collect();
    cuts.push(params.len());
    cuts.sort_unstable();
    let members: Vec<_> = cuts.windows(2).map(|cut| &params[cut[0] + 2..cut[1]]).collect();
    members.into_iter().map(|member| member.split_once("\":").unwrap())
}

#[test]
fn typed_flags_in_any_order_give_the_same_bytes() {
    let body = include_str!("../../../../vectors/by-name/body.json");
    let typed = printed(&[
        "stream",
        "close",
        "--stream",
        "my_live_stream",
        "--print",
        "body",
        "--inst",
        "live",
        "--app",
        "demo-origin",
    ]);
    assert_eq!(typed, format!("{body}\n"));
    let by_id = ["--print", "body", "stream", "close", "--origin-url", "jb-origin.secdn.net", "--stream-id", "1000"];
    assert_eq!(printed(&by_id), format!("{}\n", include_str!("../../../../vectors/by-id/body.json")));
}

#[test]
fn print_form_shows_the_body_of_each_form_encoding() {
    let body = include_str!("../../../../vectors/by-name/body.json");
    let multipart = printed(&[&["--print", "form"], &CLOSE[..]].concat());
    assert!(multipart.contains(&format!("name=\"json\"\r\n\r\n{body}\r\n--")), "{multipart}");
    let urlencoded = printed(&[&["--print", "form", "--encoding", "urlencoded"], &CLOSE[..]].concat());
    assert!(urlencoded.starts_with("json=%7B%22command%22%3A%22stream.close%22"), "{urlencoded}");
}

#[test]
fn a_shell_reads_the_curl_line_back_exactly() {
    let line = printed(&["--print", "curl", "call", "stream.close", "stream=it's $HOME \\ `x`"]);
    let words = std::process::Command::new("sh")
        .args(["-c", &format!("curl() {{ printf '%s\\n' \"$@\"; }}; {line}")])
        .output()
        .unwrap();
    let words = String::from_utf8(words.stdout).unwrap();
    let json = words.lines().find_map(|word| word.strip_prefix("json=")).unwrap();
    let body = printed(&["--print", "body", "call", "stream.close", "stream=it's $HOME \\ `x`"]);
    assert_eq!(format!("{json}\n"), body);
    assert!(words.ends_with("http://127.0.0.1:1/\n"), "{words}");
}

#[test]
fn a_script_needs_no_credentials_and_contains_no_secret() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "canary").unwrap();
    let pass = format!("@{}", file.path().display());
    let add = ["sevu", "addstreamuser", "--app", "a'b", "--stream", "s", "--user", "u", "--pass", &pass];
    for (language, told) in [
        ("php", ["'app' => 'a\\'b',", "'pass' => variable('SCALEENGINE_PASS'),", "variable('SCALEENGINE_SECRET_KEY')"]),
        (
            "python",
            [
                "\"app\": \"a'b\",",
                "\"pass\": os.environ[\"SCALEENGINE_PASS\"],",
                "os.environ[\"SCALEENGINE_SECRET_KEY\"]",
            ],
        ),
    ] {
        let ran = crate::binary::run(&[&["--print", language], &add[..]].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
        assert!(told.iter().all(|told| ran.stdout.contains(told)) && !ran.stdout.contains("canary"), "{ran:?}");
    }
    // An undeclared parameter is a secret if it was passed as `key@=FILE`.
    let free = format!("tok@={}", file.path().display());
    for args in
        [&["call", "unknown.cmd", &free][..], &["pushpublish", "remove", "--push-service-id", "1", "--extra", &free]]
    {
        let ran = crate::binary::run(&[&["--print", "php"], args].concat());
        assert!(
            ran.stdout.contains("'tok' => variable('SCALEENGINE_TOK')") && !ran.stdout.contains("canary"),
            "{ran:?}"
        );
    }
    let two = ["--print", "php", "stream", "shutdown", "--app", "a", "--inst", "i", "--stream", "s", "--user", "u"];
    assert_eq!(crate::binary::run(&two).code, 2);
    let timed = ["--print", "php", "--timestamp", "5", "app", "list"];
    assert_eq!(crate::binary::run(&timed).code, 2);
}

#[test]
fn placeholders_replace_missing_credentials() {
    for form in ["body", "form", "curl"] {
        let ran: Ran = bare().args(["--print", form]).args(CLOSE).output().unwrap().into();
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(
            ran.stderr.starts_with("note: placeholders") && ran.stderr.contains("SCALEENGINE_SECRET_KEY"),
            "{ran:?}"
        );
        for held in ["\"api_key\":\"YOUR_API_KEY\"", "\"cdn\":0,", "\"signature\":\"YOUR_SIGNATURE\"}"] {
            assert!(ran.stdout.contains(held), "{held}: {ran:?}");
        }
    }
    // The curl line contains the proxy, unless the proxy has a password.
    let curl = ["--print", "curl", "stream", "watch", "--app", "a", "--inst", "i"];
    for (proxy, told) in
        [("http://proxy:1", "--proxy 'http://proxy:1' "), ("http://u:canary@proxy:1", "--globoff --form")]
    {
        let ran: Ran = bare().env("SCALEENGINE_PROXY", proxy).args(curl).output().unwrap().into();
        assert!(ran.stdout.contains(told) && !format!("{ran:?}").contains("canary"), "{ran:?}");
        assert!(ran.stdout.contains("stream.active"), "{ran:?}");
    }
    // Available credentials are used, and a secret is enough to sign.
    let known = [("SCALEENGINE_SECRET_KEY", "s"), ("SCALEENGINE_CDN", "7")];
    let ran: Ran = bare().envs(known).args(["--print", "body"]).args(CLOSE).output().unwrap().into();
    assert!(ran.stdout.contains("\"cdn\":7,") && !ran.stdout.contains("YOUR_SIGNATURE"), "{ran:?}");
}
