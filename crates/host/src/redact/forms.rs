//! The ways in which a secret may be written.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

/// Characters of a form in base64: shorter ones stand for too little.
const SHORTEST_BASE64: usize = 8;
/// What RFC 3986 leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// As it is, in JSON, in HTML, in URLs and forms, and anywhere within a longer text in base64, such
/// as the credentials of HTTP Basic.
pub(super) fn of(secret: &str) -> Vec<String> {
    let json = Value::from(secret).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut forms = vec![
        secret.to_owned(),
        json.replace('/', "\\/"),
        json,
        html.replace('"', "&quot;").replace('\'', "&#39;"),
        html,
    ];
    let form: String = byte_serialize(secret.as_bytes()).collect();
    for encoded in [form, utf8_percent_encode(secret, UNRESERVED).to_string()] {
        forms.extend([lower_hex(&encoded), encoded]);
    }
    for shift in 0..3 {
        let within = [&[0; 2][..shift], secret.as_bytes()].concat();
        for base64 in [STANDARD_NO_PAD.encode(&within), URL_SAFE_NO_PAD.encode(&within)] {
            // The first and the last character also hold bits of what is beside it.
            let first = [0, 2, 3][shift];
            let last = base64.len() - usize::from(within.len() % 3 != 0);
            forms.push(base64[first.min(last)..last].to_owned());
        }
    }
    let base64 = forms.len() - 6;
    let mut place = 0;
    forms.retain(|form| {
        place += 1;
        place <= base64 || form.len() >= SHORTEST_BASE64
    });
    forms.sort();
    forms.dedup();
    forms
}

/// `%2F` as `%2f`.
fn lower_hex(encoded: &str) -> String {
    let mut left = 0;
    let lower = |c: char| {
        left = if c == '%' { 3 } else { usize::saturating_sub(left, 1) };
        if left > 0 { c.to_ascii_lowercase() } else { c }
    };
    encoded.chars().map(lower).collect()
}

/// A JSON text with those letters written plainly that it writes as `\u0041` without need; none when
/// it does not.
pub(super) fn unescaped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut escapes = memmem::find_iter(bytes, b"\\u00");
    escapes.find(|at| matches!(bytes.get(at + 4), Some(b'2'..=b'7')))?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = match (first, letter(rest)) {
            (_, Some(letter)) => {
                if matches!(letter, b'"' | b'\\') {
                    out.push(b'\\');
                }
                out.push(letter);
                &rest[6..]
            }
            // Whatever it escapes, it does not begin an escape.
            (b'\\', None) => {
                let both = rest.len().min(2);
                out.extend_from_slice(&rest[..both]);
                &rest[both..]
            }
            _ => {
                out.push(*first);
                after
            }
        };
    }
    Some(out)
}

/// The letter that an escape at the beginning stands for.
fn letter(bytes: &[u8]) -> Option<u8> {
    let digits = bytes.strip_prefix(b"\\u00")?.get(..2)?;
    let letter = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    matches!(letter, b' '..=b'~').then_some(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_letters_are_unescaped() {
        let same = |text: &str| assert_eq!(unescaped(text.as_bytes()), None, "{text}");
        same(r#""\u00e9 \u2028 A""#);
        let becomes = |text: &str, plain: &str| {
            let bytes = unescaped(text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(bytes).unwrap(), plain, "{text}");
        };
        becomes(r#""\u0041\u0062\u00e9\u0022\u005c""#, r#""Ab\u00e9\"\\""#);
        becomes(r#""\\u0041 \\\u0041""#, r#""\\u0041 \\A""#);
        becomes("\\u004", "\\u004");
        becomes("\\u0041\\", "A\\");
    }

    #[test]
    fn base64_is_found_wherever_it_begins() {
        let secret = "a secret? of/some~length";
        let forms = of(secret);
        for before in ["", "a", "ab", "abc", "client-id:"] {
            for after in ["", "x", "xy", "xyz"] {
                let text = STANDARD_NO_PAD.encode(format!("{before}{secret}{after}"));
                assert!(forms.iter().any(|form| text.contains(form)), "{before} {after}");
            }
        }
    }
}
