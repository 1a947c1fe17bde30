//! Where records go: lines of stdout, or a file that can be cut back to what is certain.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use connector_host::records::Record;
use serde_json::Value;

use crate::error::Error;
use crate::output;
use crate::rows::Format;

/// Writes records in one form, with these fields or all that they have.
pub struct Sink {
    to: To,
    format: Format,
    columns: Option<Vec<String>>,
    empty: bool,
}

enum To {
    Stdout,
    File { file: File, name: String },
}

impl Sink {
    /// `columns`: CSV needs them.
    pub fn stdout(format: Format, columns: Option<Vec<String>>) -> Self {
        Sink { to: To::Stdout, format, columns, empty: true }
    }

    /// Cuts the file back to `length` bytes and goes on there. Fails when it is shorter.
    pub fn file(
        path: &Path,
        length: u64,
        format: Format,
        columns: Option<Vec<String>>,
    ) -> Result<Self, Error> {
        let name = path.display().to_string();
        let open = || -> io::Result<File> {
            let mut file =
                OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
            let found = file.metadata()?.len();
            if found < length {
                let why = format!("holds {found} bytes, and the cursor counts on {length}");
                return Err(io::Error::other(why));
            }
            file.set_len(length)?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let file = open().map_err(Error::io(&name))?;
        Ok(Sink { to: To::File { file, name }, format, columns, empty: length == 0 })
    }

    /// Writes records and flushes them: to a file, down to the disk. Gives the file's length.
    pub fn write(&mut self, records: &[Record]) -> Result<Option<u64>, Error> {
        let bytes = match self.format {
            Format::Jsonl => self.jsonl(records),
            Format::Csv => self.csv(records).map_err(Error::Output)?,
        };
        match &mut self.to {
            To::Stdout => {
                output::for_programs(&bytes)?;
                Ok(None)
            }
            To::File { file, name } => {
                let mut write = || -> io::Result<u64> {
                    file.write_all(&bytes)?;
                    if !bytes.is_empty() {
                        file.sync_data()?;
                    }
                    file.stream_position()
                };
                write().map(Some).map_err(Error::io(name))
            }
        }
    }

    fn jsonl(&self, records: &[Record]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for record in records {
            let line = match &self.columns {
                None => Value::Object(record.clone()),
                Some(columns) => {
                    columns.iter().map(|name| (name.clone(), at(record, name))).collect()
                }
            };
            bytes.extend_from_slice(line.to_string().as_bytes());
            bytes.push(b'\n');
        }
        bytes
    }

    fn csv(&mut self, records: &[Record]) -> io::Result<Vec<u8>> {
        let columns = self.columns.as_deref().unwrap_or_default();
        let mut lines = csv::Writer::from_writer(Vec::new());
        if std::mem::take(&mut self.empty) {
            lines.write_record(columns)?;
        }
        for record in records {
            lines.write_record(columns.iter().map(|name| cell(&at(record, name))))?;
        }
        lines.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}

/// The value at a path such as `owner.username`, or null.
fn at(record: &Record, path: &str) -> Value {
    if let Some(value) = record.get(path) {
        return value.clone();
    }
    let mut steps = path.split('.');
    let first = steps.next().and_then(|step| record.get(step));
    steps.fold(first, |value, step| value?.get(step)).cloned().unwrap_or_default()
}

/// Texts as they are, nothing for null, all else as JSON.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
