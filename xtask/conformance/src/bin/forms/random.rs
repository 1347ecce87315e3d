//! Random requests.

use crate::case::{Case, Form, Part};

/// A small generator (xorshift64*), so that a seed gives the same requests everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap_or(0) % limit.max(1)
    }

    pub(crate) fn of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn tokens(&mut self, tokens: &[&'static [u8]], most: usize) -> Vec<u8> {
        (0..=self.below(most)).flat_map(|_| self.of(tokens).iter().copied()).collect()
    }
}

const DISPOSITION: &[&[u8]] = &[
    b"name",
    b"name=",
    b"name=\"json\"",
    b"json",
    b"filename",
    b"filename=",
    b"NAME=",
    b"\"",
    b"\"",
    b"'",
    b"\\",
    b"\\\"",
    b"\\'",
    b";",
    b"; ",
    b"=",
    b" ",
    b"\t",
    b"\x0b",
    b"\x00",
    b"form-data",
    b"form-data; ",
    b"a",
    b"*",
    b",",
    b":",
    b"[",
    b"]",
    b"name='json'",
    b"name=json",
    b"\r\n ",
    b"\r\nX: ",
    b"\n",
    b"\xe4",
];
const NAME: &[&[u8]] = &[
    b"json",
    b"json",
    b" ",
    b".",
    b"[",
    b"]",
    b"[a]",
    b"[]",
    b"[ ",
    b"\t",
    b"\x00",
    b"js",
    b"on",
    b"_",
    b"a",
    b"\r",
    b"[tmp_name]",
    b"\x0c",
];
const TYPE: &[&[u8]] = &[
    b"boundary",
    b"boundary=",
    b"boundary=XyZ",
    b"BOUNDARY=XyZ",
    b"Boundary",
    b"XyZ",
    b"XyZ",
    b"\"",
    b"\"XyZ\"",
    b"=",
    b";",
    b"; ",
    b",",
    b" ",
    b"\t",
    b"'",
    b"\\",
    b"x",
    b"charset=utf-8",
    b"multipart/form-data",
    b"--",
];
const BODY: &[&[u8]] = &[
    b"--XyZ",
    b"--XyZ\r\n",
    b"--XyZ--",
    b"\r\n",
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"Content-Disposition: form-data; name=\"json\"\r\n\r\n",
    b"Content-Disposition: form-data; name=\"json\"; filename=\"a\"\r\n\r\n",
    b"Content-Disposition: form-data; name=\"json\"; filename=\"\"\r\n\r\n",
    b"Content-Disposition: form-data; name=\"json[a]\"\r\n\r\n",
    b"Content-Disposition: form-data; name=x\r\n\r\n",
    b"Content-Disposition: ",
    b"name=json",
    b" ",
    b"-",
    b"a",
    b"A: b\r\n",
    b"\x00",
    b"Content-Type: a\r\n",
    b"\r\n--XyZ\r\n",
    b"\r\n--XyZ--\r\n",
    b"\n--Xy",
    b"\r\n--XyZ\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n",
    b"\r\n--XyZ\r\nContent-Disposition: form-data; name=\"json[]\"\r\n\r\n",
];
const PAIRS: &[&[u8]] = &[
    b"json",
    b"json=",
    b"json=x",
    b"&",
    b"&",
    b"=",
    b"%",
    b"%20",
    b"+",
    b"%00",
    b"%5B",
    b"%5d",
    b"[",
    b"]",
    b"[a]",
    b".",
    b" ",
    b"x",
    b"\n",
    b"\x00",
    b"%4",
    b"4",
    b"a=b&",
    b"&json[]=",
    b"&json=1",
    b"%6a",
    b"_",
    b";",
    b"\xff",
];

/// Returns a request with parts of the grammar in random order.
pub(crate) fn composed(random: &mut Random) -> Case {
    let mut form = Form::multipart();
    match random.below(6) {
        0 | 1 => {
            form.part().headers =
                vec![[b"Content-Disposition: ".to_vec(), random.tokens(DISPOSITION, 9), b"\r\n".to_vec()].concat()];
        }
        2 => {
            for _ in 0..=random.below(4) {
                let name: String = random.tokens(NAME, 5).into_iter().map(char::from).collect();
                let file = *random.of(&["", "a", "b"]);
                let part = if random.below(2) == 0 { Part::field(&name, b"x") } else { Part::file(&name, file, b"f") };
                form.insert(part, random.below(3) > 0);
            }
        }
        3 => {
            let start = *random.of(&[&b"multipart/form-data; "[..], b"multipart/form-data;", b"multipart/form-data"]);
            form.content_type = [start, &random.tokens(TYPE, 6)].concat();
            while form.content_type.last().is_some_and(u8::is_ascii_whitespace) {
                form.content_type.pop();
            }
        }
        4 => {
            form.parts.truncate(random.below(3));
            form.closing = random.tokens(BODY, 14);
        }
        _ => {
            form = Form::url_encoded();
            form.pairs = vec![random.tokens(PAIRS, 12)];
        }
    }
    form.case("composed")
}

/// Returns a request with random edits of bytes.
pub(crate) fn edited(random: &mut Random) -> Case {
    let mut form = if random.below(4) > 0 { Form::multipart() } else { Form::url_encoded() };
    match random.below(5) {
        0 => form.insert(Part::file("json", "a", b"f"), true),
        1 => form.part().value = vec![b'v'; 4900 + random.below(300)],
        2 => form.insert(Part::field("json[a]", b"f"), false),
        _ => {}
    }
    let mut case = form.case("edited");
    for _ in 0..=random.below(6) {
        edit(&mut case.body, random, &|_| true);
    }
    if random.below(4) == 0 {
        edit(&mut case.content_type, random, &|byte| (b' '..0x7f).contains(&byte) || byte == b'\t');
        case.content_type = case.content_type.trim_ascii().to_vec();
    }
    case
}

const BYTES: &[u8] = b"\r\n\n\"\"'';;==--  \t\x00\x0b\x0c\\[]:.&%+_,jsonXyZabc01\xff\x80";

fn edit(bytes: &mut Vec<u8>, random: &mut Random, allowed: &dyn Fn(u8) -> bool) {
    let at = random.below(bytes.len());
    let byte = *random.of(BYTES);
    match random.below(6) {
        _ if bytes.is_empty() => {}
        0 if allowed(byte) => bytes.insert(at, byte),
        1 | 2 if allowed(byte) => bytes[at] = byte,
        3 => drop(bytes.remove(at)),
        4 => {
            let end = (at + 1 + random.below(40)).min(bytes.len());
            let copy: Vec<u8> = bytes[at..end].to_vec();
            let to = random.below(bytes.len());
            bytes.splice(to..to, copy);
        }
        _ => {
            let end = (at + 1 + random.below(30)).min(bytes.len());
            bytes.drain(at..end);
        }
    }
}
