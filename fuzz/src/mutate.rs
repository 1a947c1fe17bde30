//! Makes odd things of right ones.

use serde_json::{Map, Value, json};

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

/// Changes a value in one to four places.
pub fn value(value: &mut Value, others: &[Value], rng: &mut Rng) {
    for _ in 0..rng.below(4) + 1 {
        node(value, others, rng, 0);
    }
}

fn node(value: &mut Value, others: &[Value], rng: &mut Rng, depth: usize) {
    // Most of what can be wrong is not at the top.
    let goes_down = depth < 12 && !rng.once_in(4);
    match value {
        Value::Object(object) if goes_down && !object.is_empty() => {
            let index = rng.below(object.len());
            if rng.once_in(8) {
                change_keys(object, index, others, rng);
            } else if let Some(child) = object.values_mut().nth(index) {
                node(child, others, rng, depth + 1);
            }
        }
        Value::Array(items) if goes_down && !items.is_empty() => {
            let index = rng.below(items.len());
            match rng.below(10) {
                0 => drop(items.remove(index)),
                1 => {
                    let again = items[index].clone();
                    items.insert(index, again);
                }
                2 => {
                    let other = items[index].clone();
                    items.extend(std::iter::repeat_n(other, rng.below(20)));
                }
                _ => node(&mut items[index], others, rng, depth + 1),
            }
        }
        Value::String(text) if goes_down => *text = self::text(text, rng),
        value => *value = odd(others, rng),
    }
}

fn change_keys(object: &mut Map<String, Value>, index: usize, others: &[Value], rng: &mut Rng) {
    let Some(key) = object.keys().nth(index).cloned() else { return };
    match rng.below(3) {
        0 => drop(object.remove(&key)),
        1 => {
            let name = text(&key, rng);
            object.insert(name, odd(others, rng));
        }
        _ => {
            let moved = object.remove(&key).unwrap_or_default();
            let name = text(&key, rng);
            object.insert(name, moved);
        }
    }
}

/// A value that is wrong in most places.
pub fn odd(others: &[Value], rng: &mut Rng) -> Value {
    match rng.below(16) {
        0 => Value::Null,
        1 => true.into(),
        2 => 0.into(),
        3 => (rng.number() as i64).into(),
        4 => rng.number().into(),
        5 => json!(-0.5),
        6 => json!(1e308),
        7 => json!([]),
        8 => json!({}),
        9 => nested(rng.below(140)),
        10 => "x".repeat(rng.below(3000)).into(),
        11 | 12 if !others.is_empty() => part(rng.pick(others), rng).clone(),
        _ => (*rng.pick(TEXTS)).into(),
    }
}

/// Some value inside a value.
fn part<'v>(value: &'v Value, rng: &mut Rng) -> &'v Value {
    let inside = match value {
        Value::Object(object) => object.values().nth(rng.below(object.len())),
        Value::Array(items) => items.get(rng.below(items.len())),
        _ => None,
    };
    match inside {
        Some(inside) if !rng.once_in(3) => part(inside, rng),
        _ => value,
    }
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inside, level| match level % 2 {
        0 => json!([inside]),
        _ => json!({ "a": inside }),
    })
}

/// A text like this one, or another.
pub fn text(text: &str, rng: &mut Rng) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = rng.below(chars.len() + 1);
    let (before, after) = chars.split_at(at);
    let (before, after): (String, String) = (before.iter().collect(), after.iter().collect());
    match rng.below(7) {
        0 => rng.pick(TEXTS).to_string(),
        1 => format!("{before}{}{after}", rng.pick(TEXTS)),
        2 => before,
        3 => after,
        4 => text.to_uppercase(),
        5 => format!("{text}{text}"),
        _ => {
            format!("{before}{}{after}", char::from_u32(rng.below(0x11_0000) as u32).unwrap_or('?'))
        }
    }
}

/// Bytes like these.
pub fn bytes(bytes: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..rng.below(4) + 1 {
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

/// The JSON of a value, now and then broken.
pub fn json_text(value: &Value, rng: &mut Rng) -> String {
    let text = value.to_string();
    match rng.below(40) {
        0 => self::text(&text, rng),
        1 => text.replace("null", "1e400"),
        _ => text,
    }
}
