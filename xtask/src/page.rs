//! Tests the sandbox's page in a real browser.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::process::{Outcome, program, target};
use crate::served::Served;

/// Tests the page with Chromium, and saves a screenshot in the target folder.
pub(crate) fn run() -> Outcome {
    let served = Served::start(&[])?;
    let mut driver = program("chromedriver", ["--port=0"])
        .into_command()
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("chromedriver: {error}; install chromium and chromium-driver"))?;
    let outcome = port(&mut driver).and_then(|port| {
        let shot = target()?.join("page.png");
        let address = format!("http://127.0.0.1:{port}");
        let args = ["xtask/page/page.py", &served.origin, &address, "/usr/bin/chromium", &shot.to_string_lossy()];
        program("python3", args).run()
    });
    let _ = driver.kill();
    let _ = driver.wait();
    outcome
}

/// Returns the port that the driver prints.
fn port(driver: &mut std::process::Child) -> Outcome<String> {
    let lines = BufReader::new(driver.stdout.take().ok_or("the stdout of chromedriver cannot be read")?).lines();
    for line in lines {
        let line = line?;
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return Ok(port.trim_end_matches('.').to_owned());
        }
    }
    Err("chromedriver did not start".into())
}
