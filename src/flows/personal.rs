//! Personal data of conversion events: brought into the form that Pinterest compares, and hashed.
//!
//! The forms are those that the API description gives for each field. What is blank is left out, for
//! its hash would stand for nobody; what cannot be what the field wants is a fault.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use connector_sdk::contract::FieldError;
use connector_sdk::date::Day;
use connector_sdk::text::{all, any, cut, is_digit, is_letter, kept};
use connector_sdk::text::{is_invisible, trimmed};

/// How a value is written before it is hashed; nothing where it cannot be what the field wants.
struct Form {
    written: fn(&str) -> Option<String>,
    /// Completes "must be …".
    wanted: &'static str,
}

/// The hashed fields of `user_data`.
const FIELDS: &[(&str, Form)] = &[
    ("em", Form { written: email, wanted: "an e-mail address like ada@example.com" }),
    (
        "ph",
        Form {
            written: phone,
            wanted: "a phone number with its country code, like +44 20 7946 0000",
        },
    ),
    ("ge", Form { written: gender, wanted: "f, m or n" }),
    (
        "db",
        Form {
            written: birthday,
            wanted: "a date as year, month and day, like 1990-12-31 or 19901231",
        },
    ),
    ("fn", Form { written: name, wanted: "a first name" }),
    ("ln", Form { written: name, wanted: "a last name" }),
    ("ct", Form { written: city, wanted: "the name of a city" }),
    ("st", Form { written: two_letters, wanted: "the two letters of a state, like CA" }),
    ("zp", Form { written: zip, wanted: "a postal code of digits" }),
    (
        "country",
        Form { written: two_letters, wanted: "the two letters of a country (ISO 3166), like DE" },
    ),
    ("external_id", Form { written: |text| Some(text.to_owned()), wanted: "an id" }),
    (
        "hashed_maids",
        Form {
            written: device,
            wanted: "an advertising id like 6d92078a-8246-4ba4-ae5b-76104861e7dc",
        },
    ),
];

/// Hashes the personal data in `user_data`, which stands at `path`, and adds to `faults`. A value
/// that is a hash already stays as it is, but for its case.
pub fn hash(user_data: &mut Map<String, Value>, path: &str, faults: &mut Vec<FieldError>) {
    for (field, form) in FIELDS {
        let Some(Value::Array(values)) = user_data.get_mut(*field) else { continue };
        let mut hashes = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            let text = trimmed(value.as_str().unwrap_or_default());
            if text.is_empty() {
                continue;
            }
            if is_hash(text) {
                hashes.push(text.to_ascii_lowercase().into());
                continue;
            }
            match (form.written)(text) {
                // The id of a device whose owner wants none is all zeros.
                Some(written) if written.is_empty() => {}
                Some(written) => hashes.push(sha256(&written).into()),
                None => faults.push(FieldError {
                    path: format!("{path}.{field}[{index}]"),
                    message: format!("must be {}", form.wanted),
                }),
            }
        }
        match hashes.is_empty() {
            true => drop(user_data.shift_remove(*field)),
            false => *values = hashes,
        }
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && all(text, |c| c.is_ascii_hexdigit())
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lower case.
fn email(text: &str) -> Option<String> {
    let (local, domain) = cut(text, |c| c == '@');
    let is_domain = any(domain, |c| c == '.') && domain.split('.').all(|label| !label.is_empty());
    let is_odd = |c: char| matches!(c, '@' | ',' | ';' | ':' | '/' | '<' | '>') || is_invisible(c);
    let is_plain = !any(domain, is_odd)
        && !any(local, |c| matches!(c, ',' | ';' | ':' | '<' | '>') || is_invisible(c));
    (!local.is_empty() && is_domain && is_plain).then(|| text.to_lowercase())
}

/// Digits alone, without leading zeros. After a country code, `(0)` is dialled only within the
/// country.
fn phone(text: &str) -> Option<String> {
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let international = any(text, |c| matches!(c, '+' | '＋')) || text.starts_with("00");
    let trunk = text.find("(0)").filter(|_| international);
    let (before, after) = trunk.map_or((text, ""), |at| (&text[..at], &text[at + 3..]));
    let mut digits = String::new();
    for c in before.chars().chain(after.chars()) {
        match digit(c) {
            // Leading zeros.
            Some('0') if digits.is_empty() => {}
            Some(digit) => digits.push(digit),
            None if is_between_digits(c) => {}
            None => return None,
        }
    }
    (7..=15).contains(&digits.len()).then_some(digits)
}

/// The digits of keyboards: ASCII, full width, Arabic, Persian and Devanagari.
fn digit(c: char) -> Option<char> {
    let zeros = ['0', '０', '٠', '۰', '०'];
    zeros.into_iter().find_map(|zero| char::from_digit((c as u32).checked_sub(zero as u32)?, 10))
}

/// What people write between the digits of a number: blanks, brackets, and dashes of all kinds.
fn is_between_digits(c: char) -> bool {
    is_invisible(c)
        || matches!(c, '+' | '＋' | '-' | '.' | '/' | '(' | ')' | '·' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn gender(text: &str) -> Option<String> {
    let letter = match text.to_lowercase().as_str() {
        "f" | "female" => "f",
        "m" | "male" => "m",
        "n" | "non-binary" | "nonbinary" | "non binary" => "n",
        _ => return None,
    };
    Some(letter.to_owned())
}

/// `YYYYMMDD`, from that, from ISO 8601, or from the same with other marks between.
fn birthday(text: &str) -> Option<String> {
    let day = |year: &str, month: &str, day: &str| {
        let date = format!("{year}-{month}-{day}");
        let (year, ..) = Day::read(&date)?.parts();
        (1800..2100).contains(&year).then(|| kept(&date, is_digit))
    };
    if !text.is_ascii() {
        return None;
    }
    let is_mark = |at: usize| matches!(text.as_bytes()[at], b'-' | b'/' | b'.');
    match text.len() {
        8 => day(&text[..4], &text[4..6], &text[6..]),
        10.. if is_mark(4)
            && is_mark(7)
            && matches!(text.as_bytes().get(10), None | Some(b'T' | b' ')) =>
        {
            day(&text[..4], &text[5..7], &text[8..10])
        }
        _ => None,
    }
}

/// Lower case; it has letters, and nothing that no name has.
fn name(text: &str) -> Option<String> {
    let is_odd = |c: char| c.is_numeric() || matches!(c, '@' | '/' | '\\' | '<' | '>' | '_' | '#');
    (any(text, char::is_alphabetic) && !any(text, is_odd)).then(|| text.to_lowercase())
}

/// Letters and digits of any script, in lower case.
fn city(text: &str) -> Option<String> {
    let is_name = any(text, char::is_alphabetic) && !any(text, |c| matches!(c, '@' | '<' | '>'));
    is_name.then(|| kept(text, char::is_alphanumeric).to_lowercase())
}

fn two_letters(text: &str) -> Option<String> {
    (text.len() == 2 && all(text, is_letter)).then(|| text.to_ascii_lowercase())
}

/// Digits alone.
fn zip(text: &str) -> Option<String> {
    let is_zip = all(text, |c| is_digit(c) || c == '-' || is_invisible(c));
    let digits = kept(text, is_digit);
    (is_zip && (3..=10).contains(&digits.len())).then_some(digits)
}

/// Lower case; nothing where it stands for no device.
fn device(text: &str) -> Option<String> {
    let is_uuid = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    let is_none = all(text, |c| matches!(c, '0' | '-'));
    is_uuid.then(|| if is_none { String::new() } else { text.to_lowercase() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(field: &str, text: &str) -> Option<String> {
        let (_, form) = FIELDS.iter().find(|(name, _)| *name == field).unwrap();
        (form.written)(text)
    }

    #[test]
    fn values_are_written_as_pinterest_compares_them() {
        for (field, text, wanted) in [
            ("em", "Ada@Example.COM", "ada@example.com"),
            ("ph", "+44 (0)20 7946-0000", "442079460000"),
            ("ph", "0044 20 7946 0000", "442079460000"),
            ("ph", "+1 (415) 555‑2671", "14155552671"),
            ("ph", "tel:+1-415-555-2671", "14155552671"),
            ("ph", "1.415.555.2671", "14155552671"),
            ("ph", "\u{202a}+49\u{a0}30\u{200b}123456", "4930123456"),
            ("ph", "＋８１ ３-１２３４-５６７８", "81312345678"),
            ("ph", "+٢٠ ١٠ ١٢٣٤ ٥٦٧٨", "201012345678"),
            ("ge", "Female", "f"),
            ("ge", "N", "n"),
            ("db", "1815-12-10", "18151210"),
            ("db", "18151210", "18151210"),
            ("db", "1815/12/10", "18151210"),
            ("db", "1815-12-10T00:00:00Z", "18151210"),
            ("fn", "Ángela", "ángela"),
            ("ln", "O'Neill-Smith", "o'neill-smith"),
            ("ct", "St. Ives", "stives"),
            ("ct", "São Paulo", "sãopaulo"),
            ("st", "CA", "ca"),
            ("zp", "94103-1234", "941031234"),
            ("country", "DE", "de"),
            ("external_id", "Ada-7", "Ada-7"),
            (
                "hashed_maids",
                "6D92078A-8246-4BA4-AE5B-76104861E7DC",
                "6d92078a-8246-4ba4-ae5b-76104861e7dc",
            ),
            ("hashed_maids", "00000000-0000-0000-0000-000000000000", ""),
        ] {
            assert_eq!(written(field, text).as_deref(), Some(wanted), "{field} {text}");
        }
    }

    #[test]
    fn what_a_value_cannot_be_is_refused() {
        for (field, texts) in [
            (
                "em",
                &[
                    "n/a",
                    "ada",
                    "@example.com",
                    "ada@",
                    "ada@example",
                    "a@b.c, d@e.f",
                    "Ada <a@b.c>",
                ][..],
            ),
            (
                "ph",
                &[
                    "n/a",
                    "none",
                    "12",
                    "+1 415 555 CALL",
                    "+1 415 555 2671 ext. 5",
                    "1234567890123456",
                ],
            ),
            ("ge", &["woman", "x", "1"]),
            (
                "db",
                &[
                    "12/10/1815",
                    "10.12.1815",
                    "1815-13-10",
                    "18151310",
                    "1815",
                    "0000-00-00",
                    "é815-12-10",
                ],
            ),
            ("fn", &["-", "123", "n/a", "ada@example.com"]),
            ("ct", &["-", "123", "?"]),
            ("st", &["California", "C", "12"]),
            ("zp", &["n/a", "SW1A 1AA", "12", "12345678901"]),
            ("country", &["Germany", "DEU", "49", "Ñ"]),
            ("hashed_maids", &["none", "6d92078a82464ba4ae5b76104861e7dc"]),
        ] {
            for text in texts {
                assert_eq!(written(field, text), None, "{field} {text}");
            }
        }
    }

    #[test]
    fn blank_values_are_left_out_and_hashes_stay() {
        let once = sha256("ada@example.com");
        let mut user_data = json!({
            "em": ["", " ADA@example.com ", once.to_uppercase(), "\u{a0}"],
            "ph": ["\u{200b}"], "fn": ["  "], "ge": ["woman"], "zp": ["", "x"],
            "client_ip_address": "203.0.113.7",
        });
        let mut faults = Vec::new();
        hash(user_data.as_object_mut().unwrap(), "data[3].user_data", &mut faults);
        assert_eq!(user_data, json!({ "em": [once, once], "client_ip_address": "203.0.113.7" }));
        let places: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(places, ["data[3].user_data.ge[0]", "data[3].user_data.zp[1]"]);
        assert_eq!(faults[0].message, "must be f, m or n");
    }
}
