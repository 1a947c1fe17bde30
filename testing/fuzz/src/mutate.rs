//! Makes odd things of right ones.

use serde_json::Value;

use crate::rng::Rng;

/// Texts that have been trouble somewhere.
const TEXTS: &[&str] = &[
    "",
    " ",
    "0",
    "-1",
    "null",
    "true",
    "..",
    ".",
    "../..",
    "a/b",
    "%2e%2e",
    "a?b=c#d",
    "\u{0}",
    "\r\nx: y",
    "\u{202e}",
    "💥",
    "ÿ",
    "İ",
    "ﬁ",
    "9999999999999999999999",
    "1e400",
    "NaN",
    "2026-02-30",
    "2026-13-01T25:61:61Z",
    "0000-00-00",
    "9999-12-31",
    "2026-01-31T12:00:00Z",
    "https://example.com/a",
    "http://user:pass@host:1/..",
    "//evil.example/",
    "https://",
    "https://[::1",
    "data:,x",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "../../etc/passwd",
    "{",
    "[",
    "\"",
    "\\",
    "'",
    "`x`",
    "$(x)",
    "PUBLIC",
    "ALL",
    "549755885175",
    "a@b.c",
    "+49 30 1234567",
    "R$ 129,90",
    "12.50 GBP",
    "=1+1",
    ",",
    ";",
    "\t",
    "\n",
];

/// The JSON of a value that is wrong in most places: a made one, or one of these.
pub fn odd(others: &[String], rng: &mut Rng) -> String {
    match rng.below(16) {
        0 => "null".to_owned(),
        1 => "true".to_owned(),
        2 => "0".to_owned(),
        3 => (rng.number() as i64).to_string(),
        4 => rng.number().to_string(),
        5 => (*rng.pick(&["-0.5", "1e308", "1e400", "-0", "0.1", "1E-400"])).to_owned(),
        6 => "[]".to_owned(),
        7 => "{}".to_owned(),
        8 => nested(rng.below(140)),
        9 => format!("\"{}\"", "x".repeat(rng.below(3000))),
        10..13 if !others.is_empty() => rng.pick(others).clone(),
        _ => Value::from(*rng.pick(TEXTS)).to_string(),
    }
}

fn nested(depth: usize) -> String {
    let opens = (0..depth).map(|level| if level % 2 == 0 { "[" } else { "{\"a\":" });
    let closes = (0..depth).rev().map(|level| if level % 2 == 0 { "]" } else { "}" });
    opens.chain(["1"]).chain(closes).collect()
}

/// A text like this one, or another.
pub fn text(text: &str, rng: &mut Rng) -> String {
    let mut at = rng.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at(at);
    match rng.below(8) {
        0 => (*rng.pick(TEXTS)).to_owned(),
        1 => [before, *rng.pick(TEXTS), after].concat(),
        2 => before.to_owned(),
        3 => after.to_owned(),
        4 => text.to_uppercase(),
        5 => [text, text].concat(),
        6 => {
            let mut rest = after.chars();
            rest.next();
            [before, rest.as_str()].concat()
        }
        _ => {
            let mut made = before.to_owned();
            made.push(char::from_u32(rng.below(0x11_0000) as u32).unwrap_or('?'));
            made + after
        }
    }
}

/// Bytes like these.
pub fn bytes(bytes: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..=rng.below(4) {
        let at = rng.below(bytes.len());
        match rng.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at.min(bytes.len()), rng.number() as u8),
            2 if !bytes.is_empty() => drop(bytes.remove(at)),
            3 if !bytes.is_empty() => bytes[at] ^= 1 << rng.below(8),
            4 => {
                let part = bytes[at.min(bytes.len())..].to_vec();
                bytes.extend(part.into_iter().take(200));
            }
            _ => {
                let odd = rng.pick(TEXTS).as_bytes().to_vec();
                let at = at.min(bytes.len());
                bytes.splice(at..at, odd);
            }
        }
    }
}
