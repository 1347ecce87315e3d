//! Decoding of observed and plausible replies. All features of serde_json that matter are enabled.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use scaleengine_proto::{Acknowledged, Command, DecodeError, Document, Reply, TableDocument, channel, decode, sevu};

fn acknowledged(body: &str) -> Result<Reply<Acknowledged>, DecodeError> {
    decode(body.as_bytes())
}

#[test]
fn the_documented_sample_of_stream_close_is_decoded() {
    let sample = r#"{ "message": "", "status": "success", "handle_time":"0.3795 seconds" }"#;
    let reply = acknowledged(sample).unwrap();
    assert_eq!((reply.message(), reply.code(), reply.handle_time()), ("", None, Some(0.3795)));
    assert_eq!(reply.raw(), sample.as_bytes());
}

#[test]
fn handle_time_is_read_in_every_form_and_never_fails_decoding() {
    for (written, read) in [
        ("0.3795", Some(0.3795)),
        ("\"0.3795 seconds\"", Some(0.3795)),
        ("\"0.3795\"", Some(0.3795)),
        ("1", Some(1.0)),
        ("1e-3", Some(0.001)),
        ("null", None),
        ("\"\"", None),
        ("\"NaN seconds\"", None),
        ("[]", None),
    ] {
        let reply = acknowledged(&format!(r#"{{"status":"success","handle_time":{written}}}"#)).unwrap();
        assert_eq!(reply.handle_time(), read, "{written}");
    }
}

#[test]
fn a_failure_keeps_code_message_and_debug_strings() {
    for code in ["\"0003\"", "3", "\"3\""] {
        let body = format!(r#"{{"status":"failure","message":"no\u001b[2J","code":{code},"debug":"d","debug2":7}}"#);
        let Err(DecodeError::Failure(failure)) = acknowledged(&body) else { panic!("{code}") };
        assert_eq!(failure.code().map(scaleengine_proto::Code::as_str), Some("0003"));
        assert_eq!(failure.debug(), ["d", "7"]);
        assert_eq!(failure.to_string(), r"the API reported failure 0003: no\u{1b}[2J");
    }
    let Err(DecodeError::Failure(failure)) = acknowledged(r#"{"status":"failure"}"#) else { panic!() };
    assert_eq!((failure.code(), failure.to_string().as_str()), (None, "the API reported failure"));
}

/// A body that a positional deserializer would accept as an envelope.
const ARRAY: &str = r#"["success","",null,null,null,null]"#;

#[test]
fn a_body_without_status_and_an_unknown_status_are_different_errors() {
    for body in ["", "<html>", "[]", "{}", r#"{"status":"succ"#, "\u{feff}{}", ARRAY] {
        assert!(matches!(acknowledged(body), Err(DecodeError::NotAnEnvelope { .. })), "{body}");
    }
    for body in [r#"{"status":"ok"}"#, r#"{"status":true}"#, r#"{"status":null}"#, r#"{"status":"Success"}"#] {
        assert!(matches!(acknowledged(body), Err(DecodeError::UnknownStatus)), "{body}");
    }
}

#[test]
fn unreadable_data_has_its_own_error_and_a_document_keeps_all_fields() {
    let body = br#"{"status":"success","ticket":{"uses":"1000"},"n":1.0}"#;
    let document = decode::<Document>(body).unwrap();
    assert_eq!(document.value().get("ticket").and_then(|ticket| ticket["uses"].as_str()), Some("1000"));
    assert_eq!(document.value().fields().len(), 3);
    assert!(matches!(decode::<Vec<u8>>(body), Err(DecodeError::Data { .. })));
}

/// The fields and types in the tests of a client.
const TICKET: &str = r#""key":"foo_.53ffc996dd39d5.39102367","pass":"p","app":"demo-origin","video":"foo*","ip":"auto","uses":"1000",
    "active":"1","created_date":"2014-08-29 12:00:00","used_date":"0000-00-00 00:00:00","other":1.5"#;

#[test]
fn a_ticket_is_decoded_from_the_reply_of_each_command() {
    let requested = format!(r#"{{"status":"success","ticket":{{{TICKET}}}}}"#);
    let issued = decode::<<sevu::Request as Command>::Reply>(requested.as_bytes()).unwrap().into_value().ticket;
    let looked_up = format!(r#"{{"status":"success",{TICKET}}}"#);
    let ticket = decode::<<sevu::Status as Command>::Reply>(looked_up.as_bytes()).unwrap().into_value();
    for ticket in [&issued, &ticket] {
        assert_eq!((ticket.key.as_str(), ticket.pass.as_str()), ("foo_.53ffc996dd39d5.39102367", "p"));
        assert_eq!((ticket.uses, ticket.active, ticket.used), (Some(1000), Some(true), None));
        assert_eq!(ticket.created.unwrap().to_string(), "2014-08-29 12:00:00");
        assert_eq!(ticket.fields.get("other").unwrap().to_string(), "1.5");
        let shown = format!("{ticket:?}");
        assert!(!shown.contains("53ffc996dd39d5") && !shown.contains("\"p\""), "{shown}");
    }
    let without = br#"{"status":"success","ticket":{"key":"k"}}"#;
    assert!(matches!(decode::<<sevu::Request as Command>::Reply>(without), Err(DecodeError::Data { .. })));
}

#[test]
fn playlists_are_decoded_from_data_with_channel_name() {
    let body = br#"{"status":"success","data":[{"channel_id":"7","channel_name":"n","scheduled":"2014-10-13 15:00:00","x":null},
        {"channel_id":8}]}"#;
    let lists = decode::<<channel::GetAllChannels as Command>::Reply>(body).unwrap().into_value().data;
    assert_eq!((lists[0].channel_id.clone(), lists[0].channel_name.as_deref()), (7.into(), Some("n")));
    assert_eq!((lists[1].channel_id.clone(), lists[1].scheduled), (8.into(), None));
    assert!(lists[0].fields.get("x").unwrap().is_null());
}

#[test]
fn a_document_is_read_by_path_and_an_error_names_the_existing_part() {
    let body = br#"{"status":"success","a":{"b":[{"n":"12","t":true,"s":"x","d":"0000-00-00 00:00:00"}]}}"#;
    let document = decode::<Document>(body).unwrap().into_value();
    assert_eq!(document.integer("a.b[0].n"), Ok(12));
    assert_eq!(document.boolean("a.b[0].t"), Ok(true));
    assert_eq!(document.text("a.b[0].n").as_deref(), Ok("12"));
    assert_eq!(document.time("a.b[0].d"), Ok(None));
    assert_eq!(document.list("a.b").unwrap().len(), 1);
    for (path, told) in [
        ("c", "c: field not found; the reply has "),
        ("a.c", "a.c: field not found; a has b"),
        ("a.b[1].n", "a.b[1].n: field not found; a.b has 1 item"),
        ("a.b[x]", "a.b[x]: field not found"),
        ("a.b[0].s", "a.b[0].s: not an integer"),
        ("[0]", "[0]: the reply is not a list"),
    ] {
        let error = document.integer(path).unwrap_err().to_string();
        assert!(error.starts_with(told), "{error}");
    }
}

/// The structure around the cells is unknown, so every plausible one is read, and nothing else.
#[test]
fn a_google_table_is_found_at_any_depth() {
    let rows =
        r#"[{"c":[{"v":"Type"},{"v":"Total"}]},{"c":[{"v":"VSN"},{"v":"1536.5","f":"1.5 kB"}]},{"c":[null,{"v":7}]}]"#;
    let bare = rows.replace(r#"{"c":"#, "").replace("]}", "]");
    for (around, path) in [
        (format!(r#""table":{{"cols":[{{"label":"A"}},{{"id":"b"}}],"rows":{rows}}}"#), "table"),
        (format!(r#""data":[1,{{"x":{{"rows":{rows}}}}}]"#), "data[1].x"),
        (format!(r#""data":{rows}"#), "data"),
        (format!(r#""data":{bare}"#), "data"),
    ] {
        let body = format!(r#"{{"status":"success","empty":[],"other":[["a"],[{{"f":1}}]],{around}}}"#);
        let reply = decode::<TableDocument>(body.as_bytes()).unwrap().into_value();
        let found = reply.fields.tables();
        assert_eq!(found.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), [path], "{body}");
        let table = reply.table().unwrap();
        assert_eq!((&table, table.rows.len()), (&reply.fields.table(path).unwrap(), 3));
        let cell = |row, column| table.cell(row, column).unwrap();
        assert_eq!(
            (cell(1, 1).text(), cell(1, 1).number(), cell(1, 1).integer()),
            ("1.5 kB".into(), Some(1536.5), None)
        );
        assert_eq!((cell(2, 1).text(), cell(2, 1).integer(), cell(2, 0).text()), ("7".into(), Some(7), String::new()));
        assert_eq!(table.columns, if path == "table" { vec!["A", ""] } else { vec![] });
        assert!(!format!("{table:?}").contains("VSN"));
    }
    // The reply itself, a cell without a value, a row without cells, and a table without rows.
    for (body, path, rows) in [
        (
            r#"{"status":"success","cols":[{"label":"A"}],"rows":[{"c":[{"v":1},{}]},{"c":null},{"c":[{"f":"x"}]}]}"#,
            "",
            3,
        ),
        (r#"{"status":"success","t":{"cols":[{"label":"A"}],"rows":[]}}"#, "t", 0),
        (r#"{"status":"success","a":{"deep":{"x":[[{"v":"DEEP"}]]}},"b":[[{"v":"SHALLOW"}]]}"#, "b", 1),
    ] {
        let reply = decode::<TableDocument>(body.as_bytes()).unwrap().into_value();
        let found = reply.fields.tables();
        assert_eq!((found[0].0.as_str(), found[0].1.rows.len()), (path, rows), "{body}");
        assert_eq!(found[0].1, reply.fields.table(path).unwrap());
    }
    let none = decode::<TableDocument>(br#"{"status":"success","data":[["v"]]}"#).unwrap().into_value();
    assert_eq!(none.table().unwrap_err().to_string(), "the reply contains no table of cells with `v`");
    assert_eq!(none.fields.table("data").unwrap_err().to_string(), "data: not a table of cells with `v`");
}

#[test]
fn an_error_in_the_data_has_its_position() {
    #[derive(Debug, serde::Deserialize)]
    struct Expected {
        #[expect(dead_code, reason = "only deserialized")]
        count: u32,
    }
    let said = |body: &str| decode::<Expected>(body.as_bytes()).unwrap_err().to_string();
    let shape = "the API reported success, but the data of the reply does not have the expected shape";
    assert_eq!(
        said(r#"{"status":"success","count":"secret-7"}"#),
        format!("{shape}: count: expected u32, received string (line 1, column 38)")
    );
    assert_eq!(said(r#"{"status":"success"}"#), format!("{shape}: `count` is missing (line 1, column 20)"));
}

#[test]
fn a_nested_field_is_named_by_its_path() {
    #[derive(Debug, serde::Deserialize)]
    struct Item {
        #[expect(dead_code, reason = "only deserialized")]
        id: Option<bool>,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Expected {
        #[expect(dead_code, reason = "only deserialized")]
        items: Vec<Item>,
    }
    // serde_json distinguishes integers and floats only without `arbitrary_precision`.
    for (value, kinds) in [
        ("7", &["integer", "number", "map"][..]),
        ("\"secret\"", &["string"]),
        ("\"x, expected secret at line 9\"", &["string"]),
        ("1.5", &["number", "map"]),
        ("[]", &["sequence"]),
        ("{}", &["map"]),
    ] {
        let body = format!(r#"{{"status":"success","items":[{{"id":true}},{{"id":{value}}}]}}"#);
        let said = decode::<Expected>(body.as_bytes()).unwrap_err().to_string();
        let fits = |kind| said.contains(&format!("items[1].id: expected a boolean, received {kind} (line 1"));
        assert!(kinds.iter().any(fits) && !said.contains("secret"), "{said}");
    }
}

#[test]
fn a_byte_order_mark_is_ignored_a_compressed_body_is_named_and_a_unit_type_reads_nothing() {
    assert!(decode::<Acknowledged>(b"\xef\xbb\xbf{\"status\":\"success\"}").is_ok());
    #[derive(Debug, serde::Deserialize)]
    struct Done;
    decode::<()>(br#"{"status":"success","data":[1]}"#).unwrap();
    decode::<Done>(br#"{"status":"success","data":[1]}"#).unwrap();
    for (body, name) in
        [(&b"\x1f\x8b\x08\x00"[..], "gzip"), (b"\x28\xb5\x2f\xfd\x00", "zstd"), (b"\x78\x9c\x01", "deflate")]
    {
        let said = decode::<Acknowledged>(body).unwrap_err().to_string();
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn invalid_utf8_fails_only_for_types_that_read_it() {
    let body = b"{\"status\":\"success\",\"note\":\"caf\xe9\"}";
    assert!(decode::<Acknowledged>(body).is_ok());
    assert!(matches!(decode::<Document>(body), Err(DecodeError::Data { .. })));
}

#[test]
fn the_last_value_of_a_repeated_name_is_used() {
    #[derive(serde::Deserialize)]
    struct Strict {
        id: i64,
    }
    let body = br#"{"status":"failure","id":1,"message":"a","status":"success","id":2,"message":"b"}"#;
    let reply: Reply<Strict> = decode(body).unwrap();
    assert_eq!((reply.message(), reply.value().id), ("b", 2));
}
