//! Clients in other languages, as their users write them, against the sandbox: what each check of the signature makes of
//! them, and what they are told.

use std::fs;

use crate::process::{Outcome, program, root, say, scaleengine, target};
use crate::served::Served;

const KEY: &str = "SANDBOXKEY0000000000000000000000";
const SECRET: &str = include_str!("../../vectors/by-name/secret.txt");
const CDN: &str = "158";

/// What each request closes: a stream by its id, which is not live; so a request that passes is told so.
const PASSED: &str = "Stream is not live";
const VALUES: [&str; 4] = ["plain", "a/b", "é", "😀"];

/// A client: how it is run, and what its texts do that PHP's do not, for each of the values; nothing where they are the same.
const CLIENTS: [(&str, &str, &str, [&str; 4]); 5] = [
    ("php", "client.php", "php-cli and php-curl", ["", "", "", ""]),
    ("ruby", "client.rb", "ruby", ["", "slash-unescaped", "utf8-raw", "utf8-raw"]),
    ("perl", "client.pl", "libwww-perl", ["", "slash-unescaped", "utf8-raw", "utf8-raw"]),
    ("python3", "client.py", "python3-requests", ["spaces", "slash-unescaped+spaces", "spaces", "spaces"]),
    ("node", "client.mjs", "nodejs", ["", "slash-unescaped", "utf8-raw", "utf8-raw"]),
];

/// Runs each client against each check, and fails where one is judged otherwise than `docs/protocol.md` says.
pub(crate) fn run() -> Outcome {
    say("client    check    plain, a/b, é, emoji: refused and why");
    for check in ["raw", "array", "object", "all"] {
        let served = Served::start(&["--verify", check])?;
        let url = format!("{}/stable/", served.origin);
        for (language, script, package, mistakes) in CLIENTS {
            let script = format!("xtask/foreign/{script}");
            // The same text in the same second would be a replay.
            let values = VALUES.map(|value| format!("{value} {language}"));
            let args = [script.as_str(), &url, KEY, SECRET, CDN].into_iter().chain(values.iter().map(String::as_str));
            let told = program(language, args).output().map_err(|error| format!("{error}; needed: {package}"))?;
            // What differs from PHP's text passes only where the received text itself is checked; it is named all the same.
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

/// The recipes of the sandbox's page, and what runs them. Those in Rust are tests of the library's documentation.
const RECIPES: [(&str, &str); 5] =
    [("php", "php"), ("ruby", "ruby"), ("python", "python3"), ("js", "node"), ("bash", "bash")];

/// Scripts that the command line prints, run against a sandbox that checks in every way.
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
            return Err(format!("the script in {language} is refused: {told}").into());
        }
        say(&format!("{language}: a printed script is accepted"));
    }
    Ok(())
}

/// Each recipe as it stands, with a sandbox around it that checks in every way.
fn recipes() -> Outcome {
    let binary = scaleengine()?;
    let page = fs::read_to_string(root().join("docs/sandbox.md"))?;
    let folder = target()?.join("recipes");
    fs::create_dir_all(&folder)?;
    let path = format!("{}:{}", target()?.join("debug").display(), std::env::var("PATH").unwrap_or_default());
    for (language, runs) in RECIPES {
        let (_, rest) =
            page.split_once(&format!("```{language}\n")).ok_or(format!("there is no recipe in {language}"))?;
        let (code, _) = rest.split_once("\n```").ok_or("a recipe has no end")?;
        let file = folder.join(format!("recipe.{language}"));
        fs::write(&file, code)?;
        let file = file.to_string_lossy();
        program(&binary, ["sandbox", "exec", "--", runs, &*file]).env("PATH", &path).run()?;
    }
    Ok(())
}
