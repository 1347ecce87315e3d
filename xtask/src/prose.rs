//! Checks the prose of the project: comments, messages and Markdown.
//!
//! The rules are those of `CONTRIBUTING.md` that a program can check. Spelling is checked by
//! `typos`.

use std::path::{Path, PathBuf};

use crate::process::{self, Outcome, program};

/// First words that make a doc comment a riddle.
const OPENINGS: [&str; 3] = ["What ", "Whoever ", "That which "];

/// Phrases that a plainer one can replace. "There is no …" is fine, "it is no …" is not.
const PHRASES: [&str; 5] = ["is no", "nobody", "so many", "told", "on its way"];

/// Data, not prose: file and phrase.
const ALLOWED: [(&str, &str); 1] = [
    // The rule itself.
    ("xtask/src/prose.rs", ""),
];

/// The longest line of prose. Tables, code, links and addresses may be longer.
const COLUMNS: usize = 100;

/// Checks every source and every page; fails with all findings.
pub(crate) fn run() -> Outcome {
    let mut findings = Vec::new();
    for path in files(&process::root())? {
        let name = path.strip_prefix(process::root())?.to_string_lossy().into_owned();
        findings.extend(findings_in(&name, &std::fs::read_to_string(&path)?));
    }
    if !findings.is_empty() {
        return Err(format!("prose:\n{}", findings.join("\n")).into());
    }
    program("typos", ["--config", ".typos.toml"]).quietly().map_err(|error| {
        format!("{error}\nspelling is checked by typos: python3 -m pip install typos, or cargo install typos-cli")
            .into()
    })
}

/// Returns the sources and pages in a folder, except generated ones.
fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            // docs/reference is generated from the sources.
            if name != "target" && name != "reference" && !name.starts_with('.') {
                files.extend(self::files(&path)?);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "md") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Returns what a file breaks, a line per finding.
fn findings_in(name: &str, text: &str) -> Vec<String> {
    let markdown = Path::new(name).extension().is_some_and(|ending| ending == "md");
    let (mut findings, mut in_code) = (Vec::new(), false);
    for (index, line) in text.lines().enumerate() {
        let comment = comment(line);
        let prose = if markdown { Some(line) } else { comment };
        in_code = match prose {
            Some(prose) if prose.trim_start().starts_with("```") => !in_code,
            Some(_) => in_code,
            None => false,
        };
        let mut find = |what: String| {
            let allowed = ALLOWED.iter().any(|(file, phrase)| *file == name && what.contains(phrase));
            if !allowed {
                findings.push(format!("{name}:{}: {what}", index + 1));
            }
        };
        if let Some(prose) = prose.filter(|_| !in_code) {
            let is_doc = line.trim_start().starts_with("///") || line.trim_start().starts_with("//!");
            if is_doc && let Some(opening) = OPENINGS.iter().find(|opening| prose.starts_with(**opening)) {
                find(format!("begins with `{}`: begin with a verb or a noun", opening.trim_end()));
            }
            let columns = line.chars().count();
            let exempt = prose.starts_with('|') || prose.contains("://") || prose.contains("](");
            if columns > COLUMNS && !exempt {
                find(format!("{columns} columns: wrap prose at {COLUMNS}"));
            }
        }
        let words = match prose {
            Some(prose) if !in_code => without_code(prose),
            None => strings(line),
            Some(_) => String::new(),
        };
        for phrase in PHRASES.into_iter().filter(|phrase| contains(&words, phrase)) {
            find(format!("`{phrase}`: use a plainer phrase"));
        }
    }
    findings
}

/// Returns the text of a comment that has a line to itself.
fn comment(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix("//")?;
    let text = text.strip_prefix(['/', '!']).unwrap_or(text);
    Some(text.strip_prefix(' ').unwrap_or(text))
}

/// Returns a line of Markdown without its code in backticks.
fn without_code(prose: &str) -> String {
    prose.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// Returns the string literals of a line of code, without the names in their braces.
fn strings(line: &str) -> String {
    let literals = line.split('"').skip(1).step_by(2).collect::<Vec<_>>().join(" ");
    literals.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, rest)| rest)).collect()
}

/// Returns whether a text contains a phrase as words of their own.
fn contains(text: &str, phrase: &str) -> bool {
    let text = text.to_lowercase();
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + phrase.len()..).and_then(|after| after.chars().next());
        let fine = phrase == "is no" && text.get(..at).is_some_and(|before| before.ends_with("there "));
        !before.is_some_and(inside) && !after.is_some_and(inside) && !fine
    })
}

#[cfg(test)]
mod tests {
    use super::findings_in;

    #[test]
    fn each_rule_finds_its_case_and_ignores_code_tables_and_links() {
        let long = "word ".repeat(30);
        for (name, text, found) in [
            ("a.rs", "/// What it returns.\n", 1),
            ("a.rs", "// What remains is sent.\n", 0),
            ("a.rs", "let told = f(\"{told}\"); // told\n", 0),
            ("a.rs", "let x = \"nobody is there\";\n", 1),
            ("a.rs", "//! ```\n//! let told = 1; // on its way\n//! ```\n//! It is no list.\n", 1),
            ("a.rs", &format!("    // {long}\n"), 1),
            ("a.rs", &format!("    f(\"{long}\");\n"), 0),
            ("a.md", &format!("{long}\n\n| {long} |\n"), 1),
            ("a.md", &format!("```text\n{long} so many\n```\n[{long}](a.md)\n"), 0),
            ("a.md", "`nobody` untold\nso many rows\n", 1),
            ("a.md", "There is no other, and this is no page.\n", 1),
        ] {
            assert_eq!(findings_in(name, text).len(), found, "{text}");
        }
    }
}
