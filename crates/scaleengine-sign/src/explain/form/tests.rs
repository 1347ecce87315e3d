//! Tests of the form reader. Compiled only for tests (`#[cfg(test)]` at its declaration), so a
//! panic here is a failed test and cannot happen in the library.

use super::{FormField, NoField, read};
use alloc::vec::Vec;
use alloc::{format, string::String, vec};

const URL_ENCODED: &[u8] = b"application/x-www-form-urlencoded";
const MULTIPART: &[u8] = b"multipart/form-data; boundary=b";

fn url_encoded(body: &str) -> Result<FormField, NoField> {
    read(URL_ENCODED, body.as_bytes(), "json")
}

/// Writes a form of these parts, each given by its header and its value.
fn multipart(parts: &[(&str, &str)]) -> Vec<u8> {
    let part = |(header, value): &(&str, &str)| format!("--b\r\nContent-Disposition: {header}\r\n\r\n{value}\r\n");
    let parts: String = parts.iter().map(part).collect();
    format!("{parts}--b--\r\n").into_bytes()
}

fn one_part(header: &str) -> Result<FormField, NoField> {
    read(MULTIPART, &multipart(&[(header, "x")]), "json")
}

fn value(field: Result<FormField, NoField>) -> Vec<u8> {
    field.expect("PHP reads it").bytes
}

#[test]
fn an_ordinary_form_is_not_unusual() {
    let expected = |encoded_from| Ok(FormField { bytes: b"{}".into(), encoded_from, twice: false, unusual: None });
    assert_eq!(url_encoded("a=b&json=%7B%7D&c=d"), expected(Some(9)));
    let parts = [
        ("form-data; name=\"a\"", "b"),
        ("form-data; name=\"json\"", "{}"),
        ("form-data; name=\"f\"; filename=\"\"", ""),
    ];
    assert_eq!(read(MULTIPART, &multipart(&parts), "json"), expected(None));
    assert_eq!(read(b"Multipart/Form-Data; charset=utf-8; Boundary=\"b\"", &multipart(&parts), "json"), expected(None));
}

#[test]
fn the_content_type_decides_how_the_body_is_read() {
    for (content_type, expected) in [
        ("application/json", NoField::JsonContentType),
        ("application/JSON; charset=utf-8", NoField::JsonContentType),
        ("text/plain", NoField::NotAForm),
        ("application/x-www-form-urlencoded\t", NoField::NotAForm),
        ("multipart/form-data", NoField::Malformed("the content type has no boundary")),
        ("multipart/form-data; boundary=\"b", NoField::Malformed("the boundary has no closing quote")),
    ] {
        assert_eq!(read(content_type.as_bytes(), b"json=x", "json"), Err(expected), "{content_type}");
    }
    assert!(
        read(b"application/x-www-form-urlencoded, text/plain", b"json=x", "json")
            .is_ok_and(|field| field.unusual.is_some())
    );
}

#[test]
fn names_follow_the_rules_of_php() {
    for name in ["json", "+json", " json", "json%00", "json%00[a]"] {
        assert_eq!(value(url_encoded(&format!("{name}=x"))), b"x", "{name}");
        assert_eq!(
            url_encoded(&format!("{name}=x")).ok().and_then(|field| field.unusual).is_some(),
            name != "json",
            "{name}"
        );
    }
    for name in ["json[]", "json[a]", "json%5Ba%5D[b", "json[ ]x"] {
        assert_eq!(url_encoded(&format!("json=1&{name}=x")), Err(NoField::IsArray), "{name}");
    }
    for name in ["json[a", "json.", "json+", "%00json", "Json", ""] {
        assert_eq!(url_encoded(&format!("{name}=x")), Err(NoField::Missing), "{name}");
    }
    let deep = |depth| format!("json=1&json{}=2", "[a]".repeat(depth));
    assert_eq!(url_encoded(&deep(64)), Err(NoField::IsArray));
    assert_eq!(url_encoded(&deep(65)), Err(NoField::Missing));
    assert_eq!(value(read(URL_ENCODED, b"a.b[c=x", "a_b_c")), b"x");
}

#[test]
fn the_last_of_several_fields_is_used() {
    let field = url_encoded("json=1&json=2&").expect("PHP reads it");
    assert_eq!((field.bytes.as_slice(), field.twice, field.encoded_from), (&b"2"[..], true, Some(12)));
    assert!(
        url_encoded("json[]=1&json=2")
            .is_ok_and(|field| field.bytes == b"2" && !field.twice && field.unusual.is_some())
    );
}

#[test]
fn fields_after_the_limit_are_not_read() {
    assert_eq!(value(url_encoded(&format!("{}json=x", "a&".repeat(1000)))), b"x");
    assert_eq!(url_encoded(&format!("{}json=x", "a&".repeat(1001))), Err(NoField::TooMany));
    let form = |before: usize| {
        let mut parts = [("form-data; name=a", "")].repeat(before);
        parts.push(("form-data; name=json", "x"));
        read(MULTIPART, &multipart(&parts), "json")
    };
    assert_eq!(value(form(999)), b"x");
    assert_eq!(form(1000), Err(NoField::TooMany));
    assert_eq!(read(URL_ENCODED, &vec![b'a'; (8 << 20) + 1], "json"), Err(NoField::TooLong));
}

#[test]
fn invalid_percent_escapes_are_kept() {
    assert_eq!(value(url_encoded("json=%7b+%2B%zz%4")), b"{ +%zz%4");
    assert_eq!(value(url_encoded("json")), b"");
}

#[test]
fn unusual_part_headers_are_read_and_noted() {
    for header in [
        "form-data; name=json",
        "form-data; name='json'",
        "form-data; NAME=\"json\"",
        "form-data; name=\"json",
        "x; a=\"b;\\\"\"; name=json y",
        "form-data; name=other; name=json",
        "form-data;\r\n name=json",
        "form-data; name=\"json\"\r\nno colon",
        "form-data; name=\"json\"; filename*=a",
    ] {
        let field = one_part(header).expect(header);
        assert!(field.bytes == b"x" && field.unusual.is_some(), "{header}");
    }
    for header in
        ["form-data; name =json", "form-data, name=json", "form-data; \"name\"=json", "form-data; name=\"js\\on\""]
    {
        assert!(one_part(header).is_err(), "{header}");
    }
}

#[test]
fn a_part_with_a_file_name_is_a_file() {
    assert_eq!(one_part("form-data; name=json; filename="), Err(NoField::IsFile));
    assert_eq!(one_part("form-data; filename=json"), Err(NoField::Missing));
    assert_eq!(one_part("form-data; name=\"json[\"; filename=a"), Err(NoField::Missing));
    assert_eq!(one_part("form-data"), Err(NoField::Malformed("a part has neither a name nor a file name")));
}

#[test]
fn a_value_ends_where_a_boundary_may_begin() {
    let with = |rest: &str| {
        value(read(
            MULTIPART,
            format!("--b\r\nContent-Disposition: form-data; name=json\r\n\r\n{rest}").as_bytes(),
            "json",
        ))
    };
    for (rest, expected) in [
        ("x", "x"),
        ("x\r\n--b--", "x"),
        ("x\n--bcd", "x"),
        ("x\r\n-", "x"),
        ("x\r", "x\r"),
        ("x\r\r\n--b", "x\r"),
        ("--b\r\n", "--b"),
        ("", ""),
    ] {
        assert_eq!(with(rest), expected.as_bytes(), "{rest:?}");
    }
}

#[test]
fn a_part_begins_only_after_the_bare_boundary() {
    let part = "Content-Disposition: form-data; name=json\r\n\r\nx\r\n--b--";
    for (line, reads) in [
        ("--b\n", true),
        ("text\r\n--b\r\n", true),
        ("--b--\r\n--b\r\n", true),
        ("--b \r\n", false),
        ("text--b\r\n", false),
    ] {
        assert_eq!(read(MULTIPART, format!("{line}{part}").as_bytes(), "json").is_ok(), reads, "{line:?}");
    }
}
