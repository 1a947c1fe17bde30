//! Looking at the characters of a text. These are functions of their own, and not methods of texts
//! with a pattern each, of which there would be a copy for every pattern.

/// Which characters are meant.
pub type Is = fn(char) -> bool;

/// Whether any of the characters is one of those meant; false for an empty text.
#[inline(never)]
pub fn any(text: &str, is: Is) -> bool {
    text.chars().any(is)
}

/// Whether all characters are among those meant; true for an empty text.
#[inline(never)]
pub fn all(text: &str, is: Is) -> bool {
    text.chars().all(is)
}

/// The characters that are meant.
#[inline(never)]
pub fn kept(text: &str, is: Is) -> String {
    text.chars().filter(|c| is(*c)).collect()
}

/// What comes before the first of them, and what comes after it.
#[inline(never)]
pub fn cut(text: &str, is: Is) -> (&str, &str) {
    match text.char_indices().find(|(_, c)| is(*c)) {
        Some((at, c)) => (&text[..at], &text[at + c.len_utf8()..]),
        None => (text, ""),
    }
}

/// The text without them at its ends.
#[inline(never)]
pub(crate) fn without_ends(text: &str, is: Is) -> &str {
    text.trim_matches(is)
}

/// Whether it is `0` to `9`.
pub fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Whether it is `a` to `z`, in either case.
pub fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
}

/// Whether there is nothing to be seen.
pub(crate) fn is_blank(text: &str) -> bool {
    all(text, is_invisible)
}

/// Without what cannot be seen at its ends.
pub fn trimmed(text: &str) -> &str {
    without_ends(text, is_invisible)
}

/// White space of any script, and characters that look like none at all.
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{180e}' | '\u{200b}'
                ..='\u{200f}' | '\u{2060}' | '\u{2800}' | '\u{3164}' | '\u{feff}'
        )
}
