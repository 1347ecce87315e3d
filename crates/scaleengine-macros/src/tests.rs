//! Errors in declarations, and paths in generated code.

use syn::DeriveInput;

use crate::expand::expand_catalogue;
use crate::parse::Declaration;

const GOOD: &str = r#"
    /// Starts an upload.
    #[command(name = "upload.start", safety = Unsafe, reason = "each call starts one", reply = ())]
    #[constructor(by_path(path, user,; part))]
    #[constructor(by_id(part, !user))]
    struct Start {
        /// The name.
        #[param(example = "a", values = ["a"])]
        name: String,
        /// The size.
        #[param(example = 1)]
        size: Option<i64>,
        /// The path.
        #[param(example = "p")]
        path: Option<String>,
        /// The user.
        #[param(example = "u")]
        user: Option<Nullable<String>>,
        /// The part.
        #[param(example = 1)]
        part: Option<i64>,
        extra: Fields,
    }
"#;

/// Each row contains a part of the valid declaration, its replacement, the source at the span of
/// the error, and the message.
#[rustfmt::skip]
const BAD: &[(&str, &str, &str, &str)] = &[
    // The struct.
    ("Start {", "Start<T> {", "<T>", "a command cannot have generic parameters: remove them"),
    (" extra: Fields,", "", "Start", "missing field `extra`: add `extra: Fields` at the end"),
    ("extra: Fields,", "extra: Fields, late: String,", "late", "`late` is after `extra`: move `extra` to the end"),
    // `command`.
    ("#[command(", "#[commands(", "Start", "missing `#[command(name = …, safety = …, reason = …, reply = …)]`"),
    ("name = \"upload.start\",", "", "command", "missing key `name`: add `name = …`"),
    ("safety = Unsafe,", "", "command", "missing key `safety`: add `safety = …`"),
    ("reason = \"each call starts one\",", "", "command", "missing key `reason`: add `reason = …`"),
    (", reply = ()", "", "command", "missing key `reply`: add `reply = …`"),
    ("name = \"upload.start\"", "nmae = \"upload.start\"", "nmae", "unknown key: use crate, name, page, confidence, safety, reason, confirm, busy_is_result or reply"),
    ("reply = ()", "safety = ReadOnly", "safety", "`safety` is set twice: keep one"),
    ("reply = ())]", "reply = ())] #[command(name = \"b\")]", "name", "`name` is set twice: keep one"),
    ("Unsafe,", "Safe,", "Safe", "unknown value `Safe`: use one of ReadOnly, Idempotent, Unsafe"),
    ("reply = ()", "confidence = Seen", "Seen", "unknown value `Seen`: use one of Documented, Observed, Assumed"),
    ("reply = ()", "page = 7", "7", "expected string literal"),
    ("reply = ()", "busy_is_result = true", "=", "expected `,`"),
    ("reply = ()", "reply = (), crate = scaleengine::proto", "scaleengine", "expected string literal"),
    ("reply = ()", "reply = (), crate = \"scaleengine proto\"", "\"scaleengine proto\"", "expected a path, such as \"scaleengine::proto\""),
    // `constructor`.
    ("#[constructor(by_id(part, !user))]", "", "by_path", "a single constructor is always `new`: remove `#[constructor(…)]` and the `Option` of its parameters"),
    ("by_id(part", "by_id(id", "id", "no parameter `id`: declare a field of this name"),
    ("; part)", "; id)", "id", "no parameter `id`: declare a field of this name"),
    ("!user", "!usr", "usr", "no parameter `usr`: declare a field of this name"),
    ("by_id(", "by::id(", "by::id", "expected this path to be an identifier"),
    ("by_id(part, !user)", "by_id", ")", "unexpected end of input, expected parentheses"),
    ("by_id(part, !user)", "by_id()", ")", "unexpected end of input, expected identifier"),
    // The fields.
    ("path: Option<String>", "path: String", "String", "`path` is in `#[constructor(…)]`: its type must be an `Option`"),
    ("path: Option<String>", "pub(crate) path: Option<String>", "pub(crate)", "`path` is in `#[constructor(…)]`, which sets it: make the field private"),
    ("name: String", "signature: String", "signature", "`signature` is reserved for the signer: a parameter needs another name"),
    ("name: String", "r#cdn: String", "r#cdn", "`cdn` is reserved for the signer: a parameter needs another name"),
    ("size: Option<i64>", "by_id: Option<i64>", "by_id", "`by_id` is the name of a constructor too: rename the field and add `#[param(name = \"by_id\")]`"),
    ("1)]\n        size", "1, name = \"path\")]\n        size", "path", "another parameter has the wire name `path`: remove one"),
    ("1)]\n        size", "1, name = \"cdn\")]\n        size", "size", "`cdn` is reserved for the signer: a parameter needs another name"),
    ("/// The name.", "#[doc = include_str!(\"name.md\")]", "include_str!(\"name.md\")", "the description is part of the declaration: write it as a doc comment `/// …`"),
    ("/// The name.", "", "name", "missing doc comment `/// …` on `name`"),
    ("/// The name.", "/// ```\n/// code\n/// ```", "name", "missing doc comment `/// …` on `name`"),
    // `param`.
    ("example = \"p\"", "", "path", "missing `#[param(example = …)]` on `path`"),
    ("example = \"p\"", "exmaple = \"p\"", "exmaple", "unknown key: use name, example, confidence, required, optional, values, may_be_empty or random"),
    ("example = \"p\"", "required = Seen", "Seen", "unknown value `Seen`: use one of Documented, Observed, Assumed"),
    ("example = \"p\"", "example = \"p\", example = \"q\"", "example", "`example` is set twice: keep one"),
    ("values = [\"a\"]", "values = \"a\"", "\"a\"", "expected square brackets"),
    ("values = [\"a\"]", "values = [a]", "a", "expected string literal"),
    ("values = [\"a\"]", "optional = Observed", "Observed", "`name` is required: use `required = …`, or an `Option` type"),
    ("1)]\n        size", "1, required = Observed)]\n        size", "Observed", "`size` is optional: use `optional = …`, or no `Option` type"),
    ("example = \"p\"", "example = \"p\", required = Observed", "Observed", "`path` is in `#[constructor(…)]`, which decides this: remove the key"),
    ("example = \"p\"", "example = \"p\", optional = Observed", "Observed", "`path` is in `#[constructor(…)]`, which decides this: remove the key"),
];

fn parse(source: &str) -> syn::Result<Declaration> {
    let input = syn::parse_str::<DeriveInput>(source)?;
    Declaration::parse(&input, syn::parse_quote!(::scaleengine_proto))
}

#[test]
fn an_error_has_the_span_of_the_word_to_change() {
    assert!(parse(GOOD).is_ok());
    let mut wrong = String::new();
    for (good, bad, at, message) in BAD {
        assert_eq!(GOOD.matches(good).count(), 1, "{good}");
        let found = match parse(&GOOD.replace(good, bad)) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => format!("{}: {error}", error.span().source_text().unwrap_or_default()),
        };
        if found != format!("{at}: {message}") {
            wrong += &format!("\n{bad}\n  {found}\n  {at}: {message}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn only_a_struct_with_named_fields_is_accepted() {
    for source in ["struct Start;", "struct Start(String);", "enum Start {}", "union Start { id: i64 }"] {
        let found = parse(source).err().map(|error| (error.span().source_text(), error.to_string()));
        let expected = (Some("Start".to_owned()), "`Start` must be a struct with named fields".to_owned());
        assert_eq!(found, Some(expected), "{source}");
    }
}

#[test]
fn generated_code_refers_only_to_the_private_module() -> syn::Result<()> {
    for (key, krate) in [("", "scaleengine_proto"), ("crate = \"crate::a\",", "crate :: a")] {
        let declaration = parse(&GOOD.replace("#[command(", &format!("#[command({key}")))?;
        let code = expand_catalogue(&declaration).to_string().replace(&format!("{krate} :: __private :: "), "PRIVATE ");
        assert!(code.contains("PRIVATE ") && !code.contains(krate) && !code.contains("scaleengine"), "{code}");
    }
    Ok(())
}
