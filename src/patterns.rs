//! Forms of texts that only Pinterest asks for.

use connector_sdk::catalog::Pattern;
use connector_sdk::input::pattern::digits;

pub static PATTERNS: &[Pattern] = &[
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
        source: r"(?!^\d+$)^.+$",
        meaning: "a user name, not an id",
        matches: |s| !s.is_empty() && !digits(s) && !s.contains('\n'),
    },
];
