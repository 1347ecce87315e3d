//! `docs/reference/`: one page a family, made from what the binary says of its commands.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::process::{Outcome, cargo, root, say};

/// Writes the pages.
pub(crate) fn write() -> Outcome {
    let folder = folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for (name, page) in pages()? {
        fs::write(folder.join(name), page)?;
    }
    Ok(())
}

/// Fails where a page is missing, too many, or not what it would be if it were written now.
pub(crate) fn check() -> Outcome {
    let pages = pages()?;
    for (name, page) in &pages {
        if fs::read_to_string(folder().join(name)).ok().as_ref() != Some(page) {
            return Err(format!("docs/reference/{name} is not current: cargo xtask reference").into());
        }
    }
    let there = fs::read_dir(folder())?.count();
    if there != pages.len() {
        return Err(format!("docs/reference has {there} pages and not {}: cargo xtask reference", pages.len()).into());
    }
    say(&format!("docs/reference: {there} pages, current"));
    Ok(())
}

fn folder() -> PathBuf {
    root().join("docs/reference")
}

fn pages() -> Outcome<BTreeMap<String, String>> {
    let json = cargo("run --quiet -p scaleengine-cli -- commands -o json").output()?;
    let json: Value = serde_json::from_str(&json)?;
    let commands = json.get("commands").and_then(Value::as_array).ok_or("no list of commands")?;
    let mut pages = BTreeMap::new();
    let mut index =
        format!("# Commands\n\nAll {} known commands. Made by `cargo xtask reference`.\n\n", commands.len());
    index += "| command | repeating | what it does |\n| --- | --- | --- |\n";
    for command in commands {
        let (name, family) = (text(command, "name"), text(command, "family"));
        let anchor = name.replace('.', "");
        let (safety, summary) = (text(command, "safety"), one_line(text(command, "summary")));
        writeln!(index, "| [`{name}`]({family}.md#{anchor}) | {safety} | {summary} |")?;
        let page = pages.entry(format!("{family}.md")).or_insert_with(|| format!("# {family}\n"));
        write_command(page, command)?;
    }
    pages.insert("README.md".to_owned(), index);
    pages.insert("diagnosis.md".to_owned(), diagnosis()?);
    pages.insert("rules.md".to_owned(), rules()?);
    Ok(pages)
}

/// The codes of mistakes.
fn diagnosis() -> Outcome<String> {
    let rows = rows("sign reasons", "reasons", ["code", "what", "remedy"])?;
    Ok(format!(
        "# Why a request is refused\n\nThe codes are stable. Made by `cargo xtask reference` from `scaleengine sign reasons`.\n\n\
         | code | what the client did | what to do |\n| --- | --- | --- |\n{rows}"
    ))
}

/// The rules of the sandbox.
fn rules() -> Outcome<String> {
    let rows = rows("sandbox rules", "rules", ["id", "what", "confidence", "source"])?;
    Ok(format!(
        "# The rules of the sandbox\n\nHow well each is known, and from where. `--only documented` leaves out what is assumed. Made by \
         `cargo xtask reference` from `scaleengine sandbox rules`.\n\n\
         | rule | what it says | known | source |\n| --- | --- | --- | --- |\n{rows}"
    ))
}

/// Rows of a table, from a list that the binary writes. The first column is code.
fn rows<const N: usize>(command: &str, name: &str, columns: [&str; N]) -> Outcome<String> {
    let json: Value =
        serde_json::from_str(&cargo(&format!("run --quiet -p scaleengine-cli -- -o json {command}")).output()?)?;
    let row = |own: &Value| {
        let cells = columns.iter().map(|column| one_line(text(own, column)));
        let cells: Vec<_> =
            cells.enumerate().map(|(index, cell)| if index == 0 { format!("`{cell}`") } else { cell }).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    Ok(list(&json, name).iter().map(row).collect())
}

fn write_command(page: &mut String, command: &Value) -> Outcome {
    let (name, source) = (text(command, "name"), text(command, "page"));
    writeln!(page, "\n## {name}\n\n{}\n\nSource: <{source}> ({})", text(command, "docs"), text(command, "known"))?;
    writeln!(page, "\nRepeating it: {} ({}).", text(command, "safety"), text(command, "reason"))?;
    let confirm = text(command, "confirm");
    if !confirm.is_empty() {
        writeln!(page, "\nThe command line asks first: {confirm}.")?;
    }
    let answer = command.get("answer").ok_or("no answer")?;
    writeln!(page, "\nAnswer: {}", text(answer, "docs"))?;
    let forms = list(command, "forms");
    if forms.len() > 1 {
        writeln!(page, "\nIn one of these forms:\n")?;
        for form in forms {
            let names = |key| list(form, key).iter().map(|name| format!("`{}`", name.as_str().unwrap_or_default()));
            let mut line = format!("- `{}`: {}", text(form, "name"), names("required").collect::<Vec<_>>().join(", "));
            for (key, words) in [("null", "sent as null"), ("optional", "allowed besides")] {
                let names: Vec<_> = names(key).collect();
                if !names.is_empty() {
                    write!(line, "; {words}: {}", names.join(", "))?;
                }
            }
            writeln!(page, "{line}")?;
        }
    }
    let fields = list(command, "fields");
    if fields.is_empty() {
        writeln!(page, "\nIt has no parameters.")?;
        return Ok(());
    }
    writeln!(
        page,
        "\n| parameter | type | required | example | what it means | known |\n| --- | --- | --- | --- | --- | --- |"
    )?;
    for field in fields {
        let flag = |key: &str| field.get(key).and_then(Value::as_bool).unwrap_or_default();
        let requires =
            |form: &&Value| list(form, "required").iter().any(|own| own.as_str() == Some(text(field, "name")));
        let required = match (flag("optional"), forms.iter().filter(requires).count()) {
            (true, _) => "no",
            (false, count) if count == forms.len() => "yes",
            (false, _) => "by form",
        };
        let presence = match text(field, "presence_known") {
            "documented" => String::new(),
            known => format!(" ({known})"),
        };
        let kind = format!("{}{}", text(field, "type"), if flag("many") { ", several" } else { "" });
        let example = field.get("example").filter(|example| !example.is_null());
        let example =
            example.map(|example| format!("`{}`", example.to_string().replace('|', "\\|"))).unwrap_or_default();
        let values: Vec<_> =
            list(field, "values").iter().map(|value| format!("`{}`", value.as_str().unwrap_or_default())).collect();
        let values = if values.is_empty() { String::new() } else { format!(" Known: {}.", values.join(", ")) };
        let (name, docs, known) = (text(field, "name"), one_line(text(field, "docs")), text(field, "known"));
        writeln!(page, "| `{name}` | {kind} | {required}{presence} | {example} | {docs}{values} | {known} |")?;
    }
    Ok(())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
