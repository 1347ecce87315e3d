//! Runs the binary with a separate environment.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

/// The exit code and output of a run of the binary.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Parses the last line of stderr, which must be an error.
    pub(crate) fn error(&self) -> serde_json::Value {
        let line = self.stderr.lines().last().unwrap_or_default();
        let mut json: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{self:?}"));
        assert_eq!(self.stdout, "", "a failure writes nothing to stdout");
        json["error"].take()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Returns the binary with an empty environment.
pub(crate) fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaleengine"));
    command.env_clear().stdin(Stdio::null());
    command
}

pub(crate) fn run(args: &[&str]) -> Ran {
    bare().args(args).output().unwrap().into()
}

/// Returns the binary with the sandbox's credentials and an address.
pub(crate) fn at(url: &str) -> Command {
    let mut command = bare();
    command.envs([
        ("SCALEENGINE_API_KEY", scaleengine_sandbox::API_KEY),
        ("SCALEENGINE_SECRET_KEY", scaleengine_sandbox::SECRET_KEY),
        ("SCALEENGINE_CDN", "158"),
        ("SCALEENGINE_API_URL", url),
    ]);
    command
}

pub(crate) fn run_at(url: &str, args: &[&str]) -> Ran {
    at(url).args(args).output().unwrap().into()
}

pub(crate) const CLOSE: [&str; 8] =
    ["stream", "close", "--app", "demo-origin", "--inst", "live", "--stream", "my_live_stream"];

/// A sandbox process that ends with the test.
pub(crate) struct Serving {
    child: Child,
    pub(crate) variables: Vec<(String, String)>,
}

impl Serving {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = bare();
        command.args(["sandbox", "serve"]).args(args).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().take(4);
        let variables = lines.map(|line| line.unwrap().split_once('=').map(|(k, v)| (k.into(), v.into())).unwrap());
        Self { variables: variables.collect(), child }
    }

    pub(crate) fn url(&self) -> &str {
        &self.variables.iter().find(|(name, _)| name == "SCALEENGINE_API_URL").unwrap().1
    }

    /// Runs the binary with the variables that the sandbox printed.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        bare().envs(self.variables.iter().cloned()).args(args).output().unwrap().into()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a server that answers each request with the given bytes.
pub(crate) fn answering(response: impl Into<Vec<u8>>) -> String {
    let response = response.into();
    listening(move |listener| {
        for mut stream in listener.incoming().flatten() {
            read_request(&mut stream);
            // The client may close the connection early.
            let _ = stream.write_all(&response);
        }
    })
}

/// Starts a server that passes its first connection to `handle`.
pub(crate) fn serving(handle: impl FnOnce(TcpStream) + Send + 'static) -> String {
    listening(move |listener| handle(listener.accept().unwrap().0))
}

fn listening(serve: impl FnOnce(TcpListener) + Send + 'static) -> String {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let url = format!("http://{}/stable/", listener.local_addr().unwrap());
    thread::spawn(move || serve(listener));
    url
}

/// Reads a request to the end of its body.
pub(crate) fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).unwrap();
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request).into_owned();
        // A client may connect without sending a request.
        if count == 0 {
            return text;
        }
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if body.len() >= length.parse().unwrap() {
            return text;
        }
    }
}

/// Returns a response with a `Content-Length`.
pub(crate) fn http(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

/// Returns the words of every command that the help pages list.
pub(crate) fn leaves() -> Vec<Vec<String>> {
    fn collect(words: &mut Vec<String>, leaves: &mut Vec<Vec<String>>) {
        let help = bare().args(&*words).arg("-h").output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        // The program lists its commands in groups, a family after a heading.
        let (listed, _) = help.split_once("\nOptions:\n").unwrap();
        if !words.is_empty() && !listed.contains("\nCommands:\n") {
            leaves.push(words.clone());
            return;
        }
        let listed = listed.lines().filter(|line| line.starts_with("  "));
        for name in listed.filter_map(|line| line.split_whitespace().next()) {
            words.push(name.to_owned());
            collect(words, leaves);
            words.pop();
        }
    }
    let mut leaves = Vec::new();
    collect(&mut Vec::new(), &mut leaves);
    assert!(leaves.len() > 85, "{leaves:?}");
    leaves
}
