//! The subcommand of a declared command: flags, help and usage, all from its declaration.

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Command};
use scaleengine::proto::{Confidence, Constructor, Entry, Field, Sample, Spec};
use scaleengine::{RawCommand, Safety, Value};

use crate::catalogue::summary;
use crate::flag::{EXTRA, flag};

/// Returns the subcommand of a declared command.
pub(super) fn declared(entry: &'static Entry) -> Command {
    let spec = entry.spec;
    let command = Command::new(subcommand(spec))
        .about(summary(entry).trim_end_matches('.').to_owned())
        .long_about(unwrapped(spec.docs))
        .args(spec.fields.iter().map(|field| parameter(entry, field)));
    let switches = spec.constructors.iter().filter(|constructor| !constructor.nulls.is_empty()).map(|constructor| {
        let help = format!("Send {} as null", constructor.nulls.join(" and "));
        Arg::new(constructor.name).long(flag(constructor.name)).action(ArgAction::SetTrue).help(help)
    });
    let extra = Arg::new(EXTRA)
        .long("extra")
        .value_name("FIELD")
        .action(ArgAction::Append)
        .help("Other parameter: key=string or key:=json");
    let command = command.args(switches).arg(extra).override_usage(usage(spec));
    with_ending(command, &examples(&lines(entry)), &facts(spec))
}

/// The flags of every command in one line of short help.
const GLOBALS: &str = "Global options: --sandbox --profile -o --field --print --yes -v … (see --help)";

/// Ends the help of a command: with examples, and in long help with facts too.
pub(super) fn with_ending(command: Command, examples: &str, facts: &str) -> Command {
    let long = if facts.is_empty() { examples.to_owned() } else { format!("{examples}\n\n{facts}") };
    command.after_help(format!("{GLOBALS}\n\n{examples}")).after_long_help(long)
}

/// Returns the examples at the end of a help page.
pub(super) fn examples<T: std::fmt::Display>(lines: &[T]) -> String {
    let title = if lines.len() == 1 { "Example:" } else { "Examples:" };
    let line = |line: &T| format!("\n  {}", broken(words(&format!("scaleengine {line}")), 2));
    title.to_owned() + &lines.iter().map(line).collect::<String>()
}

/// Returns an example for each constructor, with the required parameters and the values of the
/// documentation.
fn lines(entry: &Entry) -> Vec<String> {
    let spec = entry.spec;
    let line = |sample: &Sample<RawCommand>| {
        let mut line = format!("{} {}", spec.family(), subcommand(spec));
        let fields = sample.minimal.fields().filter(|(_, value)| **value != Value::Null);
        for (field, value) in fields.filter_map(|(name, value)| Some((spec.field(name)?, value))) {
            for value in arguments(field, value) {
                line += &format!(" --{} {}", flag(field.name), quoted(&value));
            }
        }
        let nulls = spec
            .constructors
            .iter()
            .find(|constructor| constructor.name == sample.constructor && !constructor.nulls.is_empty());
        line + &nulls.map(|constructor| format!(" --{}", flag(constructor.name))).unwrap_or_default()
    };
    entry.samples().iter().map(line).collect()
}

/// Returns the arguments after a parameter's flag: one, or one for each of several values.
fn arguments(field: &Field, value: &Value) -> Vec<String> {
    let written = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    };
    match value {
        _ if field.random => vec!["random".to_owned()],
        _ if field.kind.secret => vec![format!("@{}.txt", field.name)],
        Value::List(values) if field.kind.many => values.iter().map(written).collect(),
        Value::Map(fields) if field.kind.many => {
            fields.iter().map(|(name, value)| format!("{name}={}", written(value))).collect()
        }
        other => vec![written(other)],
    }
}

/// Returns a string as one word of a shell, with quotes if they are needed.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Returns the source of a command, its assumptions, its confirmation, its reply and its safety.
fn facts(spec: &Spec) -> String {
    let confirmed = spec.fields.iter().all(|field| field.confidence == Confidence::Documented);
    let source = match (spec.confidence, confirmed) {
        (Confidence::Documented, true) => "Documented at",
        (Confidence::Documented, false) => "Documented in part at",
        _ => "Not documented, but other clients use it; see",
    };
    let mut facts = format!("{source} {}", spec.page);
    for optional in [false, true] {
        let assumed = |field: &&Field| field.optional == optional && field.presence_confidence == Confidence::Assumed;
        let flags: Vec<_> = spec.fields.iter().filter(assumed).map(|field| format!("--{}", flag(field.name))).collect();
        if !flags.is_empty() {
            let presence = if optional { "optional" } else { "required" };
            facts += &format!("\nAssumed to be {presence}: {}", flags.join(", "));
        }
    }
    facts += &spec.confirm.map(|confirm| format!("\nAsks for confirmation: {confirm}")).unwrap_or_default();
    facts += &format!("\nReply: {}", spec.reply.docs);
    facts + &format!("\nSafe to repeat: {} ({})", safe_to_repeat(spec.safety), spec.reason)
}

/// Returns a usage line for each constructor.
pub(super) fn usage(spec: &Spec) -> String {
    let line = |constructor: &Constructor| {
        let mut words = vec![format!("scaleengine {} {}", spec.family(), subcommand(spec))];
        let fields = constructor.fields.iter().filter(|name| !constructor.nulls.contains(name));
        for field in fields.filter_map(|name| spec.field(name)) {
            words.push(format!("--{} <{}>", flag(field.name), placeholder(field)));
        }
        if !constructor.nulls.is_empty() {
            words.push(format!("--{}", flag(constructor.name)));
        }
        words.push("[OPTIONS]".to_owned());
        broken(words.iter().map(String::as_str), "Usage: ".len())
    };
    spec.constructors.iter().map(line).collect::<Vec<_>>().join("\n       ")
}

/// Joins words with spaces; before column 79 it breaks the line in the way of a shell. The first
/// line is indented by `indent`.
fn broken<'a>(words: impl IntoIterator<Item = &'a str>, indent: usize) -> String {
    let (mut text, mut column) = (String::new(), indent);
    for word in words {
        let width = word.chars().count() + 1;
        if text.is_empty() {
        } else if column + width > 78 {
            text += " \\\n           ";
            column = 11;
        } else {
            text.push(' ');
        }
        text += word;
        column += width;
    }
    text
}

/// Splits a shell line into words, each flag together with its value if that is short.
fn words(line: &str) -> Vec<&str> {
    let (mut words, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, c) in line.char_indices() {
        quoted ^= c == '\'';
        let rest = line.get(at + 1..).unwrap_or_default();
        let value = line.get(start..at).is_some_and(|word| word.starts_with("--") && !word.contains(' '));
        let long = rest.split(' ').next().is_some_and(|next| at - start + next.len() > 60);
        if c == ' ' && !quoted && (rest.starts_with('-') || !value || long) {
            words.extend(line.get(start..at));
            start = at + 1;
        }
    }
    words.extend(line.get(start..));
    words
}

/// Joins the lines of each paragraph, so that help wraps them to its own width.
fn unwrapped(docs: &str) -> String {
    let paragraphs = docs.split("\n\n").map(|paragraph| {
        let is_list = paragraph.lines().any(|line| line.trim_start().starts_with(['-', '|']));
        if is_list { paragraph.to_owned() } else { paragraph.replace('\n', " ") }
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn safe_to_repeat(safety: Safety) -> &'static str {
    match safety {
        Safety::ReadOnly => "yes, read-only",
        Safety::Idempotent => "yes, idempotent",
        Safety::Unsafe => "no",
    }
}

/// Returns the placeholder of a value: the type in JSON's words.
fn placeholder(field: &Field) -> &'static str {
    if field.kind.word == "text" { "string" } else { field.kind.word }
}

/// Returns the flag of a parameter. Missing and conflicting parameters are found later, when all of
/// them are known.
pub(super) fn parameter(entry: &'static Entry, field: &'static Field) -> Arg {
    let written = match (field.kind.secret, field.kind.written) {
        (true, _) if field.random => " (-, @FILE or random)".to_owned(),
        (true, _) => " (- or @FILE)".to_owned(),
        (false, "") => String::new(),
        (false, written) if field.kind.many && !written.contains("repeat") => {
            format!(" ({written}; repeat the flag for several)")
        }
        (false, written) => format!(" ({written})"),
    };
    let values = if field.values.is_empty() { String::new() } else { format!(" [known: {}]", field.values.join(", ")) };
    let note = format!("{written}{values}{}{}", example(entry, field), confidence(field.confidence));
    Arg::new(field.name)
        .long(flag(field.name))
        .alias(field.name)
        .value_name(placeholder(field))
        .action(if field.kind.many { ArgAction::Append } else { ArgAction::Set })
        .value_parser(parser(field))
        .allow_negative_numbers(true)
        .help(format!("{}{}", first_sentence(field.docs), if field.kind.secret { &*written } else { "" }))
        .long_help(format!("{}\n\n{}", unwrapped(field.docs), note.trim_start()))
}

/// Checks a value; it is converted later, when all values of the parameter are known. A secret is
/// not checked here: clap repeats a refused value.
fn parser(field: &'static Field) -> ValueParser {
    if field.may_be_empty || field.kind.secret {
        return ValueParser::string();
    }
    ValueParser::new(move |text: &str| match text {
        "" => Err(format!("{} is empty", field.name)),
        _ => (field.parse)(&[text]).map(|_| text.to_owned()).map_err(|error| error.to_string()),
    })
}

fn example(entry: &Entry, field: &Field) -> String {
    let shown = entry.example(field.name).filter(|_| !field.kind.secret).map(|value| match value {
        Value::Text(text) => text,
        other => serde_json::to_string(&other).unwrap_or_default(),
    });
    shown.filter(|shown| !shown.is_empty()).map(|shown| format!(" [e.g. {shown}]")).unwrap_or_default()
}

fn first_sentence(docs: &str) -> &str {
    docs.split_once(". ").or_else(|| docs.split_once(".\n")).map_or(docs, |(first, _)| first).trim_end_matches('.')
}

fn confidence(known: Confidence) -> &'static str {
    match known {
        Confidence::Documented => "",
        Confidence::Observed => " [not documented; other clients send it]",
        _ => " [assumed]",
    }
}

/// Returns the subcommand of a wire name: `usage.billing.live` is `usage billing-live`.
pub(super) fn subcommand(spec: &Spec) -> String {
    spec.name.split_once('.').map_or(spec.name, |(_, rest)| rest).replace('.', "-")
}
