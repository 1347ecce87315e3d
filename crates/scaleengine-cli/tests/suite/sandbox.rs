//! The `sandbox` commands.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::binary::{CLOSE, Serving, run};
use crate::messages::Messages;

#[test]
fn serve_prints_the_variables_and_writes_the_port_file() {
    let port_file = std::env::temp_dir().join(format!("scaleengine-port-{}", std::process::id()));
    let sandbox = Serving::start(&["--port-file", port_file.to_str().unwrap()]);
    let names: Vec<_> = sandbox.variables.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["SCALEENGINE_API_KEY", "SCALEENGINE_SECRET_KEY", "SCALEENGINE_CDN", "SCALEENGINE_API_URL"]);

    // The file appears after the variables.
    let port = (0..200).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        fs::read_to_string(&port_file).ok()
    });
    let port = port.unwrap();
    fs::remove_file(&port_file).unwrap();
    assert_eq!(sandbox.url(), format!("http://127.0.0.1:{}/stable/", port.trim()));

    let first = sandbox.run(&CLOSE);
    let again = sandbox.run(&CLOSE);
    assert_eq!((first.code, again.code), (0, 5), "{first:?} {again:?}");
}

/// A client that signs a raw slash passes only the check of the JSON as received.
#[test]
fn verify_selects_the_signature_check() {
    use hmac::Mac as _;
    for (verify, status) in [("raw", "success"), ("all", "failure"), ("array", "failure"), ("object", "failure")] {
        let sandbox = Serving::start(&["--verify", verify, "--listen", "127.0.0.1:0"]);
        let printed = sandbox.run(&["--print", "body", "call", "app.list", "note=a/b"]).stdout;
        let (text, _) = printed.split_once(",\"signature\"").unwrap();
        let text = format!("{}}}", text.replace("\\/", "/"));
        let mut mac: hmac::Hmac<sha2::Sha256> =
            hmac::KeyInit::new_from_slice(scaleengine_sandbox::SECRET_KEY.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let body = format!("{},\"signature\":\"{signature}\"}}", text.strip_suffix('}').unwrap());
        let form = format!("json={}", body.replace('%', "%25").replace('+', "%2B").replace('&', "%26"));
        let answer = post(sandbox.url(), &form);
        assert!(answer.contains(&format!("\"status\":\"{status}\"")), "{verify}: {answer}");
    }
}

fn post(url: &str, form: &str) -> String {
    let address = url.trim_start_matches("http://").trim_end_matches("/stable/");
    let mut stream = TcpStream::connect(address).unwrap();
    let head =
        "POST /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded";
    write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{form}", form.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn both_encodings_are_accepted() {
    for encoding in ["multipart", "urlencoded"] {
        let ran = Serving::start(&[]).run(&[&["--encoding", encoding], &CLOSE[..]].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}

#[test]
fn exec_runs_a_command_and_returns_its_exit_code() {
    let mut messages = Messages::default();
    let own = env!("CARGO_BIN_EXE_scaleengine");
    let exec = |flags: &[&str], command: &[&str]| run(&[&["sandbox", "exec"], flags, &["--"], command].concat());
    let ran = exec(&[], &[&[own], &CLOSE[..]].concat());
    assert!(ran.code == 0 && ran.stdout.starts_with("stream.close: success"), "{ran:?}");
    let fault = "command=app.list code=1000 id=busy";
    let ran = exec(&["--fault", fault], &[own, "--retries", "0", "app", "list"]);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.stderr.contains("1 app.list 200 1000 fault busy\n"), "{ran:?}");
    assert_eq!(exec(&[], &["sh", "-c", "kill -9 $$"]).code, 137);
    let ran = exec(&["--quiet"], &["/nonexistent"]);
    messages.add("a program that does not exist", &ran);
    messages.compare("exec-runs-a-command-and-returns-its-exit-code");
}

#[test]
fn sigterm_stops_serve_and_is_forwarded_by_exec() {
    let own = env!("CARGO_BIN_EXE_scaleengine");
    let script = "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done";
    for (command, code) in [(vec!["sandbox", "serve"], 0), (vec!["sandbox", "exec", "--", "sh", "-c", script], 3)] {
        let mut child = std::process::Command::new(own)
            .args(&command)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut byte = [0];
        child.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
        let told = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{command:?}");
    }
}

#[test]
fn refused_requests_are_logged_and_invalid_flags_are_explained() {
    let mut messages = Messages::default();
    let ran = run(&["sandbox", "serve", "--fault", "hang reset"]);
    messages.add("hang reset", &ran);
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed.toml");
    fs::write(&seed, "[[streams]]\napp = \"a\"\n").unwrap();
    let ran = run(&["sandbox", "serve", "--seed", seed.to_str().unwrap()]);
    messages.add("a seed without inst", &ran);
    let rules = run(&["-o", "jsonl", "sandbox", "rules"]).stdout;
    let rules: Vec<serde_json::Value> = rules.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rules.iter().any(|rule| rule["id"] == "timestamp-window" && rule["confidence"] == "assumed"));

    let wrong = [
        "sandbox",
        "exec",
        "--",
        "env",
        "SCALEENGINE_SECRET_KEY=wrong",
        env!("CARGO_BIN_EXE_scaleengine"),
        "app",
        "list",
    ];
    let ran = run(&wrong);
    messages.add("a wrong secret", &ran);
    messages.compare("refused-requests-are-logged-and-invalid-flags-are-explained");
}

/// Forwards to another sandbox in place of the API.
#[test]
fn forward_returns_the_real_response_with_a_diagnosis() {
    let real = Serving::start(&["--verify", "raw"]);
    let mut command = crate::binary::at(real.url());
    command.args(["sandbox", "serve", "--forward", real.url()]).stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.as_mut().unwrap()));
    let url = lines.find_map(|line| line.unwrap().strip_prefix("SCALEENGINE_API_URL=").map(str::to_owned)).unwrap();
    let ran = crate::binary::run_at(&url, &CLOSE);
    assert_eq!(ran.code, 0, "{ran:?}");
    // Only the sandbox behind executed the command.
    assert_eq!(real.run(&CLOSE).code, 5);
    assert_eq!(crate::binary::run_at(&url, &CLOSE).code, 5);
    let answer = post(&url, "json=%7B");
    assert!(
        answer.contains("\r\nx-sandbox-diagnosis: not-json\r\n") && answer.contains("could not be read"),
        "{answer}"
    );
    child.kill().unwrap();
    child.wait().unwrap();
}
