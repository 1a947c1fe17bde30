//! Text from outside, made safe to show: a terminal obeys what it reads.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with everything that a terminal would obey instead of show written as JSON escapes it,
/// `\u001b`: control characters but line breaks and tabs, separators of lines and paragraphs, and
/// what reverses the direction of writing. A JSON text stays the same JSON.
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, is_obeyed)
}

/// The same for a text that belongs on one line, such as a cell of a table.
pub fn on_one_line(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_obeyed(c) || c.is_control())
}

/// The same for lines that hold colours of our own: escape characters stay.
pub fn coloured(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\u{1b}' && is_obeyed(c))
}

fn is_obeyed(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        // The overrides, embeddings and isolates of Unicode's bidirectional algorithm. Marks stay:
        // Arabic and Hebrew texts hold them, and they reverse nothing.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        '\u{2028}' | '\u{2029}' => true,
        _ => c.is_control(),
    }
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Hardly any text holds one, and bytes are looked through faster than characters: these are all
    // that one of them can begin with.
    let begins = |byte: u8| byte < 0x20 || matches!(byte, 0x7f | 0xc2 | 0xe2);
    if !text.bytes().any(begins) {
        return Cow::Borrowed(text);
    }
    let Some(first) = text.find(&is_escaped) else { return Cow::Borrowed(text) };
    let mut shown = text[..first].to_owned();
    for c in text[first..].chars() {
        match is_escaped(c) {
            // All of them are in the basic plane.
            true => {
                write!(shown, "\\u{:04x}", u32::from(c)).expect("a text takes what it is given")
            }
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        assert_eq!(visible("\u{1b}]0;owned\u{7}"), r"\u001b]0;owned\u0007");
        assert_eq!(visible("a\rb\u{9b}31mc\u{7f}\0"), r"a\u000db\u009b31mc\u007f\u0000");
        assert_eq!(visible("\u{202e}gpj.exe\u{2069}\u{2028}"), r"\u202egpj.exe\u2069\u2028");
        assert_eq!(on_one_line("one\n\ttwo"), r"one\u000a\u0009two");
        assert_eq!(
            coloured("\u{1b}[33mwarn\u{1b}[0m \u{9b}2J"),
            "\u{1b}[33mwarn\u{1b}[0m \\u009b2J"
        );
    }

    #[test]
    fn all_else_stays() {
        for text in ["", "two\nlines\tand a tab", "Crème brûlée 🍋‍🟩 日本語 עברית\u{200f}", r"\u001b"]
        {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn json_stays_the_same_json() {
        let json = "{\"name\": \"\u{9b}2J\u{202e}x\u{7f}\"}";
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&visible(json)), read(json));
    }
}
