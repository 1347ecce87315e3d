//! Every declared command through the binary: its help, and a sandbox call with each constructor.

use std::fmt::Write as _;

use scaleengine::proto::{CATALOGUE, Field, Kind, Sample};
use scaleengine::{RawCommand, Value};

use crate::binary::{Ran, Serving, run};
use crate::messages::Messages;

fn placeholder(word: &str) -> &str {
    if word == "text" { "string" } else { word }
}

#[test]
fn the_help_of_every_command_names_its_source_page() {
    for entry in CATALOGUE.iter().copied().flatten() {
        let (family, rest) = entry.spec.name.split_once('.').unwrap();
        let help = run(&[family, &rest.replace('.', "-"), "--help"]);
        assert_eq!((help.code, help.stderr.as_str()), (0, ""), "{}", entry.spec.name);
        assert!(help.stdout.contains(entry.spec.page), "{}", help.stdout);
        for field in entry.spec.fields {
            assert!(
                help.stdout.contains(&format!("--{} <{}>", field.name.replace('_', "-"), placeholder(field.kind.word))),
                "{help:?}"
            );
        }
    }
}

#[test]
fn every_constructor_is_signed_as_its_sample_and_verified_by_the_sandbox() {
    let sandbox = Serving::start(&[]);
    for entry in CATALOGUE.iter().copied().flatten() {
        for Sample { constructor, full, .. } in entry.samples() {
            let (family, rest) = entry.spec.name.split_once('.').unwrap();
            let mut args = vec![family.to_owned(), rest.replace('.', "-")];
            let mut secrets = Vec::new();
            for (name, value) in full.fields() {
                write_flag(entry.spec.field(name).unwrap(), value, &mut args, &mut secrets);
            }
            if let Some(constructor) =
                entry.spec.constructors.iter().find(|own| own.name == constructor && !own.nulls.is_empty())
            {
                args.push(format!("--{}", constructor.name));
            }
            let args: Vec<_> = args.iter().map(String::as_str).collect();

            let print = [&["--print", "body", "--timestamp", "1700000000"], args.as_slice()].concat();
            let printed = sandbox.run(&print);
            assert_eq!((printed.code, printed.stdout), (0, expected(&full)), "{args:?} {}", printed.stderr);
            let ran: Ran = sandbox.run(&[&["--yes"], args.as_slice()].concat());
            // Samples name a stream that can be closed once, and objects that do not exist.
            let unknown = ["not live", "No such"].iter().any(|told| ran.stderr.contains(told));
            assert!(ran.code == 0 || ran.code == 5 && unknown, "{args:?} {ran:?}");
        }
    }
}

/// Adds a parameter as flags, a secret as a file.
fn write_flag(field: &Field, value: &Value, args: &mut Vec<String>, secrets: &mut Vec<tempfile::NamedTempFile>) {
    let Kind { many, secret, .. } = field.kind;
    let values = match value {
        Value::Null => return,
        Value::Text(text) if secret => {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), format!("{text}\n")).unwrap();
            let source = format!("@{}", file.path().display());
            secrets.push(file);
            vec![source]
        }
        Value::List(values) if many => values.iter().map(written).collect(),
        Value::Map(fields) if many => fields.iter().map(|(name, text)| format!("{name}={}", written(text))).collect(),
        other => vec![written(other)],
    };
    for value in values {
        args.extend([format!("--{}", field.name.replace('_', "-")), value]);
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => serde_json::to_string(other).unwrap(),
    }
}

fn expected(command: &RawCommand) -> String {
    use scaleengine::sign::{Account, Credentials, SecretKey, Signer};
    let account = Account::new(scaleengine_sandbox::API_KEY, scaleengine_sandbox::CDN);
    let signer = Signer::new(&Credentials::new(account, SecretKey::new(scaleengine_sandbox::SECRET_KEY)));
    let mut body = signer.sign(command, scaleengine::proto::UnixTime(1_700_000_000)).unwrap().into_json();
    writeln!(body).unwrap();
    body
}

#[test]
fn undeclared_parameters_follow_the_declared_ones() {
    let mut messages = Messages::default();
    let extra = ["--extra", "port:=1935", "--extra", "application=app/x"];
    let remove = ["pushpublish", "remove", "--push-service-id", "1"];
    let printed = run(&[&["--sandbox", "--print", "body", "--timestamp", "1"], &extra[..], &remove].concat());
    assert_eq!(printed.code, 2, "--extra must follow the command: {printed:?}");
    let printed = run(&[&["--sandbox", "--print", "body", "--timestamp", "1"], &remove[..], &extra].concat());
    assert!(
        printed.stdout.contains(r#""push_service_id":1,"port":1935,"application":"app\/x","signature""#),
        "{printed:?}"
    );

    for extra in ["push_service_id=2", "cdn=1", "x"] {
        let ran = run(&[&["--sandbox"], &remove[..], &["--extra", extra]].concat());
        messages.add(extra, &ran);
    }
    messages.compare("undeclared-parameters-follow-the-declared-ones");
}

#[test]
fn wrong_values_are_refused_before_anything_is_sent() {
    let mut messages = Messages::default();
    let request = ["sevu", "request", "--app", "a", "--video", "v", "--pass", "@/dev/null", "--uses", "1"];
    for args in [
        &["sevu", "errorlog", "--key", "-", "--starttime", "16.09.2014"][..],
        &[&request[..], &["--ip", "nonsense"]].concat(),
        &[&request[..], &["--ip", "auto"]].concat(),
        &["sevu", "revoke", "--key", "plain-key"],
        &["sevu", "addstreamuser", "--app", "a", "--stream", "s", "--user", "u", "--open"],
        &["sevu", "addstreamuser", "--app", "a", "--stream", "s", "--user", "u"],
        &["pushpublish", "disconnect", "--push-service-id", "1", "--entry-name", "e"],
        &["channel", "addchannelvideos", "--channel-id", "1", "--videos", "x.mp4"],
        &["recording", "stop", "--app", "no-instance", "--stream", "s"],
        &["stream", "close", "--stream-id", "one"],
        &["call", "sevu.revoke", "key=plain-key"],
        &["call", "sevu.revoke", "key:=\"plain-key\""],
        &["call", "sevu.revoke", "key@=/no/such/file"],
        &["pushpublish", "remove", "--push-service-id", "1", "--extra", "password@=/dev/null"],
    ] {
        let ran = run(&[&["--sandbox"], args].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?} {ran:?}");
        messages.add(&args.join(" "), &ran);
        assert!(!ran.stderr.contains("plain-key"), "a secret is not repeated: {ran:?}");
    }
    messages.compare("wrong-values-are-refused-before-anything-is-sent");
}
