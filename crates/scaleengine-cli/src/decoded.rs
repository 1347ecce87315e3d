//! Decodes escaped and encoded text to search it for secrets. The decoded text is never shown.

use scaleengine::proto::find_invisible;

/// The shortest run of characters that is decoded as a value.
const SHORTEST: usize = 8;
/// The longest tag that is skipped.
const TAG: usize = 200;

/// Decodes the escapes of JSON and C (`\\u002f`, `\\x2f`, `\\057`, `\\/`), of URLs (`%2F`) and of
/// HTML (`&#47;`, `&sol;`), once.
pub(crate) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let decoded = match c {
            '\\' => backslash(after),
            '%' => percent(rest),
            '&' => entity(after),
            _ => None,
        };
        let (decoded, next) = decoded.unwrap_or_else(|| (c.to_string(), after));
        out += &decoded;
        rest = next;
    }
    out
}

/// Decodes the escape after a backslash; returns the character and the rest of the text.
fn backslash(text: &str) -> Option<(String, &str)> {
    let c = text.chars().next()?;
    let rest = text.get(c.len_utf8()..).unwrap_or_default();
    let of_digits = |text: &'_ str, radix, longest| {
        let end = text.char_indices().take(longest).take_while(|(_, c)| c.is_digit(radix)).count();
        let code = u32::from_str_radix(text.get(..end)?, radix).ok()?;
        Some((char::from_u32(code).map(String::from).unwrap_or_default(), end))
    };
    let found = match c {
        'u' | 'U' | 'x' => {
            let (inner, braced) = rest.strip_prefix('{').map_or((rest, false), |inner| (inner, true));
            let longest = if braced {
                6
            } else if c == 'x' {
                2
            } else {
                4
            };
            let (decoded, end) = of_digits(inner, 16, longest)?;
            let after = inner.get(end..).unwrap_or_default();
            (decoded, after.strip_prefix('}').filter(|_| braced).unwrap_or(after))
        }
        '0'..='7' => {
            let (decoded, end) = of_digits(text, 8, 3)?;
            (decoded, text.get(end..).unwrap_or_default())
        }
        'n' | 'r' | 't' | 'b' | 'f' => (" ".to_owned(), rest),
        other => (other.to_string(), rest),
    };
    Some(found)
}

/// Decodes a run of percent-encoded bytes as UTF-8, or else as Latin-1.
fn percent(text: &str) -> Option<(String, &str)> {
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let Some((byte, after)) = rest.strip_prefix('%').and_then(|digits| {
        let byte = digits.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        Some((u8::from_str_radix(byte, 16).ok()?, digits.get(2..)?))
    }) {
        bytes.push(byte);
        rest = after;
    }
    if bytes.is_empty() {
        return None;
    }
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().map(|byte| char::from(*byte)).collect());
    Some((text, rest))
}

/// Decodes the character reference after `&`; returns the character and the rest of the text. An
/// unknown name is dropped.
fn entity(text: &str) -> Option<(String, &str)> {
    if let Some(number) = text.strip_prefix('#') {
        let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |digits| (digits, 16));
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let (number, rest) = digits.split_at_checked(end)?;
        let c = u32::from_str_radix(number, radix).ok().and_then(char::from_u32)?;
        return Some((c.to_string(), rest.strip_prefix(';').unwrap_or(rest)));
    }
    let (name, rest) = text.split_once(';').filter(|(name, _)| name.len() <= 12)?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let c = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "sol" => "/",
        "bsol" => "\\",
        "plus" => "+",
        "equals" => "=",
        "percnt" => "%",
        "num" => "#",
        "excl" => "!",
        "commat" => "@",
        "colon" => ":",
        "semi" => ";",
        "comma" => ",",
        "period" => ".",
        "quest" => "?",
        "dollar" => "$",
        "ast" => "*",
        "lowbar" => "_",
        "Hat" => "^",
        "grave" => "`",
        "vert" | "verbar" => "|",
        "lpar" => "(",
        "rpar" => ")",
        "lsqb" | "lbrack" => "[",
        "rsqb" | "rbrack" => "]",
        "lcub" | "lbrace" => "{",
        "rcub" | "rbrace" => "}",
        _ => "",
    };
    Some((c.to_owned(), rest))
}

/// Drops backslashes, blanks, invisible characters and tags, which escaping and wrapping add, and
/// the case of letters.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let tag = rest.strip_prefix('<').and_then(|tag| tag.split_once('>')).filter(|(tag, _)| tag.len() <= TAG);
        // A blank becomes a `+` in a form.
        let shows = !matches!(c, '\\' | ' ' | '+') && find_invisible(c.encode_utf8(&mut [0; 4])).is_none();
        if tag.is_none() && shows {
            out.extend(c.to_lowercase());
        }
        rest = tag.map_or_else(|| rest.get(c.len_utf8()..).unwrap_or_default(), |(_, after)| after);
    }
    out
}

/// Decodes each run of characters that may be hex, base32 or base64, from each offset at which a
/// byte may begin.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = Vec<u8>> {
    let of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    let tokens = text.split(move |c| !of_token(c)).filter(|token| token.len() >= SHORTEST);
    tokens.flat_map(|token| {
        let each = [(4, 2, hex as fn(u8) -> Option<u8>), (5, 8, base32), (6, 4, base64)];
        each.into_iter().flat_map(move |(bits, places, digit)| {
            (0..places).filter_map(move |place| bytes(token.as_bytes().get(place..)?, bits, digit))
        })
    })
}

/// Joins digits of `bits` bits each to bytes; `None` if a character is not a digit.
fn bytes(text: &[u8], bits: u32, digit: fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    let (mut out, mut held, mut count) = (Vec::with_capacity(text.len()), 0_u32, 0);
    for byte in text {
        held = held << bits | u32::from(digit(*byte)?);
        count += bits;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(held >> count & 0xff).unwrap_or_default());
        }
    }
    Some(out)
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn base32(byte: u8) -> Option<u8> {
    match byte.to_ascii_uppercase() {
        letter @ b'A'..=b'Z' => Some(letter - b'A'),
        digit @ b'2'..=b'7' => Some(digit - b'2' + 26),
        _ => None,
    }
}

fn base64(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_once() {
        for (text, decoded) in [
            (r"a\u002Fb\x2fc\057d\/e\u{2f}f", "a/b/c/d/e/f"),
            ("a%2Fb%c3%a9%e9", "a/b\u{c3}\u{a9}\u{e9}"),
            ("%C3%A9%2", "é%2"),
            ("&#47;&#x2f;&sol;&amp;amp;&eacute;& &x", "///&amp;& &x"),
            ("100 % and \\", "100 % and \\"),
        ] {
            assert_eq!(unescaped(&text.replace(r"\\", r"\")), decoded, "{text}");
        }
    }

    #[test]
    fn encoded_bytes_are_found_wherever_they_begin() {
        let found = |text: &str| tokens(text).any(|bytes| String::from_utf8_lossy(&bytes).contains("Geheim"));
        for text in ["xdTpHZWhlaW0rNDI", "47656865696d", "I5SWQZLJNU", "a=R2VoZWltKzQy&b", "R2VoZWlt-_"] {
            assert!(found(text), "{text}");
        }
        assert!(!found("Nothing of this kind here"));
    }
}
