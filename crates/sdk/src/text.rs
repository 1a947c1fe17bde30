//! Tests on the characters of a text. They take a function pointer where the methods of `str` are
//! generic: the compiler would copy those for every pattern.

/// Decides which characters are meant.
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

/// The text with only the characters that are meant.
#[inline(never)]
pub fn kept(text: &str, is: Is) -> String {
    text.chars().filter(|c| is(*c)).collect()
}

/// The text before the first character that is meant, and the text after it. Without one: the whole
/// text, and nothing.
#[inline(never)]
pub fn cut(text: &str, is: Is) -> (&str, &str) {
    match text.char_indices().find(|(_, c)| is(*c)) {
        Some((at, c)) => (&text[..at], &text[at + c.len_utf8()..]),
        None => (text, ""),
    }
}

/// The text without the characters that are meant at its ends.
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

/// Whether all characters are invisible.
pub(crate) fn is_blank(text: &str) -> bool {
    all(text, is_invisible)
}

/// The text without invisible characters at its ends.
pub fn trimmed(text: &str) -> &str {
    without_ends(text, is_invisible)
}

/// Whether a character is white space, or one that is shown as nothing.
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{180e}' | '\u{200b}'
                ..='\u{200f}' | '\u{2060}' | '\u{2800}' | '\u{3164}' | '\u{feff}'
        )
}
