//! Records from stdin, each with the text that it was written as.

use std::io::{self, BufRead, BufReader, Read, Stdin, Take};

use connector_records::{self as records, Record, Writing};
use serde_json::Value;

use crate::error::Error;
use crate::rows::Format;

/// Bytes of one line, or of one row of a table.
const LONGEST: u64 = 64 << 20;

/// One record of the input, or why it is none.
pub struct Row {
    /// As it came, to be put aside when it is rejected; with its line break.
    pub text: Vec<u8>,
    pub record: Result<Record, String>,
}

/// Reads stdin row by row: memory does not grow with it.
pub enum Source {
    Jsonl(BufReader<Stdin>),
    Csv { lines: Box<csv::Reader<Take<Stdin>>>, columns: csv::StringRecord },
}

impl Source {
    pub fn open(format: Format) -> Result<Self, Error> {
        match format {
            Format::Jsonl => Ok(Source::Jsonl(BufReader::new(io::stdin()))),
            Format::Csv => {
                let stdin = io::stdin().take(LONGEST);
                let mut lines =
                    Box::new(csv::ReaderBuilder::new().flexible(true).from_reader(stdin));
                let columns = lines.headers().map_err(wrong)?.clone();
                check_length(&lines)?;
                Ok(Source::Csv { lines, columns })
            }
        }
    }

    /// What has to stand before the rows that are put aside.
    pub fn head(&self) -> Result<Vec<u8>, Error> {
        match self {
            Source::Jsonl(_) => Ok(Vec::new()),
            Source::Csv { columns, .. } => text(columns),
        }
    }

    /// The next row. The cells of a table are values of the types that the fields take; an empty
    /// cell is a field left out.
    pub fn next(&mut self, writing: &Writing) -> Result<Option<Row>, Error> {
        match self {
            Source::Jsonl(lines) => loop {
                let mut text = Vec::new();
                let mut part = lines.by_ref().take(LONGEST);
                if part.read_until(b'\n', &mut text).map_err(Error::io("stdin"))? == 0 {
                    return Ok(None);
                }
                if text.len() as u64 == LONGEST && text.last() != Some(&b'\n') {
                    return Err(too_long("line"));
                }
                if text.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                let record = serde_json::from_slice(&text);
                let record = record.map_err(|error| format!("not a JSON object: {error}"));
                if text.last() != Some(&b'\n') {
                    text.push(b'\n');
                }
                return Ok(Some(Row { text, record }));
            },
            Source::Csv { lines, columns } => {
                let mut cells = csv::StringRecord::new();
                lines.get_mut().set_limit(LONGEST);
                let more = lines.read_record(&mut cells).map_err(wrong)?;
                check_length(lines)?;
                if !more {
                    return Ok(None);
                }
                Ok(Some(Row { text: text(&cells)?, record: record(columns, &cells, writing) }))
            }
        }
    }
}

fn record(
    columns: &csv::StringRecord,
    cells: &csv::StringRecord,
    writing: &Writing,
) -> Result<Record, String> {
    if cells.len() != columns.len() {
        return Err(format!("{} cells, and {} columns", cells.len(), columns.len()));
    }
    let filled = columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
    let value = |(name, cell): (&str, &str)| {
        let field = writing.field(name).unwrap_or(&Value::Null);
        (name.to_owned(), records::typed(cell, field))
    };
    Ok(filled.map(value).collect())
}

fn text(cells: &csv::StringRecord) -> Result<Vec<u8>, Error> {
    let mut line = csv::Writer::from_writer(Vec::new());
    line.write_record(cells).map_err(wrong)?;
    line.into_inner().map_err(|error| Error::Output(io::Error::other(error.to_string())))
}

/// A table that goes on where its row had to end.
fn check_length(lines: &csv::Reader<Take<Stdin>>) -> Result<(), Error> {
    match lines.get_ref().limit() {
        0 => Err(too_long("row")),
        _ => Ok(()),
    }
}

fn too_long(what: &str) -> Error {
    Error::Usage(format!("stdin: a {what} of more than {LONGEST} bytes"))
}

fn wrong(error: csv::Error) -> Error {
    Error::io("stdin")(error.into())
}
