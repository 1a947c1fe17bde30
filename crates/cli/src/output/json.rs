//! JSON for people: indented, and with colours on a terminal.

use console::{Style, colors_enabled};
use serde_json::Value;

use super::is_terminal;
use super::line::Line;
use crate::visible::visible;

/// The lines of a value. Without the colours they are the same everywhere.
pub fn lines(value: &Value) -> Vec<Line> {
    let text = format!("{value:#}");
    match is_terminal() && colors_enabled() {
        true => text.lines().map(|line| Line::styled(painted(&visible(line)))).collect(),
        false => text.lines().map(Line::from).collect(),
    }
}

/// One line of indented JSON: a key if there is one, and what stands behind it.
fn painted(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let (indent, rest) = line.split_at(indent);
    let Some((key, text)) = key(rest) else { return format!("{indent}{}", value(rest)) };
    format!("{indent}{}: {}", Style::new().cyan().apply_to(key), value(text))
}

fn value(text: &str) -> String {
    let (text, comma) = match text.strip_suffix(',') {
        Some(text) => (text, ","),
        None => (text, ""),
    };
    let style = match text.as_bytes().first() {
        Some(b'"') => Style::new().green(),
        Some(b'{' | b'}' | b'[' | b']') | None => Style::new(),
        Some(b'n') => Style::new().dim(),
        Some(_) => Style::new().yellow(),
    };
    format!("{}{comma}", style.apply_to(text))
}

/// The key at the beginning and what follows it. A text in a list has no colon behind it.
fn key(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let end = text.strip_prefix('"')?.find(|letter| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    })?;
    let (key, rest) = text.split_at(end + 2);
    Some((key, rest.strip_prefix(": ")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_texts() {
        assert_eq!(key(r#""a\"b": "c","#), Some((r#""a\"b""#, r#""c","#)));
        assert_eq!(key(r#""ends \\": 1"#), Some((r#""ends \\""#, "1")));
        assert_eq!(key(r#""a text: here","#), None);
        assert_eq!(key("12,"), None);
    }
}
