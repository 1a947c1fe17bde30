//! What goes to stdout and stderr: text, JSON, and one JSON value per line.
//!
//! Nothing else in this program writes there (Clippy says so), so nothing from outside reaches a
//! terminal but through [`visible`].

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Write};

use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::visible::{on_one_line, visible};

/// Prints lines and flushes them.
pub fn lines<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> Result<(), Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    let write = || {
        for line in lines {
            out.write_all(visible(line.as_ref()).as_bytes())?;
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
    // Whoever cannot read this is not told anything else either.
    let _ = writeln!(io::stderr(), "{}", visible(&text.to_string()));
}

/// Asks for something on stderr; what is typed stands behind it.
pub fn prompt(text: impl Display) -> Result<(), Error> {
    let mut err = io::stderr();
    let asked = write!(err, "{}", visible(&text.to_string())).and_then(|()| err.flush());
    asked.map_err(Error::io("stderr"))
}

/// Prints one text.
pub fn line(text: impl AsRef<str>) -> Result<(), Error> {
    lines([text])
}

/// Prints a value, indented.
pub fn json(value: &Value) -> Result<(), Error> {
    line(format!("{value:#}"))
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

/// Cells of all columns but the last are broken at this width.
const WIDEST: usize = 44;

/// Rows as columns, each as wide as its widest cell; the last one as long as it is.
pub fn table<const N: usize>(indent: &str, rows: &[[String; N]]) -> Vec<String> {
    let shown = |row: &[String; N]| row.each_ref().map(|cell| on_one_line(cell).into_owned());
    let rows: Vec<[String; N]> = rows.iter().map(shown).flat_map(|row| broken(&row)).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; N]| {
        let mut line = indent.to_owned();
        for (cell, width) in row.iter().zip(widths) {
            line += &format!("{cell:width$}  ");
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A row as several rows, so that no cell but the last is too wide.
fn broken<const N: usize>(row: &[String; N]) -> Vec<[String; N]> {
    let cells: [Vec<String>; N] = std::array::from_fn(|column| match column + 1 == N {
        true => vec![row[column].clone()],
        false => wrapped(&row[column]),
    });
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let line =
        |line: usize| cells.each_ref().map(|cell| cell.get(line).cloned().unwrap_or_default());
    (0..height).map(line).collect()
}

/// Broken between words; a word that is too wide stays whole.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((line, more)) = broken_off(rest) {
        lines.push(line.to_owned());
        rest = more;
    }
    lines.push(rest.to_owned());
    lines
}

fn broken_off(text: &str) -> Option<(&str, &str)> {
    let (too_wide, _) = text.char_indices().nth(WIDEST)?;
    let end = text[..too_wide].rfind(' ').filter(|end| !text[..*end].trim().is_empty())?;
    Some((&text[..end], &text[end + 1..]))
}
