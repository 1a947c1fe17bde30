//! What goes to stdout and stderr: lines of text, JSON, and tables.
//!
//! On a terminal tables fit its width and JSON has colours; in a pipe both are as plain as ever, so
//! that a script reads the same whoever runs it. Nothing else in this program writes there (Clippy
//! says so), so nothing from outside reaches a terminal but through
//! [`visible`](crate::visible::visible): texts become [`Line`]s, and a line holds no control
//! characters but our own colours.

mod columns;
mod json;
mod line;
mod table;

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::LazyLock;

use console::{Term, style};
use serde_json::Value;
use serde_json::value::RawValue;

pub use self::columns::{Column, fitted};
pub use self::line::{Line, heading, named, prose, wrapped};
pub use self::table::{cell, head, row, table};
use crate::error::Error;
use crate::visible::visible;

/// Columns of a terminal that does not say how many it has.
const USUAL: usize = 80;

static TERMINAL: LazyLock<bool> = LazyLock::new(|| io::stdout().is_terminal());

/// Whether a person looks at stdout.
pub fn is_terminal() -> bool {
    *TERMINAL
}

/// Columns of the terminal that stdout is; none when it is another thing.
pub fn width() -> Option<usize> {
    is_terminal().then(|| columns_of(&Term::stdout()))
}

/// The same of stderr.
pub fn error_width() -> Option<usize> {
    io::stderr().is_terminal().then(|| columns_of(&Term::stderr()))
}

fn columns_of(terminal: &Term) -> usize {
    let columns = terminal.size_checked().map(|(_, columns)| usize::from(columns));
    columns.filter(|columns| *columns > 0).unwrap_or(USUAL)
}

/// Prints lines and flushes them.
pub fn lines<T: Into<Line>>(lines: impl IntoIterator<Item = T>) -> Result<(), Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    let write = || {
        for line in lines {
            out.write_all(line.into().as_bytes())?;
            out.write_all(b"\n")?;
        }
        out.flush()
    };
    write().map_err(Error::Output)
}

/// Prints what programs read and is no JSON: as it is, or as far as a terminal can show it.
pub fn for_programs(text: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    let written = match out.is_terminal() {
        true => out.write_all(visible(&String::from_utf8_lossy(text)).as_bytes()),
        false => out.write_all(text),
    };
    written.and_then(|()| out.flush()).map_err(Error::Output)
}

/// Says something on stderr, on lines of its own.
pub fn note(text: impl Display) {
    say(&visible(&text.to_string()));
}

/// Asks for something on stderr; what is typed stands behind it.
pub fn prompt(text: impl Display) -> Result<(), Error> {
    let mut err = io::stderr();
    let asked = write!(err, "{}", visible(&text.to_string())).and_then(|()| err.flush());
    asked.map_err(Error::io("stderr"))
}

/// Prints one line.
pub fn line(text: impl Into<Line>) -> Result<(), Error> {
    lines([text])
}

/// Prints a value, indented.
pub fn json(value: &Value) -> Result<(), Error> {
    lines(json::lines(value))
}

/// Says on stderr what ends a command: `error: ` and why, over as many lines as the terminal needs.
pub fn error(text: &str) {
    let text = visible(text);
    let Some(width) = error_width() else { return say(&text) };
    // A command to be copied stays on one line.
    let lines = text.lines().flat_map(|line| match line.starts_with("next: ") {
        true => vec![line.to_owned()],
        false => wrapped(line, width.max(20)),
    });
    for (number, line) in lines.enumerate() {
        match line.strip_prefix("error:").filter(|_| number == 0) {
            Some(rest) => say(&format!("{}{rest}", style("error:").red().bold().for_stderr())),
            None => say(&line),
        }
    }
}

fn say(line: &str) {
    // Whoever cannot read this is not told anything else either.
    let _ = writeln!(io::stderr(), "{line}");
}

/// The items of a JSON array, as they are.
pub fn items(array: &str) -> Result<Vec<&RawValue>, Error> {
    serde_json::from_str(array)
        .map_err(|error| Error::Unexpected(format!("a page is not a JSON array: {error}")))
}

/// A JSON text on one line. Line breaks are only between its tokens: texts in it escape them.
pub fn one_line(json: &RawValue) -> String {
    json.get().replace(['\n', '\r'], " ")
}
