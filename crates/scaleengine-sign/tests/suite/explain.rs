//! Clients with one mistake each. The mistake is named or `unknown`, never another one.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use scaleengine_sign::explain::{Evidence, Explanation, Mistake, explain};
use scaleengine_sign::{Check, SecretKey};
use serde_json::{Map, Value, json};

const KEY: &str = "SANDBOXKEY0000000000000000000000";

/// The way a client writes JSON.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one habit of a JSON library")]
struct Writer {
    slash: bool,
    utf8: bool,
    upper: bool,
    del: bool,
    html: bool,
    unusual: bool,
    spaces: bool,
    sorted: bool,
    /// The indentation, such as that of PHP's `JSON_PRETTY_PRINT`.
    indent: Option<&'static str>,
}

const PHP: Writer = Writer {
    slash: false,
    utf8: false,
    upper: false,
    del: false,
    html: false,
    unusual: false,
    spaces: false,
    sorted: false,
    indent: None,
};

impl Writer {
    fn text(self, text: &str) -> String {
        let escape = |c: char, upper: bool| -> String {
            let hex = |unit: &u16| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
            c.encode_utf16(&mut [0; 2]).iter().map(hex).collect()
        };
        let one = |c: char| match c {
            '"' => "\\\"".into(),
            '\\' => "\\\\".into(),
            '/' if self.slash => "/".into(),
            '/' => "\\/".into(),
            '\n' if self.unusual => "\\u000a".into(),
            '\n' => "\\n".into(),
            '\u{7f}' if self.del => "\\u007f".into(),
            '<' | '>' | '&' | '\'' if self.html => escape(c, false),
            '\0'..='\x1f' => escape(c, self.upper),
            c if !c.is_ascii() && !self.utf8 => escape(c, self.upper),
            c => c.to_string(),
        };
        format!("\"{}\"", text.chars().map(one).collect::<String>())
    }

    fn value(self, value: &Value) -> String {
        self.nested(value, 1)
    }

    fn nested(self, value: &Value, level: usize) -> String {
        let line = |level: usize| self.indent.map(|indent| format!("\n{}", indent.repeat(level))).unwrap_or_default();
        let comma = if self.spaces { ", ".to_owned() } else { format!(",{}", line(level)) };
        let colon = if self.spaces || self.indent.is_some() { ": " } else { ":" };
        let between = |open: char, items: &[String], close: char| {
            if items.is_empty() {
                return format!("{open}{close}");
            }
            format!("{open}{}{}{}{close}", line(level), items.join(&comma), line(level - 1))
        };
        match value {
            Value::String(text) => self.text(text),
            Value::Array(values) => {
                between('[', &values.iter().map(|value| self.nested(value, level + 1)).collect::<Vec<_>>(), ']')
            }
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                if self.sorted {
                    members.sort_by_key(|(name, _)| *name);
                }
                let member = |(name, value): &(&String, &Value)| {
                    format!("{}{colon}{}", self.text(name), self.nested(value, level + 1))
                };
                between('{', &members.iter().map(member).collect::<Vec<_>>(), '}')
            }
            plain => plain.to_string(),
        }
    }
}

fn hmac<H: KeyInit + Mac>(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = <H as KeyInit>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn sha256(key: &[u8], text: &str) -> Vec<u8> {
    hmac::<Hmac<sha2::Sha256>>(key, text)
}

/// Adds a signature to JSON as the last member.
fn put(text: &str, signature: &str) -> String {
    format!("{},\"signature\":{}}}", text.strip_suffix('}').unwrap(), PHP.text(signature))
}

/// The field that a client sends, and its encoded form if relevant.
struct Sent {
    field: Vec<u8>,
    encoded: Option<Vec<u8>>,
    /// The bytes that the client signed.
    signed: String,
}

impl Sent {
    fn plain(text: &str, signature: &str, signed: &str) -> Self {
        Self { field: put(text, signature).into_bytes(), encoded: None, signed: signed.to_owned() }
    }

    fn explained(&self, secret: &str) -> Explanation {
        let evidence = Evidence::new(&self.field);
        let evidence = self.encoded.as_ref().map_or(evidence, |encoded| evidence.url_encoded(encoded));
        explain(&SecretKey::new(secret), evidence)
    }
}

/// Creates a request with exactly this mistake. `None` if the values do not allow it, or if it is
/// not a mistake of the field.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn client(mistake: Mistake, fields: &Map<String, Value>, secret: &str, seed: u64) -> Option<Sent> {
    let text = PHP.value(&Value::Object(fields.clone()));
    let own = |text: &str| STANDARD.encode(sha256(secret.as_bytes(), text));
    // The JSON is sent as it was signed.
    let written = |writer: Writer| {
        let written = writer.value(&Value::Object(fields.clone()));
        Some(Sent::plain(&written, &own(&written), &written))
    };
    // The JSON that is sent differs from the signed bytes.
    let otherwise = |signed: &str| Some(Sent::plain(&text, &own(signed), signed));
    let changed = |change: &dyn Fn(&mut Map<String, Value>)| {
        let mut fields = fields.clone();
        change(&mut fields);
        otherwise(&PHP.value(&Value::Object(fields)))
    };
    let added = |name: &str, value: Value| {
        let mut fields = fields.clone();
        fields.insert(name.into(), value);
        let text = PHP.value(&Value::Object(fields));
        Some(Sent::plain(&text, &own(&text), &text))
    };
    let keyed = |key: &[u8]| Some(Sent::plain(&text, &STANDARD.encode(sha256(key, &text)), &text));
    let marked = |signature: String| Some(Sent::plain(&text, &signature, &text));
    let mac = sha256(secret.as_bytes(), &text);
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    let right = put(&text, &own(&text));
    let encoded: String = form_urlencoded::byte_serialize(right.as_bytes()).collect();
    let choose = |first: Option<Sent>, second: Option<Sent>| if seed.is_multiple_of(2) { first } else { second };
    match mistake {
        Mistake::SecretNewline => {
            keyed(format!("{secret}{}", ["\n", "\r\n"][usize::from(seed.is_multiple_of(2))]).as_bytes())
        }
        Mistake::SecretSpace => choose(keyed(format!(" {secret}").as_bytes()), keyed(format!("{secret} ").as_bytes())),
        Mistake::SecretQuoted => {
            choose(keyed(format!("\"{secret}\"").as_bytes()), keyed(format!("'{secret}'").as_bytes()))
        }
        Mistake::SecretIsKey => keyed(KEY.as_bytes()),
        Mistake::SecretHexDecoded => {
            let digits =
                secret.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
            keyed(&digits.collect::<Option<Vec<u8>>>()?)
        }
        Mistake::SecretBase64Decoded => keyed(&STANDARD.decode(secret).ok()?),
        Mistake::DigestHex => marked(hex),
        Mistake::DigestBase64OfHex => marked(STANDARD.encode(hex)),
        Mistake::DigestUnpadded => marked(STANDARD_NO_PAD.encode(mac)),
        Mistake::DigestUrlsafe => marked(URL_SAFE.encode(mac)),
        Mistake::DigestNewline => marked(STANDARD.encode(mac) + "\n"),
        Mistake::DigestQuoted => marked(format!("\"{}\"", STANDARD.encode(mac))),
        Mistake::DigestPercentEncoded => {
            marked(STANDARD.encode(mac).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
        }
        Mistake::DigestOpenssl => {
            choose(marked(format!("(stdin)= {hex}")), marked(format!("SHA2-256(stdin)= {hex}\n")))
        }
        Mistake::DigestTwice => marked(STANDARD.encode(STANDARD.encode(mac))),
        Mistake::DigestSha1 => marked(STANDARD.encode(hmac::<Hmac<sha1::Sha1>>(secret.as_bytes(), &text))),
        Mistake::DigestSha512 => marked(STANDARD.encode(hmac::<Hmac<sha2::Sha512>>(secret.as_bytes(), &text))),
        Mistake::SlashUnescaped => {
            let writer = Writer { slash: true, ..PHP };
            choose(written(writer), otherwise(&writer.value(&Value::Object(fields.clone()))))
        }
        Mistake::Utf8Raw => {
            let writer = Writer { utf8: true, ..PHP };
            choose(written(writer), otherwise(&writer.value(&Value::Object(fields.clone()))))
        }
        Mistake::HexUpper => {
            let writer = Writer { upper: true, ..PHP };
            choose(written(writer), otherwise(&writer.value(&Value::Object(fields.clone()))))
        }
        Mistake::DelEscaped => written(Writer { del: true, ..PHP }),
        Mistake::HtmlEscaped => {
            let writer = Writer { html: true, ..PHP };
            choose(written(writer), otherwise(&writer.value(&Value::Object(fields.clone()))))
        }
        Mistake::EscapeUnusual => written(Writer { unusual: true, ..PHP }),
        Mistake::Spaces => {
            let writer = Writer { spaces: true, ..PHP };
            choose(written(writer), otherwise(&writer.value(&Value::Object(fields.clone()))))
        }
        Mistake::PrettyPrinted => {
            let indent = Some(["    ", "  "][usize::from(seed.is_multiple_of(2))]);
            otherwise(&Writer { indent, ..PHP }.value(&Value::Object(fields.clone())))
        }
        Mistake::KeysSorted => otherwise(&Writer { sorted: true, ..PHP }.value(&Value::Object(fields.clone()))),
        Mistake::KeysRepeated => {
            let text = text.replacen('{', "{\"cdn\":1,", 1);
            Some(Sent::plain(&text, &own(&text), &text))
        }
        Mistake::SignatureIncluded => choose(otherwise(&put(&text, "")), {
            let old = put(&text, "b2xk");
            Some(Sent::plain(&old, &own(&old), &old))
        }),
        Mistake::SignatureNotLast => {
            let signature = format!("{{\"signature\":\"{}\",", own(&text));
            let field = text.replacen('{', &signature, 1).into_bytes();
            Some(Sent { field, encoded: None, signed: text })
        }
        Mistake::SignatureMissing => Some(Sent { field: text.clone().into_bytes(), encoded: None, signed: text }),
        Mistake::SignatureEmpty => marked(String::new()),
        Mistake::NotObject => {
            let field = ["[1]", "158", "\"x\"", "null"][usize::try_from(seed % 4).unwrap()].as_bytes().to_vec();
            Some(Sent { field, encoded: None, signed: text })
        }
        Mistake::JsonInString => Some(Sent { field: PHP.text(&right).into_bytes(), encoded: None, signed: text }),
        Mistake::NulName => added("\0x", json!(1)),
        Mistake::EmptyObject => added("empty", json!({})),
        Mistake::ListObject => added("list", json!({"0": "a", "1": "b"})),
        Mistake::FloatForm => added("float", json!(1.0)),
        Mistake::TypeChanged => changed(&|fields| {
            let name = ["cdn", "timestamp"][usize::from(seed.is_multiple_of(2))];
            let text = fields[name].to_string();
            fields.insert(name.into(), text.into());
        }),
        Mistake::NullDropped => changed(&|fields| fields.retain(|_, value| !value.is_null())),
        Mistake::TimestampChanged => changed(&|fields| {
            let other = fields["timestamp"].as_i64().unwrap() + i64::try_from(seed % 600).unwrap() + 1;
            fields.insert("timestamp".into(), other.into());
        }),
        Mistake::NewlineSigned => otherwise(&format!("{text}\n")),
        Mistake::FormSigned => {
            let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            choose(otherwise(&format!("json={encoded}")), otherwise(&encoded))
        }
        Mistake::PlusLost => {
            let encoded = encoded.replace("%2B", "+").replace("%20", "+");
            let field = form_urlencoded::parse(format!("json={encoded}").as_bytes()).next().unwrap().1.into_owned();
            // A space must be encoded, unlike a plus.
            (!right.contains(' ')).then_some(Sent {
                field: field.into_bytes(),
                encoded: Some(encoded.into_bytes()),
                signed: text,
            })
        }
        Mistake::DoubleEncoded => {
            let again: String = form_urlencoded::byte_serialize(encoded.as_bytes()).collect();
            (!right.contains(' ')).then_some(Sent {
                field: encoded.into_bytes(),
                encoded: Some(again.into_bytes()),
                signed: text,
            })
        }
        Mistake::FormUnescaped => {
            let form = format!("json={right}");
            let field = form_urlencoded::parse(form.as_bytes()).next().unwrap().1.into_owned();
            let same = field == right;
            (!same).then(|| Sent { field: field.into_bytes(), encoded: Some(right.into_bytes()), signed: text })
        }
        Mistake::Latin1 => {
            let raw = Writer { utf8: true, ..PHP }.value(&Value::Object(fields.clone()));
            let sent = put(&raw, &own(&raw));
            let bytes: Option<Vec<u8>> = sent.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
            let field = bytes.filter(|bytes| str::from_utf8(bytes).is_err())?;
            Some(Sent { field, encoded: None, signed: raw })
        }
        Mistake::Bom => Some(Sent { field: format!("\u{feff}{right}").into_bytes(), encoded: None, signed: text }),
        Mistake::NotJson => Some(Sent { field: right.get(1..)?.as_bytes().to_vec(), encoded: None, signed: text }),
        Mistake::Depth => {
            let deep = format!("{}{}", "[".repeat(512), "]".repeat(512));
            Some(Sent { field: format!("{{\"a\":{deep}}}").into_bytes(), encoded: None, signed: text })
        }
        Mistake::Unknown => keyed(b"another secret"),
        // Mistakes of the request, the account and the time: the sandbox detects those.
        _ => None,
    }
}

fn rich() -> Map<String, Value> {
    let fields = json!({
        "command": "stream.close", "api_key": KEY, "timestamp": 1_700_000_000, "cdn": 158,
        "stream": "a/b é😀<b>&'\u{7f}\u{1f}\n", "plus": "1+1=100%", "none": null, "list": ["x", {"z": null, "a": 1}],
    });
    fields.as_object().unwrap().clone()
}

#[test]
fn each_mistake_is_named_and_a_correct_request_has_none() {
    let hex = "5a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c5";
    let mut seen = 0;
    for mistake in Mistake::ALL {
        for seed in 0..2 {
            let mut fields = rich();
            if matches!(mistake, Mistake::Latin1 | Mistake::PlusLost | Mistake::DoubleEncoded) {
                fields.insert("stream".into(), "é+/".into());
            }
            let Some(sent) = client(*mistake, &fields, hex, seed) else { continue };
            let explanation = sent.explained(hex);
            assert_eq!(explanation.mistakes(), [*mistake], "{seed} {}", sent.signed);
            assert_eq!(explanation.code(), mistake.code());
            assert_ne!(explanation.passes(), Check::ALL);
            seen += 1;
        }
    }
    // The other 24 are mistakes of the request, the account and the time.
    assert_eq!(seen, 2 * (Mistake::ALL.len() - 24));

    let text = PHP.value(&Value::Object(rich()));
    let right = Sent::plain(&text, &STANDARD.encode(sha256(hex.as_bytes(), &text)), &text);
    let explanation = right.explained(hex);
    assert_eq!((explanation.mistakes(), explanation.passes()), (&[][..], Check::ALL));
    assert_eq!((explanation.area(), explanation.difference()), (None, None));
}

#[test]
fn several_mistakes_in_the_json_are_named_and_the_difference_is_shown() {
    let fields = rich();
    let written = Writer { slash: true, utf8: true, spaces: true, ..PHP }.value(&Value::Object(fields));
    let sent = Sent::plain(&written, &STANDARD.encode(sha256(b"s", &written)), &written);
    let explanation = sent.explained("s");
    assert_eq!(explanation.code(), "slash-unescaped+utf8-raw+spaces");
    assert_eq!(
        (explanation.passes(), explanation.verdict()),
        (&[Check::Raw][..], "the secret is correct, but the JSON is not")
    );
    let difference = explanation.difference().unwrap();
    assert_eq!(difference.offset(), 11);
    let shown = difference.to_string();
    assert!(shown.starts_with("at byte 11:\n  expected {\"command\":\"stream.close\",\"  7b 22"), "{shown}");
    assert!(shown.ends_with(" 63 6c 6f 73 65 22 2c"), "{shown}");

    // Signed with two mistakes, sent without.
    let text = PHP.value(&Value::Object(rich()));
    let signed = Writer { slash: true, utf8: true, ..PHP }.value(&Value::Object(rich()));
    let sent = Sent::plain(&text, &STANDARD.encode(sha256(b"s", &signed)), &signed);
    let explanation = sent.explained("s");
    assert_eq!(
        (explanation.code().as_str(), explanation.signed()),
        ("slash-unescaped+utf8-raw", Some(signed.as_str()))
    );

    // Both the secret and the JSON are wrong.
    let sent = Sent::plain(&written, &STANDARD.encode(sha256(b"s\n", &written)), &written);
    assert_eq!(sent.explained("s").code(), "secret-newline+slash-unescaped+utf8-raw+spaces");
}

fn values() -> impl Strategy<Value = Value> {
    let text = proptest::collection::vec(
        select(
            &[
                'a', 'Z', '/', 'é', '😀', '<', '&', '\'', '"', '\\', '\u{7f}', '\u{1f}', '\n', '+', '%', ' ',
                '\u{2028}', '0',
            ][..],
        ),
        0..12,
    );
    let leaf = prop_oneof![
        4 => text.prop_map(|chars| Value::from(chars.into_iter().collect::<String>())),
        1 => any::<i64>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z/é]{1,6}", inner, 1..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn requests() -> impl Strategy<Value = Map<String, Value>> {
    let names = proptest::sample::subsequence(&["stream", "app", "b", "A", "é/", "z"][..], 0..6);
    (names.prop_shuffle(), proptest::collection::vec(values(), 6), 1_600_000_000_i64..1_900_000_000).prop_map(
        |(names, values, at)| {
            let fixed = [
                ("command", "stream.close".into()),
                ("api_key", KEY.into()),
                ("timestamp", at.into()),
                ("cdn", 158.into()),
            ];
            fixed
                .into_iter()
                .chain(names.into_iter().zip(values))
                .map(|(name, value)| (name.to_owned(), value))
                .collect()
        },
    )
}

#[test]
fn random_single_mistakes_are_never_named_as_another() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let secrets = prop_oneof!["[0-9a-f]{64}", "[A-Za-z0-9+/]{40}", "[ -~é]{1,80}"];
    let strategy = (requests(), secrets, select(Mistake::ALL), any::<u64>());
    let (named, unknown) = (std::cell::Cell::new(0_u32), std::cell::Cell::new(0_u32));
    TestRunner::new_with_rng(config, rng)
        .run(&strategy, |(fields, secret, mistake, seed)| {
            let Some(sent) = client(mistake, &fields, &secret, seed) else { return Ok(()) };
            let explanation = sent.explained(&secret);
            // With these values the mistake may have no effect, or equal another. The signed bytes
            // must still be reported.
            let told = explanation.signed().or(explanation.expected());
            let same = || told == Some(sent.signed.as_str()) || explanation.received() == sent.signed.as_bytes();
            match explanation.mistakes() {
                [own] if *own == mistake => named.set(named.get() + 1),
                [Mistake::Unknown] => unknown.set(unknown.get() + 1),
                other => prop_assert!(same(), "{mistake} was called {other:?}, signed {:?}", sent.signed),
            }
            Ok(())
        })
        .unwrap();
    // Most mistakes must be named, not unknown.
    assert!(unknown.get() * 20 < named.get(), "{} named, {} not", named.get(), unknown.get());
}

#[test]
fn the_correct_part_of_a_request_is_not_reported_as_wrong() {
    // The form is not encoded but needs no encoding, so the JSON is wrong.
    let fields = json!({"command": "x", "api_key": KEY, "timestamp": 1, "cdn": 158, "a": "b/c"});
    let written = Writer { slash: true, ..PHP }.value(&fields);
    let signature = (0..100)
        .map(|n| format!("k{n}"))
        .find(|secret| !STANDARD.encode(sha256(secret.as_bytes(), &written)).contains('+'));
    let secret = signature.unwrap();
    let body = put(&written, &STANDARD.encode(sha256(secret.as_bytes(), &written)));
    let sent = Sent { field: body.clone().into_bytes(), encoded: Some(body.into_bytes()), signed: written.clone() };
    assert_eq!(sent.explained(&secret).code(), "slash-unescaped");

    // With two mistakes, neither part is reported as correct.
    let mac: String = sha256(b"s", &written).iter().map(|byte| format!("{byte:02x}")).collect();
    let explanation = Sent::plain(&written, &mac, &written).explained("s");
    assert_eq!(explanation.code(), "digest-hex+slash-unescaped");
    assert_eq!(
        explanation.verdict(),
        "the secret is correct, but the JSON and the hash or encoding of the signature are not"
    );

    // Truncated UTF-8 is not reported as another encoding.
    let cut = b"{\"a\":\"\xc3\xa9\xe2\x82\"}";
    assert_eq!(explain(&SecretKey::new("s"), Evidence::new(cut)).code(), "not-json");
}

/// A verdict claims nothing about the secret that the signature does not prove.
#[test]
fn verdict_does_not_judge_the_secret_without_proof() {
    let text = PHP.value(&Value::Object(rich()));
    let unsigned = [
        text.clone(),
        text.replace('}', ",\"signature\":5}"),
        put(&text, ""),
        "[]".to_owned(),
        "\"x\"".to_owned(),
        "7".to_owned(),
        PHP.text(&put(&text, "x")),
        "{}".to_owned(),
    ];
    for field in unsigned {
        let explanation = explain(&SecretKey::new("nonsense"), Evidence::new(field.as_bytes()));
        assert!(!explanation.verdict().contains("secret"), "{field}: {}", explanation.verdict());
        assert_ne!(explanation.mistakes(), [Mistake::Unknown]);
    }
    for signature in ["x", "AAAA", "=", &STANDARD.encode([7; 32])] {
        let explanation = Sent::plain(&text, signature, &text).explained("nonsense");
        assert_eq!(explanation.mistakes(), [Mistake::Unknown]);
        assert!(explanation.verdict().ends_with("the signature does not match it"), "{}", explanation.verdict());
        assert!(!explanation.verdict().contains("secret"));
    }
}

#[test]
fn an_unusual_form_that_php_reads_does_not_hide_the_mistake_in_it() {
    let text = &PHP.value(&Value::Object(rich()));
    let form = |json: &str| {
        format!("--b\r\nContent-Disposition: form-data; NAME=\"json\"\r\n\r\n{json}\r\n--b--\r\n").into_bytes()
    };
    let of_form = |json: &str, secret| {
        scaleengine_sign::explain::explain_body(&SecretKey::new(secret), "multipart/form-data; boundary=b", &form(json))
            .unwrap()
    };
    let unknown = of_form(&put(text, &STANDARD.encode([7; 32])), "nonsense");
    assert_eq!(unknown.mistakes(), [Mistake::FormUnusual, Mistake::Unknown]);
    assert!(unknown.verdict().ends_with("the signature does not match it"), "{}", unknown.verdict());
    let missing = of_form(text, "nonsense");
    assert_eq!(missing.mistakes(), [Mistake::FormUnusual, Mistake::SignatureMissing]);
    assert!(!missing.verdict().contains("correct"), "{}", missing.verdict());
}
