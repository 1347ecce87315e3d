//! The subcommand of a declared command: its flags, its help and its usage, all from its specification.

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Command};
use scaleengine::proto::{Confidence, Constructor, Entry, Field, Sample, Spec};
use scaleengine::{RawCommand, Safety, Value};

use crate::catalogue::summary;
use crate::flag::{EXTRA, flag};

/// The subcommand of a declared command.
pub(super) fn declared(entry: &'static Entry) -> Command {
    let spec = entry.spec;
    let command = Command::new(subcommand(spec))
        .about(summary(entry))
        .long_about(spec.docs)
        .after_help(format!("{}\n\n{}", examples(&lines(entry)), facts(spec)))
        .args(spec.fields.iter().map(|field| parameter(entry, field)));
    let switches = spec.constructors.iter().filter(|constructor| !constructor.nulls.is_empty()).map(|constructor| {
        let help = format!("Sends {} as null", constructor.nulls.join(" and "));
        Arg::new(constructor.name).long(flag(constructor.name)).action(ArgAction::SetTrue).help(help)
    });
    let extra = Arg::new(EXTRA)
        .long("extra")
        .value_name("FIELD")
        .action(ArgAction::Append)
        .help("A parameter that is not known here, key=value, key:=json or key@=FILE, sent after the others");
    command.args(switches).arg(extra).override_usage(usage(spec))
}

/// What the end of a help page shows.
pub(super) fn examples<T: std::fmt::Display>(lines: &[T]) -> String {
    let title = if lines.len() == 1 { "Example:" } else { "Examples:" };
    title.to_owned() + &lines.iter().map(|line| format!("\n  scaleengine {line}")).collect::<String>()
}

/// Each form with what it needs, made of the documentation's examples.
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

/// A parameter's value as it is written after its flag, once for each of several.
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

/// As one word of a shell, with quotes just where they are needed.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Where a command comes from, what is assumed of it, and what it does.
fn facts(spec: &Spec) -> String {
    let confirmed = spec.fields.iter().all(|field| field.confidence == Confidence::Documented);
    let source = match (spec.confidence, confirmed) {
        (Confidence::Documented, true) => "Documented at",
        (Confidence::Documented, false) => "Documented in part at",
        _ => "Not documented, seen in a client; see",
    };
    let mut facts = format!("{source} {}", spec.page);
    for optional in [false, true] {
        let assumed = |field: &&Field| field.optional == optional && field.presence_confidence == Confidence::Assumed;
        let flags: Vec<_> = spec.fields.iter().filter(assumed).map(|field| format!("--{}", flag(field.name))).collect();
        if !flags.is_empty() {
            let what = if optional { "optional" } else { "required" };
            facts += &format!("\nAssumed to be {what}: {}", flags.join(", "));
        }
    }
    facts += &spec.confirm.map(|confirm| format!("\nAsks first: {confirm}")).unwrap_or_default();
    facts += &format!("\nAnswer: {}", spec.reply.docs);
    facts + &format!("\nRepeating it: {} ({})", repeating(spec.safety), spec.reason)
}

/// One line for each form.
pub(super) fn usage(spec: &Spec) -> String {
    let line = |constructor: &Constructor| {
        let mut line = format!("scaleengine {} {}", spec.family(), subcommand(spec));
        let fields = constructor.fields.iter().filter(|name| !constructor.nulls.contains(name));
        for field in fields.filter_map(|name| spec.field(name)) {
            line += &format!(" --{} <{}>", flag(field.name), field.kind.word);
        }
        if !constructor.nulls.is_empty() {
            line += &format!(" --{}", flag(constructor.name));
        }
        line + " [OPTIONS]"
    };
    spec.constructors.iter().map(line).collect::<Vec<_>>().join("\n       ")
}

fn repeating(safety: Safety) -> &'static str {
    match safety {
        Safety::ReadOnly => "safe",
        Safety::Idempotent => "safe, twice equals once",
        Safety::Unsafe => "unsafe",
    }
}

/// Which parameters have to be there, and which cannot stand together, is looked at once all of them are known.
pub(super) fn parameter(entry: &'static Entry, field: &'static Field) -> Arg {
    let written = match (field.kind.secret, field.kind.written) {
        (true, _) if field.random => " (- reads it from stdin, @FILE from a file, random makes one)".to_owned(),
        (true, _) => " (- reads it from stdin, @FILE from a file)".to_owned(),
        (false, "") => String::new(),
        (false, written) => format!(" ({written})"),
    };
    let values = if field.values.is_empty() { String::new() } else { format!(" [known: {}]", field.values.join(", ")) };
    let note = format!("{written}{values}{}{}", example(entry, field), confidence(field.confidence));
    Arg::new(field.name)
        .long(flag(field.name))
        .alias(field.name)
        .value_name(field.kind.word)
        .action(if field.kind.many { ArgAction::Append } else { ArgAction::Set })
        .value_parser(parser(field))
        .allow_negative_numbers(true)
        .help(format!("{}{note}", first_sentence(field.docs)))
        .long_help(format!("{}\n\n{}", field.docs, note.trim_start()))
}

/// Checks a value; what it becomes is decided when all of a parameter's values are known. A secret is not looked at here:
/// what clap refuses it repeats.
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
    docs.split_once(". ").map_or(docs, |(first, _)| first).trim_end_matches('.')
}

fn confidence(known: Confidence) -> &'static str {
    match known {
        Confidence::Documented => "",
        Confidence::Observed => " [not documented: seen in a client]",
        _ => " [assumed]",
    }
}

/// `usage.billing.live` is `usage billing-live`.
pub(super) fn subcommand(spec: &Spec) -> String {
    spec.name.split_once('.').map_or(spec.name, |(_, rest)| rest).replace('.', "-")
}
