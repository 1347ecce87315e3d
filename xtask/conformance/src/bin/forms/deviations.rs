//! Named deviations from an ordinary form.

use crate::case::{Case, Form, JSON, Part, URL_ENCODED};
use crate::random::Random;

pub(crate) struct Deviation {
    name: String,
    multipart: bool,
    apply: Box<dyn Fn(&mut Form)>,
}

struct List(Vec<Deviation>);

impl List {
    fn both(&mut self, multipart: bool, name: impl Into<String>, apply: impl Fn(&mut Form) + 'static) {
        self.0.push(Deviation { name: name.into(), multipart, apply: Box::new(apply) });
    }

    fn form(&mut self, name: impl Into<String>, apply: impl Fn(&mut Form) + 'static) {
        self.both(true, name, apply);
    }

    fn pairs(&mut self, name: impl Into<String>, apply: impl Fn(&mut Form) + 'static) {
        self.both(false, name, apply);
    }
}

pub(crate) fn all() -> Vec<Deviation> {
    let mut list = List(Vec::new());
    content_types(&mut list);
    dispositions(&mut list);
    headers(&mut list);
    boundaries(&mut list);
    others(&mut list);
    values(&mut list);
    limits(&mut list);
    pairs(&mut list);
    list.0
}

pub(crate) fn single(all: &[Deviation]) -> Vec<Case> {
    all.iter().map(|deviation| combine(&[deviation])).collect()
}

pub(crate) fn combined(all: &[Deviation], random: &mut Random) -> Case {
    let multipart = random.below(4) > 0;
    let of_kind: Vec<&Deviation> = all.iter().filter(|deviation| deviation.multipart == multipart).collect();
    let count = 2 + random.below(2);
    let chosen: Vec<&Deviation> = (0..count).map(|_| *random.of(&of_kind)).collect();
    combine(&chosen)
}

fn combine(deviations: &[&Deviation]) -> Case {
    let multipart = deviations.first().is_none_or(|deviation| deviation.multipart);
    let mut form = if multipart { Form::multipart() } else { Form::url_encoded() };
    for deviation in deviations {
        (deviation.apply)(&mut form);
    }
    let names: Vec<&str> = deviations.iter().map(|deviation| deviation.name.as_str()).collect();
    form.case(names.join(" + "))
}

fn content_types(list: &mut List) {
    let parameters = [
        "multipart/form-data",
        "multipart/form-data;",
        "multipart/form-data; boundary",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"XyZ\"",
        "multipart/form-data; boundary=\"XyZ",
        "multipart/form-data; boundary='XyZ'",
        "multipart/form-data; boundary=XyZ\"",
        "multipart/form-data; boundary=\"XyZ\"a",
        "multipart/form-data; boundary=\"Xy\\Z\"",
        "multipart/form-data; BOUNDARY=XyZ",
        "multipart/form-data; Boundary=XyZ",
        "multipart/form-data; Boundary=a; boundary=XyZ",
        "multipart/form-data; boundary=XyZ; boundary=a",
        "multipart/form-data; boundary=a; boundary=XyZ",
        "multipart/form-data; Boundary=XyZ; xboundary=a",
        "multipart/form-data; boundary =XyZ",
        "multipart/form-data; boundary= XyZ",
        "multipart/form-data; boundary=XyZ ",
        "multipart/form-data; boundary=XyZ\t",
        "multipart/form-data; boundary=XyZ ;a=b",
        "multipart/form-data; boundary=XyZ;a=b",
        "multipart/form-data; boundary=XyZ,a=b",
        "multipart/form-data; boundary=XyZ, text/plain",
        "multipart/form-data; boundary\t=XyZ",
        "multipart/form-data; xboundary=XyZ",
        "multipart/form-data; boundaryx=XyZ",
        "multipart/form-data; boundary; a=XyZ",
        "multipart/form-data; boundary==XyZ",
        "multipart/form-data, boundary=XyZ",
        "multipart/form-data,boundary=XyZ",
        "multipart/form-data boundary=XyZ",
        "multipart/form-data\t; boundary=XyZ",
        "multipart/form-data ; boundary=XyZ",
        "multipart/form-databoundary=XyZ",
        "multipart/form-data; boundary=xyz",
        "multipart/form-data; boundary:XyZ",
        "multipart/form-data; a=\"boundary=b\"; boundary=XyZ",
        "Multipart/Form-Data; boundary=XyZ",
        "MULTIPART/FORM-DATA; BOUNDARY=XyZ",
        "multipart/mixed; boundary=XyZ",
        "multipart/related; boundary=XyZ",
        "multipart/*; boundary=XyZ",
        "multipart / form-data; boundary=XyZ",
        "multipart/form-data;; boundary=XyZ",
        "multipart/form-data; charset=utf-8 boundary=XyZ",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=;XyZ",
        "multipart/form-data; boundary*=utf-8''XyZ",
        "application/x-www-form-urlencoded; boundary=XyZ",
        "application/x-www-form-urlencoded, multipart/form-data; boundary=XyZ",
        "multipart/form-data; boundary=XyZ, multipart/form-data; boundary=XyZ",
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "a",
        ";",
    ];
    for parameter in parameters {
        list.form(format!("type {parameter:?}"), move |form| form.content_type = parameter.into());
    }
    for (name, boundary) in [
        ("long", "b".repeat(5114)),
        ("max", "b".repeat(5116)),
        ("too long", "b".repeat(5117)),
        ("71", "b".repeat(71)),
        ("dashes", "---".to_owned()),
        ("dash", "XyZ-".to_owned()),
        ("blank", "X Z".to_owned()),
    ] {
        list.form(format!("boundary {name}"), move |form| rename_boundary(form, &boundary));
    }
    list.form("empty boundary everywhere", |form| rename_boundary(form, ""));
    let types = [
        "application/x-www-form-urlencoded;",
        "application/x-www-form-urlencoded ",
        "application/x-www-form-urlencoded,",
        "application/x-www-form-urlencoded a",
        "application/x-www-form-urlencoded,a",
        "application/x-www-form-urlencoded\t",
        "application/x-www-form-urlencoded; charset",
        "application/x-www-form-urlencoded ; charset=utf-8",
        "APPLICATION/X-WWW-FORM-URLENCODED",
        "application/x-www-form-urlencoded, application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded, text/plain",
        "text/plain, application/x-www-form-urlencoded",
        "application/x-www-form-urlencode",
        "application/x-www-form-urlencodedx",
        "application/json",
        "APPLICATION/JSON",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=a",
        "x-www-form-urlencoded",
        "\"application/x-www-form-urlencoded\"",
        "application/x-www-form-urlencoded/",
        "application/*",
    ];
    for content_type in types {
        list.pairs(format!("type {content_type:?}"), move |form| form.content_type = content_type.into());
    }
}

fn rename_boundary(form: &mut Form, boundary: &str) {
    let swap = |bytes: &mut Vec<u8>| {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        *bytes = text.replace("XyZ", boundary).chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    };
    swap(&mut form.content_type);
    swap(&mut form.closing);
    for part in &mut form.parts {
        swap(&mut part.line);
    }
}

fn dispositions(list: &mut List) {
    let values: &[&[u8]] = &[
        b"form-data; name=json",
        b"form-data; name='json'",
        b"form-data; name=\"json",
        b"form-data; name=json\"",
        b"form-data; name='json",
        b"form-data; NAME=\"json\"",
        b"form-data; Name=json",
        b"form-data; name =\"json\"",
        b"form-data; name= \"json\"",
        b"form-data; name=\t\"json\"",
        b"form-data; name = json",
        b"form-data;name=\"json\"",
        b"form-data;  name=\"json\"",
        b"form-data;\tname=\"json\"",
        b"form-data; \x0bname=\"json\"",
        b"form-data ; name=\"json\"",
        b"form-data; name=\"json\";",
        b"form-data; name=\"json\"; a=b",
        b"form-data; a=b; name=\"json\"",
        b"form-data;; name=\"json\"",
        b"form-data; ; name=\"json\"",
        b"form-data, name=\"json\"",
        b"form-data name=\"json\"",
        b"name=\"json\"",
        b"; name=\"json\"",
        b"",
        b"form-data",
        b"form-data;",
        b"attachment; name=\"json\"",
        b"FORM-DATA; name=\"json\"",
        b"form-data=a; name=\"json\"",
        b"form-data; name=\"json\"; name=\"other\"",
        b"form-data; name=\"other\"; name=\"json\"",
        b"form-data; name=\"json\"; name=",
        b"form-data; name=\"json\"; name",
        b"form-data; name",
        b"form-data; name=",
        b"form-data; name=\"\"",
        b"form-data; name*=utf-8''json",
        b"form-data; name=\"json\"; name*=utf-8''json",
        b"form-data; name=\"json\"; filename=\"a\"",
        b"form-data; name=\"json\"; filename=\"\"",
        b"form-data; name=\"json\"; filename=",
        b"form-data; name=\"json\"; filename",
        b"form-data; name=\"json\"; FILENAME=a",
        b"form-data; filename=\"a\"; name=\"json\"",
        b"form-data; filename=\"a\"",
        b"form-data; name=\"json\"; filename*=utf-8''a",
        b"form-data; name=\"json\"; filename =\"a\"",
        b"form-data; name=\"json\" filename=\"a\"",
        b"form-data; name=\"json\"x",
        b"form-data; name=\"json\" x",
        b"form-data; name=json x",
        b"form-data; name=js\"on\"",
        b"form-data; name=\"js\"\"on\"",
        b"form-data; name=\"js\\on\"",
        b"form-data; name=\"json\\\"",
        b"form-data; name=\"\\json\"",
        b"form-data; name=\"json\\\\\"",
        b"form-data; name=json\\",
        b"form-data; name=\\json",
        b"form-data; name=\"js'on\"",
        b"form-data; name='js\"on'",
        b"form-data; a='; name=\"json\"",
        b"form-data; a=\"; name=\"json\"",
        b"form-data; a=\"\\\"; name=\"json\"",
        b"form-data; a=\"b;c\"; name=\"json\"",
        b"form-data; a=';'; name=json",
        b"form-data; name==json",
        b"form-data; name==\"json\"",
        b"form-data; \"name\"=json",
        b"form-data; name:\"json\"",
        b"form-data; xname=\"json\"",
        b"form-data; name=\"json\"\x00x",
        b"form-data; name=\"json\x00\"",
        b"form-data; \x00name=\"json\"",
        b"form-data; name=\"json\" ",
        b"form-data; name=\"json\"\t",
        b" form-data; name=\"json\"",
        b"form-data; name=\"JSON\"",
        b"form-data; name=\"%6Ason\"",
        b"form-data; name=\"&#106;son\"",
        b"form-data; name=\xef\xbb\xbfjson",
        b"form-data; name=\"json\xa0\"",
    ];
    for value in values {
        let name = format!("disposition {}", value.escape_ascii());
        list.form(name, move |form| form.part().headers = vec![[b"Content-Disposition: ", *value, b"\r\n"].concat()]);
    }
    for name in NAMES {
        list.form(format!("name {}", name.escape_ascii()), move |form| {
            form.part().headers = vec![[b"Content-Disposition: form-data; name=\"", *name, b"\"\r\n"].concat()];
        });
    }
}

const NAMES: &[&[u8]] = &[
    b" json",
    b"  json",
    b"\tjson",
    b"json ",
    b" json ",
    b"json.",
    b".json",
    b"js on",
    b"json\x00",
    b"json\x00x",
    b"\x00json",
    b" \x00json",
    b"Json",
    b"json[]",
    b"json[a]",
    b"json[a",
    b"json[",
    b"json]",
    b"json[]x",
    b"json[a][b]",
    b"json[a][b",
    b"json[a][",
    b"json [a]",
    b" json[a]",
    b"json[ ]",
    b"json[ a ]",
    b"json[\t]",
    b"[json]",
    b"json[0]",
    b"json[[]]",
    b"json[[",
    b"json[]]",
    b"[json",
    b"json_",
    b"json\x0b",
    b"json[a]\x00",
    b"json[\x00a]",
    b"json\xc3\xa4",
    b"+json",
    b"",
    b"json[[a]",
    b"json[a]]",
    b"json[a][b]c[d]",
    b"json[a]b",
];

fn headers(list: &mut List) {
    const D: &[u8] = b"Content-Disposition: form-data; name=\"json\"\r\n";
    let sets: &[(&str, &[&[u8]])] = &[
        ("folded before name", &[b"Content-Disposition: form-data;\r\n", b" name=\"json\"\r\n"]),
        ("folded with tab", &[b"Content-Disposition: form-data;\r\n", b"\tname=\"json\"\r\n"]),
        ("folded inside name", &[b"Content-Disposition: form-data; name=\"js\r\n", b" on\"\r\n"]),
        ("folded after colon", &[b"Content-Disposition:\r\n", b" form-data; name=\"json\"\r\n"]),
        ("folded file name", &[D, b" ; filename=\"a\"\r\n"]),
        ("folded blank line", &[D, b" \r\n"]),
        ("folded first line", &[b" a\r\n", D]),
        ("no colon before", &[b"garbage\r\n", D]),
        ("no colon after", &[D, b"garbage\r\n"]),
        ("no colon breaks name", &[b"Content-Disposition: form-data; name=\"js\r\n", b"on\"\r\n"]),
        ("no colon adds parameter", &[D, b"; filename=a\r\n"]),
        ("no colon adds name", &[D, b"; name=other\r\n"]),
        ("colon in folded line", &[D, b" a: ; filename=b\r\n"]),
        ("lower case", &[b"content-disposition: form-data; name=\"json\"\r\n"]),
        ("upper case", &[b"CONTENT-DISPOSITION: form-data; name=\"json\"\r\n"]),
        ("no blank after colon", &[b"Content-Disposition:form-data; name=\"json\"\r\n"]),
        ("blanks after colon", &[b"Content-Disposition: \t  form-data; name=\"json\"\r\n"]),
        ("blank before colon", &[b"Content-Disposition : form-data; name=\"json\"\r\n"]),
        ("blank before header", &[b" Content-Disposition: form-data; name=\"json\"\r\n"]),
        ("two dispositions", &[D, D]),
        ("two dispositions, other first", &[b"Content-Disposition: form-data; name=\"other\"\r\n", D]),
        ("two dispositions, other last", &[D, b"Content-Disposition: form-data; name=\"other\"\r\n"]),
        ("two dispositions, file last", &[D, b"Content-Disposition: form-data; name=\"json\"; filename=\"a\"\r\n"]),
        ("two dispositions, bare first", &[b"Content-Disposition: form-data\r\n", D]),
        ("empty disposition first", &[b"Content-Disposition:\r\n", D]),
        ("no headers", &[]),
        ("no disposition", &[b"Content-Type: text/plain\r\n"]),
        ("disposition misspelled", &[b"Content-Dispositon: form-data; name=\"json\"\r\n"]),
        ("colon only", &[b":\r\n", D]),
        ("zero byte line", &[b"\x00\r\n", D]),
        ("zero byte in key", &[b"Content-Disposition\x00: form-data; name=\"json\"\r\n"]),
        ("zero byte after", &[D, b"\x00: a\r\n"]),
        ("zero byte in other header", &[b"X: a\x00b\r\n", D]),
        ("carriage return line", &[b"\r\r\n", D]),
        ("carriage return in header", &[b"Content-Disposition: form-data;\rname=\"json\"\r\n"]),
        ("carriage return only", &[b"Content-Disposition: form-data; name=\"json\"\r"]),
        ("two carriage returns", &[b"Content-Disposition: form-data; name=\"json\"\r\r\n"]),
        ("LF header", &[b"Content-Disposition: form-data; name=\"json\"\n"]),
        ("LF other header", &[b"A: b\n", D]),
        ("form feed line", &[D, b"\x0cx: y\r\n"]),
        ("vertical tab line", &[D, b"\x0bx: y\r\n"]),
        ("type with name", &[b"Content-Type: text/plain; name=\"json\"\r\n", D]),
        ("transfer encoding", &[D, b"Content-Transfer-Encoding: base64\r\n"]),
    ];
    for (name, lines) in sets {
        list.form(format!("header {name}"), move |form| {
            form.part().headers = lines.iter().map(|line| line.to_vec()).collect();
        });
    }
    for blank in [&b""[..], b"\n", b"\r", b" \r\n", b"\r\n\r\n", b"\r\r\n", b"\x00\r\n", b"\x00"] {
        list.form(format!("blank line {}", blank.escape_ascii()), move |form| form.part().blank = blank.to_vec());
    }
    for length in [5080, 5118, 5119, 5120, 5121, 5122, 10238, 10239, 10240, 10241] {
        list.form(format!("header before of {length} bytes"), move |form| {
            form.part().headers.insert(0, [b"X: ".to_vec(), vec![b'x'; length - 5], b"\r\n".to_vec()].concat());
        });
        list.form(format!("header after of {length} bytes"), move |form| {
            form.part().headers.push([b"X: ".to_vec(), vec![b'x'; length - 5], b"\r\n".to_vec()].concat());
        });
        list.form(format!("disposition of {length} bytes"), move |form| {
            let fill = [b"Content-Disposition: form-data; a=".to_vec(), vec![b'x'; length - 52]].concat();
            form.part().headers = vec![[fill, b"; name=\"json\"\r\n".to_vec()].concat()];
        });
    }
}

fn boundaries(list: &mut List) {
    for line in [
        &b"--XyZ\n"[..],
        b"--XyZ \r\n",
        b"--XyZ\t\r\n",
        b"--XyZ--\r\n",
        b"--XyZ\x00a\r\n",
        b"--XyZx\r\n",
        b"--xyz\r\n",
        b"XyZ\r\n",
        b"-XyZ\r\n",
        b"---XyZ\r\n",
        b"--XyZ",
        b"--XyZ\r",
        b" --XyZ\r\n",
        b"--XyZ\r\r\n",
        b"--XyZ\r\n--XyZ\r\n",
        b"",
        b"--\r\n",
        b"--XyZ-\r\n",
        b"\r\n--XyZ\r\n",
        b"--\"XyZ\"\r\n",
    ] {
        for (which, at) in [("before", 1_usize), ("after", 2), ("first", 0)] {
            list.form(format!("boundary line {which} {}", line.escape_ascii()), move |form| {
                if let Some(part) = form.parts.get_mut(at) {
                    part.line = line.to_vec();
                }
            });
        }
    }
    for tail in [&b""[..], b"\n", b"\r", b"\r\r\n", b"\r\n\r\n", b"\n\n", b" \r\n", b"\r\n ", b"\n\r\n", b"\x00\r\n"] {
        list.form(format!("after the value {}", tail.escape_ascii()), move |form| form.part().tail = tail.to_vec());
    }
    let closings: &[&[u8]] = &[
        b"",
        b"--XyZ",
        b"--XyZ\r\n",
        b"--XyZ-",
        b"--XyZ-\r\n",
        b"--XyZ--\n",
        b"--XyZ-- \r\n",
        b"--XyZ--x",
        b"--XyZ--\r\n\r\n",
        b"--XyZ--\r\nepilogue",
        b"\r\n",
        b"\n",
        b"--",
        b"--Xy",
        b"--XyZ--\r\n--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\nlate\r\n--XyZ--\r\n",
        b"--XyZ--\r\nx\r\n--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\nlate\r\n",
        b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n",
        b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n",
        b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"",
        b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\nlate",
        b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\nlate\r",
        b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\nlate\r\n--Xy",
        b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\nlate\n",
        b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\nlate\n-\n--",
        b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n--XyZ--\r\n",
        b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r",
    ];
    for closing in closings {
        list.form(format!("closing {}", closing.escape_ascii()), move |form| form.closing = closing.to_vec());
        list.form(format!("field last, closing {}", closing.escape_ascii()), move |form| {
            form.parts.truncate(form.target + 1);
            form.closing = closing.to_vec();
        });
    }
    for preamble in [
        &b"\r\n"[..],
        b"\n",
        b"text\r\n",
        b"text",
        b"\r\n\r\n",
        b"--XyZ--\r\n",
        b"--XyZ\r\n",
        b"\x00\r\n",
        b"\xef\xbb\xbf",
        b"A: b\r\n\r\n",
        b" ",
    ] {
        list.form(format!("preamble {}", preamble.escape_ascii()), move |form| form.preamble = preamble.to_vec());
    }
    for length in [5113, 5118, 5119, 5120, 5121, 10240, 10241] {
        list.form(format!("preamble of {length} bytes"), move |form| form.preamble = vec![b'p'; length]);
        list.form(format!("preamble line of {length} bytes"), move |form| {
            form.preamble = [vec![b'p'; length - 2], b"\r\n".to_vec()].concat();
        });
    }
    list.form("LF only", |form| form.lf = true);
    for cut in [1, 2, 3, 4, 5, 8, 10, 11, 12, 13, 30, 60, 80, 100, 130] {
        list.form(format!("{cut} bytes cut off"), move |form| form.cut += cut);
        list.pairs(format!("{cut} bytes cut off"), move |form| form.cut += cut);
    }
}

fn others(list: &mut List) {
    for name in [
        "json",
        "json[]",
        "json[a]",
        "json[a][b]",
        "json[ a]",
        " json",
        "json.",
        "js.on",
        "json[",
        "json]",
        "json[a",
        "json[]a",
        "Json",
        "json[tmp_name]",
        "json[tmp_name][a]",
        "json[name]",
        "json[size]",
        "[json]",
        "other",
        "",
        "json\\",
        "json[a][b",
        "json[a]]",
        "json[[a]",
        "json[a]b[c]",
        "json[a]b[",
        "]json[",
        "json[ \t]",
    ] {
        list.form(format!("file {name} instead"), move |form| *form.part() = Part::file(name, "a.txt", b"x"));
        list.form(format!("empty file {name} instead"), move |form| *form.part() = Part::file(name, "", b""));
        for (place, before) in [("before", true), ("after", false)] {
            list.form(format!("field {name} {place}"), move |form| form.insert(Part::field(name, b"x"), before));
            list.form(format!("file {name} {place}"), move |form| form.insert(Part::file(name, "a.txt", b"x"), before));
            list.form(format!("empty file {name} {place}"), move |form| form.insert(Part::file(name, "", b""), before));
        }
    }
    let parts: &[(&str, &[u8], &[u8])] = &[
        ("garbled", b"form-data", b"x"),
        ("garbled with parameter", b"form-data; a=b", b"x"),
        ("anonymous file", b"form-data; filename=a", b"x"),
        ("maximum", b"form-data; name=MAX_FILE_SIZE", b"1"),
        ("empty file with content", b"form-data; name=u; filename=\"\"", b"x\r\n--XyZ\r\n\r\ny"),
        ("file with a boundary", b"form-data; name=u; filename=a", b"x\r\n--XyZ a\r\nb"),
        ("bad file", b"form-data; name=\"a]b\"; filename=a", b"x"),
    ];
    for (name, disposition, value) in parts {
        for (place, before) in [("before", true), ("after", false)] {
            list.form(format!("{name} {place}"), move |form| form.insert(Part::new(disposition, value), before));
        }
    }
    for name in ["a]b", "a[", "a[b]c", "json]", "a.b", "a b", "\\"] {
        list.form(format!("file {name} before, json file instead"), move |form| {
            form.insert(Part::file(name, "a", b"x"), true);
            *form.part() = Part::file("json", "a", b"x");
        });
    }
    for count in [19, 20, 21] {
        list.form(format!("{count} empty files before, json file instead"), move |form| {
            (0..count).for_each(|_| form.insert(Part::file("x", "", b""), true));
            *form.part() = Part::file("json", "a", b"1");
        });
    }
    list.form("no other fields", |form| {
        form.parts = vec![form.part().clone()];
        form.target = 0;
    });
    list.form("part without disposition before", |form| {
        let mut part = Part::field("x", b"a\r\n\r\n--XyZ\n");
        part.headers = vec![b"A: b\r\n".to_vec()];
        form.insert(part, true);
    });
    list.form("nested form before", |form| {
        form.insert(Part::field("x", b"--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\nnested"), true);
    });
    list.form("small maximum and file", |form| {
        form.insert(Part::field("MAX_FILE_SIZE", b"3"), true);
        form.insert(Part::file("json", "a", b"longer than that\r\nby far"), true);
    });
    list.form("large file", |form| form.insert(Part::file("u", "a", &vec![b'x'; 2_200_000]), true));
    list.form("large json file", |form| form.insert(Part::file("json", "a", &vec![b'\n'; 2_200_000]), true));
}

fn values(list: &mut List) {
    let values: &[&[u8]] = &[
        b"",
        b"\r\n",
        b"\n",
        b"\r",
        b"a\r",
        b"a\r\n",
        b"\x00",
        b"a\x00b",
        b"--XyZ",
        b"--XyZ\r\n",
        b"--XyZ--",
        b"a--XyZ\r\n",
        b"a\r--XyZ\r\n",
        b"a\r\n--Xy\r\nb",
        b"a\n--XyZ",
        b"a\n--XyZ\nb",
        b"a\r\n--XyZ b",
        b"a\r\n-- XyZ",
        b"a\r\n\r\n--XyZ\r\n\r\n",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"a\r\r\n--XyZ\r\n",
        b"+%20&=",
        b"a\n--XyZ--\r\nb",
        b"\n--XyZ",
        b"\r\n--XyZ\r\nContent-Disposition: form-data; name=x\r\n\r\n",
    ];
    for value in values {
        list.form(format!("value {}", value.escape_ascii()), move |form| form.part().value = value.to_vec());
    }
    for length in [
        4950, 4990, 5000, 5010, 5020, 5030, 5040, 5050, 5060, 5070, 5117, 5118, 5119, 5120, 5121, 10237, 10238, 10239,
        10240, 15000, 70000,
    ] {
        list.form(format!("value of {length} bytes"), move |form| form.part().value = vec![b'v'; length]);
        list.form(format!("value of {length} lines"), move |form| form.part().value = b"\r\n".repeat(length / 2));
        list.form(format!("value of {length} dashes"), move |form| form.part().value = b"\r\n--XyX".repeat(length / 7));
        list.form(format!("file of {length} bytes before"), move |form| {
            form.insert(Part::file("u", "a", &vec![b'f'; length]), true);
        });
        list.form(format!("skipped file of {length} bytes before"), move |form| {
            form.insert(Part::file("u", "", &vec![b'f'; length]), true);
        });
        list.form(format!("skipped file of {length} carriage returns before"), move |form| {
            form.insert(Part::file("u", "", &vec![b'\r'; length]), true);
        });
    }
}

fn limits(list: &mut List) {
    for count in [997, 998, 999, 1000, 1001, 1018, 1019, 1020, 1021, 1100] {
        list.form(format!("{count} fields before"), move |form| {
            (0..count).for_each(|_| form.insert(Part::field("x", b""), true));
        });
        list.form(format!("{count} json fields before"), move |form| {
            (0..count).for_each(|_| form.insert(Part::field("json", b"j"), true));
        });
        list.form(format!("{count} empty files before"), move |form| {
            (0..count).for_each(|_| form.insert(Part::file("x", "", b""), true));
        });
        list.form(format!("{count} parts without disposition before"), move |form| {
            let mut part = Part::field("x", b"");
            part.headers.clear();
            (0..count).for_each(|_| form.insert(part.clone(), true));
        });
    }
    for count in [1, 18, 19, 20, 21, 22] {
        list.form(format!("{count} files before"), move |form| {
            (0..count).for_each(|_| form.insert(Part::file("x", "a", b"1"), true));
        });
        list.form(format!("{count} files before, json file next"), move |form| {
            (0..count).for_each(|_| form.insert(Part::file("x", "a", b"1"), true));
            form.insert(Part::file("json", "a", b"1"), true);
        });
        list.form(format!("{count} files before, json file instead"), move |form| {
            (0..count).for_each(|_| form.insert(Part::file("x", "a", b"1"), true));
            *form.part() = Part::file("json", "a", b"1");
        });
    }
    for depth in [2, 62, 63, 64, 65, 66] {
        for (place, before) in [("before", true), ("after", false)] {
            let closed = format!("json{}", "[a]".repeat(depth));
            let open = format!("{closed}[b");
            for (kind, name) in [("closed", closed), ("open", open)] {
                let pair = format!("{name}=x");
                list.pairs(format!("depth {depth} {kind} {place}"), move |form| {
                    form.insert_pair(pair.as_bytes(), before);
                });
                let file = name.clone();
                list.form(format!("file of depth {depth} {kind} {place}"), move |form| {
                    form.insert(Part::file(&file, "a", b"x"), before);
                });
                list.form(format!("depth {depth} {kind} {place}"), move |form| {
                    form.insert(Part::field(&name, b"x"), before);
                });
            }
        }
    }
}

#[expect(clippy::too_many_lines, reason = "a list")]
fn pairs(list: &mut List) {
    for name in NAMES {
        let raw: Vec<u8> = name
            .iter()
            .flat_map(
                |byte| if matches!(byte, 0 | b'+' | b'\t') { format!("%{byte:02x}").into_bytes() } else { vec![*byte] },
            )
            .collect();
        list.pairs(format!("name {}", name.escape_ascii()), move |form| {
            *form.pair() = [raw.clone(), b"=x".to_vec()].concat();
        });
        let encoded: String = name.iter().map(|byte| format!("%{byte:02X}")).collect();
        list.pairs(format!("encoded name {}", name.escape_ascii()), move |form| {
            *form.pair() = format!("{encoded}=x").into_bytes();
        });
    }
    for pair in [
        "json",
        "json=",
        "=json",
        "=",
        "",
        "json==x",
        "json=x=y",
        "json=+%2B%20",
        "json=%",
        "json=%4",
        "json=%zz",
        "json=%4g",
        "json=%%41",
        "json=%e4%ff%00a",
        "json=%0d%0a",
        "json=\r\n",
        "json=x\r\n",
        "json=x;json=y",
        "json=x;a",
        "+json=x",
        "++json=x",
        "%20json=x",
        "json+=x",
        "json%00=x",
        "json%00a=x",
        "%00json=x",
        "js%6fn=x",
        "%6Ason=x",
        "json%5B%5D=x",
        "json%5Ba%5D=x",
        "json%5Ba=x",
        "json%5b=x",
        "json%5d=x",
        "json%26=x",
        "json%3D=x",
        "json%3Dx",
        "json%=x",
        "json%2=x",
        "JSON=x",
        "json\n=x",
        "\njson=x",
        "\r\njson=x",
        "json =x",
        "json= x",
        "json=\u{e4}",
        "json=&json",
        "json=1&&json=2",
        "json&amp;=x",
        "json[a]=1",
        "json=%u0041",
        "json=a\0b",
        "json\0=x",
        "\u{feff}json=x",
        "json=\u{feff}{}",
        "&json=x&",
        "json[]=1&json[]=2",
        "json=1&json[]=2",
        "json[]=2&json=1",
    ] {
        list.pairs(format!("pair {}", pair.escape_default()), move |form| *form.pair() = pair.into());
        for (place, before) in [("before", true), ("after", false)] {
            list.pairs(format!("pair {} {place}", pair.escape_default()), move |form| {
                form.insert_pair(pair.as_bytes(), before);
            });
        }
    }
    for count in [998, 999, 1000, 1001, 1002, 5000] {
        list.pairs(format!("{count} pairs before"), move |form| (0..count).for_each(|_| form.insert_pair(b"x", true)));
        list.pairs(format!("{count} json before"), move |form| {
            (0..count).for_each(|n| form.insert_pair(format!("json={n}").as_bytes(), true));
        });
        list.pairs(format!("{count} separators before"), move |form| {
            (0..count).for_each(|_| form.insert_pair(b"", true));
        });
        list.pairs(format!("{count} arrays before"), move |form| {
            (0..count).for_each(|_| form.insert_pair(b"json[]=", true));
        });
    }
    for length in [8170, 8180, 8183, 8184, 8185, 8186, 8187, 8190, 8191, 8192, 8193, 16383, 16384, 16385, 100_000] {
        list.pairs(format!("value of {length} bytes"), move |form| {
            *form.pair() = [b"json=".to_vec(), vec![b'v'; length]].concat();
        });
        list.pairs(format!("escapes of {length} bytes"), move |form| {
            *form.pair() = [b"json=".to_vec(), b"%41".repeat(length / 3)].concat();
        });
        list.pairs(format!("{length} bytes before"), move |form| form.insert_pair(&vec![b'v'; length - 1], true));
    }
    list.pairs("body too long", |form| *form.pair() = [b"json=".to_vec(), vec![b'v'; 8 << 20]].concat());
    list.form("body too long", |form| form.part().value = vec![b'v'; 8 << 20]);
    for length in [8_388_608 - 14, 8_388_608 - 13] {
        list.pairs(format!("value of {length} bytes"), move |form| {
            form.pairs = vec![[b"json=".to_vec(), vec![b'v'; length], b"&last=2".to_vec()].concat()];
        });
        list.pairs(format!("value of {} bytes, no other pairs", length + 9), move |form| {
            form.pairs = vec![[b"json=".to_vec(), vec![b'v'; length + 9]].concat()];
        });
    }
    list.pairs("empty body", |form| form.pairs.clear());
    list.form("empty body", |form| {
        form.parts.clear();
        form.closing.clear();
    });
    list.pairs("JSON as the body", |form| form.pairs = vec![JSON.to_vec()]);
    list.pairs("LF only", |form| form.lf = true);
    list.form("url-encoded body", |form| {
        form.parts.clear();
        form.closing = b"json=x".to_vec();
    });
    list.form("multipart body as url-encoded", |form| form.content_type = URL_ENCODED.into());
}
