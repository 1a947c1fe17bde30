//! Lines for people.

use console::{measure_text_width, style};

use super::width;
use crate::visible::visible;

/// A line that is fit to be printed.
pub struct Line(String);

impl Line {
    /// As it is. Whoever calls this has made the texts in it [`visible`] before.
    pub(super) fn styled(text: String) -> Self {
        Line(text)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<T: AsRef<str>> From<T> for Line {
    fn from(text: T) -> Self {
        Line(visible(text.as_ref()).into_owned())
    }
}

/// A title, bold on a terminal.
pub fn heading(text: impl AsRef<str>) -> Line {
    Line(style(visible(text.as_ref())).bold().to_string())
}

/// A text that has to fit the terminal: broken between words, each line with this indent. In a pipe
/// it stays one line.
pub fn prose(indent: &str, text: &str) -> Vec<Line> {
    let room = width().map_or(usize::MAX, |width| width.saturating_sub(indent.len()).max(20));
    wrapped(text, room).iter().map(|line| Line::from(format!("{indent}{line}"))).collect()
}

/// A name in bold, and what is said of it, which goes on further to the right.
pub fn named(indent: &str, name: &str, text: &str) -> Vec<Line> {
    let room = width().map_or(usize::MAX, |width| width.saturating_sub(indent.len() + 4).max(20));
    let name_width = measure_text_width(name) + 2;
    // The first line has less room: the name stands there.
    let placeholder = "x".repeat(name_width.saturating_sub(1));
    let broken = wrapped(&visible(&format!("{placeholder} {text}")), room);
    let lines = broken.iter().enumerate().map(|(number, line)| match number {
        0 => {
            let rest = line.get(placeholder.len() + 1..).unwrap_or_default();
            Line(format!("{indent}{}  {rest}", style(visible(name)).bold()).trim_end().to_owned())
        }
        _ => Line(format!("{indent}    {line}")),
    });
    lines.collect()
}

/// Broken between words at this many columns; a word that is wider stays whole. What the text
/// breaks by itself stays broken.
pub fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let indent = &paragraph[..paragraph.len() - paragraph.trim_start().len()];
        let mut line = String::from(indent);
        let mut empty = true;
        for word in paragraph.split_whitespace() {
            let wider = measure_text_width(&line) + 1 + measure_text_width(word);
            if !empty && wider > room {
                lines.push(std::mem::replace(&mut line, indent.to_owned()));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line += word;
            empty = false;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_break_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("extraordinary", 7), ["extraordinary"]);
        assert_eq!(wrapped("a\n  bb cc dd", 7), ["a", "  bb cc", "  dd"]);
        assert_eq!(wrapped("", 7), [""]);
        // Letters that take two columns.
        assert_eq!(wrapped("植物 植物", 6), ["植物", "植物"]);
    }
}
