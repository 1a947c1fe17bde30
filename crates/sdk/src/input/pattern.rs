//! The regular expressions of the API description. They are few, and a regular-expression engine would
//! double the size of the component, so each is a small function that is found by its source. A
//! connector adds its own.

use crate::catalog::Pattern;

/// The patterns of a connector that has none of its own.
pub const NONE: &[Pattern] = &[];

/// The pattern with this source: one of the connector's `own`, or a common one.
///
/// # Panics
///
/// When there is none. It is called in constants only, so a component that lacks one does not compile.
pub const fn pattern(own: &'static [Pattern], source: &str) -> &'static Pattern {
    match find(own, source) {
        Some(pattern) => pattern,
        None => match find(&COMMON, source) {
            Some(pattern) => pattern,
            None => panic!("the connector lacks a pattern of its catalogue"),
        },
    }
}

const fn find(patterns: &'static [Pattern], source: &str) -> Option<&'static Pattern> {
    let mut index = 0;
    while index < patterns.len() {
        if same(patterns[index].source.as_bytes(), source.as_bytes()) {
            return Some(&patterns[index]);
        }
        index += 1;
    }
    None
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

/// Patterns that many services have.
static COMMON: [Pattern; 12] = [
    Pattern {
        source: r"^[^,]+$",
        meaning: "a text without a comma",
        matches: |s| !s.is_empty() && !s.contains(','),
    },
    Pattern { source: r"^\d+$", meaning: "an id: digits only, not a name", matches: |s| digits(s) },
    Pattern {
        source: r"\d+",
        meaning: "a text with a digit in it",
        matches: |s| s.bytes().any(|b| b.is_ascii_digit()),
    },
    Pattern {
        source: r"^\d{4}-\d{2}-\d{2}$",
        meaning: "a date like 2026-01-31",
        matches: |s| shaped(s, "0000-00-00"),
    },
    Pattern {
        source: r"^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\.(\d{3})Z$",
        meaning: "a time like 2026-01-31T12:00:00.000Z",
        matches: |s| shaped(s, "0000-00-00T00:00:00.000Z"),
    },
    Pattern {
        source: r"^(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]$",
        meaning: "a time of day like 09:30",
        matches: |s| shaped(s, "00:00") && s < "24" && &s[3..] < "60",
    },
    Pattern {
        source: r"^\d+\+?$",
        meaning: "a number, optionally with + behind it",
        matches: |s| digits(s.strip_suffix('+').unwrap_or(s)),
    },
    Pattern {
        source: r"^(http|https|ftp|sftp):\/\/",
        meaning: "an address that begins with http://, https://, ftp:// or sftp://",
        matches: |s| {
            ["http://", "https://", "ftp://", "sftp://"].iter().any(|scheme| s.starts_with(scheme))
        },
    },
    Pattern {
        source: r"^[a-zA-Z0-9+\/=]+$",
        meaning: "base64",
        matches: |s| {
            !s.is_empty()
                && s.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
        },
    },
    Pattern {
        source: r"[a-zA-Z0-9+\/=]+",
        meaning: "a text with base64 in it",
        matches: |s| {
            s.bytes().any(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
        },
    },
    Pattern {
        source: r"^[a-z0-9]*$",
        meaning: "lower-case letters and digits only",
        matches: |s| s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
    },
    Pattern {
        source: r"^[a-zA-Z0-9]+$",
        meaning: "letters and digits only",
        matches: |s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric()),
    },
];

/// Whether a text consists of one or more digits, `0` to `9`.
pub fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether `text` has the shape of `model`, in which `0` stands for any digit.
fn shaped(text: &str, model: &str) -> bool {
    text.len() == model.len()
        && text.bytes().zip(model.bytes()).all(
            |(b, m)| {
                if m == b'0' { b.is_ascii_digit() } else { b == m }
            },
        )
}
