//! The forms that the description asks of texts. They are few, one of them needs look-ahead, and a
//! regular-expression engine would double the component: so each is a small function, found by its
//! source. The component does not compile while the catalogue has a source that is not here.

use crate::catalog::Pattern;

/// The pattern with this source. Called in constants only: it panics when there is none.
pub const fn pattern(source: &str) -> &'static Pattern {
    let mut index = 0;
    while index < PATTERNS.len() {
        if same(PATTERNS[index].source.as_bytes(), source.as_bytes()) {
            return &PATTERNS[index];
        }
        index += 1;
    }
    panic!("src/input/pattern.rs lacks a pattern of the catalogue")
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

static PATTERNS: [Pattern; 16] = [
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
        source: r"^(AG)?\d+$",
        meaning: "digits, optionally after AG",
        matches: |s| digits(s.strip_prefix("AG").unwrap_or(s)),
    },
    Pattern {
        source: r"^[C]?\d+$",
        meaning: "digits, optionally after C",
        matches: |s| digits(s.strip_prefix('C').unwrap_or(s)),
    },
    Pattern {
        source: r"^((AG)|C)?\d+$",
        meaning: "digits, optionally after AG or C",
        matches: |s| digits(s.strip_prefix("AG").or_else(|| s.strip_prefix('C')).unwrap_or(s)),
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
    Pattern {
        source: r"(?!^\d+$)^.+$",
        meaning: "a user name, not an id",
        matches: |s| !s.is_empty() && !digits(s) && !s.contains('\n'),
    },
];

fn digits(text: &str) -> bool {
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
