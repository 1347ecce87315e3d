//! Fields of `multipart/form-data`.

use super::disposition::{self, Disposition};
use super::reader::{Headers, Reader};
use super::uploads::{MAX_FILES, Uploads};
use super::variable::Variable;
use super::{FormField, MAX_FIELDS, NoField, split_before};

/// The limit `max_multipart_body_parts`, which PHP derives from two other limits.
const MAX_PARTS: usize = MAX_FIELDS + MAX_FILES;
/// The maximum length of a boundary that PHP accepts.
const MAX_BOUNDARY: usize = 5 * 1024 - 4;

const DISPOSITION: &[u8] = b"Content-Disposition";

pub(super) fn read(content_type: &[u8], body: &[u8], variable: &mut Variable<'_>) -> Result<(), NoField> {
    let boundary = boundary(content_type)?;
    let mut form = Form { reader: Reader::new(boundary, body), uploads: Uploads::default(), fields: 0, parts: 0 };
    variable.note(odd_boundary(content_type, boundary));
    variable.stopped = form.parts(variable).err();
    variable.note(form.reader.odd);
    Ok(())
}

struct Form<'a> {
    reader: Reader<'a>,
    uploads: Uploads,
    fields: usize,
    parts: usize,
}

impl Form<'_> {
    fn parts(&mut self, variable: &mut Variable<'_>) -> Result<(), NoField> {
        while self.reader.next_part() {
            let headers = self.reader.headers();
            match headers.get(DISPOSITION) {
                Some(header) => self.part(header, &headers, variable)?,
                None => variable.note(Some("a part has no Content-Disposition header")),
            }
        }
        if self.fields > MAX_FIELDS { Err(NoField::TooMany) } else { Ok(()) }
    }

    fn part(&mut self, header: &[u8], headers: &Headers<'_>, variable: &mut Variable<'_>) -> Result<(), NoField> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(NoField::TooMany);
        }
        variable.note(headers.odd(DISPOSITION));
        match disposition::read(header) {
            Disposition { name, file_name: Some(file) } => self.file(&name.unwrap_or_default(), &file, variable),
            Disposition { name: Some(name), .. } => self.field(&name, header, variable),
            _ => return Err(NoField::Malformed("a part has neither a name nor a file name")),
        }
        Ok(())
    }

    fn file(&mut self, name: &[u8], file_name: &[u8], variable: &mut Variable<'_>) {
        if self.uploads.add(name, file_name, variable) {
            self.reader.value();
        }
    }

    fn field(&mut self, name: &[u8], header: &[u8], variable: &mut Variable<'_>) {
        let (value, expected) = (self.reader.value(), variable.name());
        self.fields += 1;
        if self.fields <= MAX_FIELDS {
            variable.register(name, || {
                let unusual = disposition::odd(header, expected);
                FormField { bytes: value.to_vec(), encoded_from: None, twice: false, unusual }
            });
        }
    }
}

/// Finds the boundary, which follows the first `=` after the word `boundary`. The word in lowercase
/// takes precedence over an earlier one with capital letters.
fn boundary(content_type: &[u8]) -> Result<&[u8], NoField> {
    let from = find(content_type, b"boundary").or_else(|| find(&content_type.to_ascii_lowercase(), b"boundary"));
    let parameter = from.and_then(|from| content_type.get(from..)).unwrap_or_default();
    let boundary = match split_before(parameter, |byte| byte == b'=').1 {
        [_, b'"', quoted @ ..] => until_quote(quoted)?,
        [_, bare @ ..] => split_before(bare, |byte| matches!(byte, b',' | b';')).0,
        [] => return Err(NoField::Malformed("the content type has no boundary")),
    };
    if boundary.len() > MAX_BOUNDARY { Err(NoField::Malformed("the boundary is too long")) } else { Ok(boundary) }
}

fn until_quote(text: &[u8]) -> Result<&[u8], NoField> {
    match split_before(text, |byte| byte == b'"') {
        (quoted, [_, ..]) => Ok(quoted),
        _ => Err(NoField::Malformed("the boundary has no closing quote")),
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// Describes an unusual spelling of the boundary that PHP found.
fn odd_boundary(content_type: &[u8], boundary: &[u8]) -> Option<&'static str> {
    let mut written = content_type.split(|byte| *byte == b';').filter_map(boundary_value);
    let is_plain = |value: &[u8]| value == boundary || value == [b"\"", boundary, b"\""].concat();
    match (boundary.len(), written.next(), written.next()) {
        (1..=70, Some(value), None) if is_plain(value) => None,
        (1..=70, ..) => Some("the content type has an unusual spelling of the boundary"),
        _ => Some("the boundary is empty or longer than 70 characters"),
    }
}

fn boundary_value(parameter: &[u8]) -> Option<&[u8]> {
    let (key, value) = split_before(parameter.trim_ascii(), |byte| byte == b'=');
    value.strip_prefix(b"=").filter(|_| key.eq_ignore_ascii_case(b"boundary"))
}
