//! Runs typical clients in other languages against each signature check of the sandbox, and
//! compares the results and diagnoses.

use std::fs;

use crate::process::{Outcome, program, root, say, scaleengine, target};
use crate::served::Served;

const KEY: &str = "SANDBOXKEY0000000000000000000000";
const SECRET: &str = include_str!("../../vectors/by-name/secret.txt");
const CDN: &str = "158";

/// The message for a request that passes the check: it closes a stream that is not live.
const PASSED: &str = "Stream is not live";
const VALUES: [&str; 4] = ["plain", "a/b", "é", "😀"];

/// A client: its program, script and packages, and the mistake in its canonical JSON for each of
/// the values; empty if the JSON is the same as PHP's.
const CLIENTS: [(&str, &str, &str, [&str; 4]); 5] = [
    ("php", "client.php", "php-cli and php-curl", ["", "", "", ""]),
    ("ruby", "client.rb", "ruby", ["", "slash-unescaped", "utf8-raw", "utf8-raw"]),
    ("perl", "client.pl", "libwww-perl", ["", "slash-unescaped", "utf8-raw", "utf8-raw"]),
    ("python3", "client.py", "python3-requests", ["spaces", "slash-unescaped+spaces", "spaces", "spaces"]),
    ("node", "client.mjs", "nodejs", ["", "slash-unescaped", "utf8-raw", "utf8-raw"]),
];

/// Runs each client against each check, and fails if a result differs from `docs/protocol.md`.
pub(crate) fn run() -> Outcome {
    say("client    check    results for plain, a/b, é, emoji");
    for check in ["raw", "array", "object", "all"] {
        let served = Served::start(&["--verify", check])?;
        let url = format!("{}/stable/", served.origin);
        for (language, script, package, mistakes) in CLIENTS {
            let script = format!("xtask/foreign/{script}");
            // The same JSON in the same second would be a replay.
            let values = VALUES.map(|value| format!("{value} {language}"));
            let args = [script.as_str(), &url, KEY, SECRET, CDN].into_iter().chain(values.iter().map(String::as_str));
            let told = program(language, args).output().map_err(|error| format!("{error}; install {package}"))?;
            // JSON that differs from PHP's passes only under `raw`, which checks the received
            // bytes; the diagnosis names the mistake in every case.
            let expected: Vec<String> = mistakes
                .iter()
                .map(|mistake| {
                    let outcome = if mistake.is_empty() || check == "raw" { PASSED } else { "0003" };
                    format!("{outcome}\t{mistake}")
                })
                .collect();
            let lines: Vec<&str> = told.lines().collect();
            say(&format!("{language:<9} {check:<8} {}", lines.join(", ").replace(PASSED, "ok").replace('\t', " ")));
            if lines != expected {
                return Err(format!("{language} under {check}: {lines:?} instead of {expected:?}").into());
            }
        }
    }
    recipes()?;
    scripts()
}

/// The languages of the recipes in `docs/sandbox.md`, and the programs that run them. The recipes
/// in Rust run as doc tests.
const RECIPES: [(&str, &str); 5] =
    [("php", "php"), ("ruby", "ruby"), ("python", "python3"), ("js", "node"), ("bash", "bash")];

/// Runs scripts that the command line prints, against a sandbox with all checks.
fn scripts() -> Outcome {
    let binary = scaleengine()?;
    let text = "note=a/b é😀 \"'\\$x <&> \u{7f} \\u007f ";
    for (language, runs) in [("php", "php"), ("python", "python3")] {
        let args =
            ["--print", language, "call", "app.list", text, "list:=[\"x\",null,true]", r#"map:={"a/":[1],"b":false}"#];
        let script = program(&binary, args).output()?;
        let file = target()?.join(format!("recipes/printed.{language}"));
        fs::write(&file, script)?;
        let file = file.to_string_lossy();
        let told = program(&binary, ["sandbox", "exec", "--", runs, &*file]).output()?;
        if !told.contains(r#""status":"success""#) {
            return Err(format!("the sandbox refused the printed {language} script: {told}").into());
        }
        say(&format!("{language}: the printed script is accepted"));
    }
    Ok(())
}

/// Runs each recipe unchanged, in a sandbox with all checks.
fn recipes() -> Outcome {
    let binary = scaleengine()?;
    let page = fs::read_to_string(root().join("docs/sandbox.md"))?;
    let folder = target()?.join("recipes");
    fs::create_dir_all(&folder)?;
    let path = format!("{}:{}", target()?.join("debug").display(), std::env::var("PATH").unwrap_or_default());
    for (language, runs) in RECIPES {
        let (_, rest) = page
            .split_once(&format!("```{language}\n"))
            .ok_or(format!("docs/sandbox.md has no recipe in {language}"))?;
        let (code, _) = rest.split_once("\n```").ok_or("a recipe in docs/sandbox.md has no end")?;
        let file = folder.join(format!("recipe.{language}"));
        fs::write(&file, code)?;
        let file = file.to_string_lossy();
        program(&binary, ["sandbox", "exec", "--", runs, &*file]).env("PATH", &path).run()?;
    }
    Ok(())
}
