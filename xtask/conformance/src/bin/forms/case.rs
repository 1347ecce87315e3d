//! Test requests, and the form from which they are built.

use std::fmt;

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) content_type: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.escape_ascii().to_string();
        let cut: String = body.chars().take(3000).collect();
        writeln!(f, "  type   {}\n  body   {cut} ({} bytes)", self.content_type.escape_ascii(), self.body.len())
    }
}

pub(crate) const URL_ENCODED: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &[u8] = br#"{"a":"b","c":[1,2]}"#;

/// A form that deviations modify.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) multipart: bool,
    pub(crate) content_type: Vec<u8>,
    pub(crate) preamble: Vec<u8>,
    pub(crate) parts: Vec<Part>,
    /// The index of the part that is the field `json`.
    pub(crate) target: usize,
    pub(crate) closing: Vec<u8>,
    pub(crate) pairs: Vec<Vec<u8>>,
    /// The number of bytes to cut off the end.
    pub(crate) cut: usize,
    pub(crate) lf: bool,
}

#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) line: Vec<u8>,
    pub(crate) headers: Vec<Vec<u8>>,
    pub(crate) blank: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) tail: Vec<u8>,
}

impl Part {
    pub(crate) fn new(disposition: &[u8], value: &[u8]) -> Self {
        Self {
            line: b"--XyZ\r\n".to_vec(),
            headers: vec![[b"Content-Disposition: ", disposition, b"\r\n"].concat()],
            blank: b"\r\n".to_vec(),
            value: value.to_vec(),
            tail: b"\r\n".to_vec(),
        }
    }

    pub(crate) fn field(name: &str, value: &[u8]) -> Self {
        Self::new(format!("form-data; name=\"{name}\"").as_bytes(), value)
    }

    pub(crate) fn file(name: &str, file: &str, value: &[u8]) -> Self {
        let mut part = Self::new(format!("form-data; name=\"{name}\"; filename=\"{file}\"").as_bytes(), value);
        part.headers.push(b"Content-Type: application/octet-stream\r\n".to_vec());
        part
    }
}

impl Form {
    pub(crate) fn multipart() -> Self {
        Self {
            multipart: true,
            content_type: b"multipart/form-data; boundary=XyZ".to_vec(),
            preamble: Vec::new(),
            parts: vec![Part::field("first", b"1"), Part::field("json", JSON), Part::field("last", b"2")],
            target: 1,
            closing: b"--XyZ--\r\n".to_vec(),
            pairs: Vec::new(),
            cut: 0,
            lf: false,
        }
    }

    pub(crate) fn url_encoded() -> Self {
        let json = b"json=%7B%22a%22%3A%22b%22%2C%22c%22%3A%5B1%2C2%5D%7D".to_vec();
        let mut form = Self::multipart();
        form.multipart = false;
        form.content_type = URL_ENCODED.as_bytes().to_vec();
        form.pairs = vec![b"first=1".to_vec(), json, b"last=2".to_vec()];
        form
    }

    pub(crate) fn part(&mut self) -> &mut Part {
        if self.parts.is_empty() {
            self.parts.push(Part::field("json", JSON));
        }
        let target = self.target.min(self.parts.len() - 1);
        &mut self.parts[target]
    }

    pub(crate) fn pair(&mut self) -> &mut Vec<u8> {
        if self.pairs.is_empty() {
            self.pairs.push(Vec::new());
        }
        let target = self.target.min(self.pairs.len() - 1);
        &mut self.pairs[target]
    }

    pub(crate) fn insert(&mut self, part: Part, before: bool) {
        let target = self.target.min(self.parts.len());
        self.parts.insert(if before { target } else { (target + 1).min(self.parts.len()) }, part);
        self.target += usize::from(before);
    }

    pub(crate) fn insert_pair(&mut self, pair: &[u8], before: bool) {
        let target = self.target.min(self.pairs.len());
        self.pairs.insert(if before { target } else { (target + 1).min(self.pairs.len()) }, pair.to_vec());
        self.target += usize::from(before);
    }

    pub(crate) fn case(&self, name: impl Into<String>) -> Case {
        let mut body = if self.multipart { self.multipart_body() } else { self.pairs.join(&b'&') };
        body.truncate(body.len().saturating_sub(self.cut));
        if self.lf {
            body.retain(|byte| *byte != b'\r');
        }
        Case { name: name.into(), content_type: self.content_type.clone(), body }
    }

    fn multipart_body(&self) -> Vec<u8> {
        let mut body = self.preamble.clone();
        for part in &self.parts {
            body.extend(
                [part.line.clone(), part.headers.concat(), part.blank.clone(), part.value.clone(), part.tail.clone()]
                    .concat(),
            );
        }
        body.extend(&self.closing);
        body
    }
}

/// Returns requests as common clients send them. The reader must not report them as unusual.
pub(crate) fn ordinary() -> Vec<Case> {
    let mut out = Vec::new();
    let mut add = |name: &str, form: &Form| out.push(form.case(format!("ordinary: {name}")));
    let multipart = Form::multipart();
    add("multipart", &multipart);
    add("url-encoded", &Form::url_encoded());
    for boundary in [
        "------------------------d74496d66958873e",
        "----WebKitFormBoundary7MA4YWxkTrZu0gW",
        "xYzZY",
        "a'()+_,-./:=?",
        "0xKhTmLbOuNdArY",
    ] {
        for quote in ["", "\""] {
            if boundary.contains(',') && quote.is_empty() {
                continue;
            }
            let mut case = multipart.case(format!("ordinary: boundary {quote}{boundary}"));
            let text = String::from_utf8(case.body).unwrap().replace("XyZ", boundary);
            case.content_type = format!("multipart/form-data; boundary={quote}{boundary}{quote}").into_bytes();
            case.body = text.into_bytes();
            out.push(case);
        }
    }
    let mut add = |name: &str, form: &Form| out.push(form.case(format!("ordinary: {name}")));
    for content_type in [
        "multipart/form-data; charset=utf-8; boundary=XyZ",
        "multipart/form-data; boundary=XyZ; charset=utf-8",
        "multipart/form-data;boundary=XyZ",
        "multipart/form-data;boundary=\"XyZ\"",
    ] {
        let mut form = multipart.clone();
        form.content_type = content_type.into();
        add(content_type, &form);
    }
    for content_type in [
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=utf-8",
        "Application/X-WWW-Form-Urlencoded",
    ] {
        let mut form = Form::url_encoded();
        form.content_type = content_type.into();
        add(content_type, &form);
    }
    let mut form = multipart.clone();
    form.part().headers.push(b"Content-Type: application/json\r\n".to_vec());
    add("part with a type after", &form);
    form.part().headers.reverse();
    add("part with a type before", &form);
    form.part().headers.push(b"Content-Length: 19\r\n".to_vec());
    form.part().headers.push(b"content-transfer-encoding: binary\r\n".to_vec());
    add("part with more headers", &form);
    let mut form = multipart.clone();
    form.part().headers = vec![b"content-disposition: form-data; name=\"json\"\r\n".to_vec()];
    add("lower-case header", &form);
    let mut form = multipart.clone();
    form.closing = b"--XyZ--".to_vec();
    add("no line end after the closing boundary", &form);
    let mut form = multipart.clone();
    form.insert(Part::file("upload", "a.bin", b"\x00\x01\n\nxyz\r\n\xff"), true);
    form.insert(Part::file("empty", "", b""), true);
    form.insert(Part::file("upload2", "b.bin", b"\n"), false);
    add("files around", &form);
    let mut form = multipart.clone();
    form.parts = vec![Part::field("json", JSON)];
    form.target = 0;
    add("no other parts", &form);
    form.part().value = "{\"a\": \"\u{e4}\r\n\"}\r\n".into();
    add("lines in the value", &form);
    form.part().value = vec![b'x'; 100_000];
    add("long", &form);
    let mut form = Form::url_encoded();
    form.pairs = vec![b"json={\"a\": \"b c\"}".to_vec()];
    add("curl -d", &form);
    out
}
