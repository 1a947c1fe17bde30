//! Where records go: lines of stdout, or a file that can be cut back to what is certain.

#[cfg(feature = "sql")]
mod parquet;

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use connector_host::Connector;
use connector_records::{self as records, Record};
use serde_json::Value;

use crate::error::Error;
use crate::items::Items;
use crate::output;
use crate::rows::Format;

/// Writes records in one form, with these fields or all that they have.
pub struct Sink {
    to: To,
    format: Format,
    columns: Option<Vec<String>>,
    /// The fields that are times: what a service counts is written as a time in CSV.
    times: Vec<String>,
    empty: bool,
}

enum To {
    Stdout,
    Table(Box<Items>),
    File {
        file: File,
        name: String,
    },
    #[cfg(feature = "sql")]
    Parquet(Box<parquet::Parquet>),
}

impl Sink {
    /// `columns`: CSV needs them.
    pub fn stdout(format: Format, columns: Option<Vec<String>>, times: Vec<String>) -> Self {
        Sink { to: To::Stdout, format, columns, times, empty: true }
    }

    /// A table, for a person who looks on.
    pub fn table(columns: Option<Vec<String>>, times: &[String]) -> Self {
        let to = To::Table(Box::new(Items::records(times)));
        Sink { to, format: Format::Jsonl, columns, times: Vec::new(), empty: true }
    }

    /// A Parquet file with these fields or all that are read. It takes its name when it is whole.
    #[cfg(feature = "sql")]
    pub fn parquet(
        connector: &Connector,
        resource: &records::Resource,
        columns: Option<&[String]>,
        path: Option<&Path>,
    ) -> Result<Self, Error> {
        let to = parquet::Parquet::open(connector, resource.clone(), columns, path)?;
        let (format, times) = (Format::Jsonl, Vec::new());
        Ok(Sink { to: To::Parquet(Box::new(to)), format, columns: None, times, empty: true })
    }

    /// This program has nothing to write one with.
    #[cfg(not(feature = "sql"))]
    pub fn parquet(
        _: &Connector,
        _: &records::Resource,
        _: Option<&[String]>,
        _: Option<&Path>,
    ) -> Result<Self, Error> {
        Err(Error::Usage(
            "--format: parquet comes with SQL, which is not a part of this program: take jsonl or csv, or build it \
             with the feature `sql`"
                .into(),
        ))
    }

    /// Says how many there were, where somebody looks on.
    pub fn end(self) -> Result<(), Error> {
        match self.to {
            To::Table(items) if !self.empty => items.end(),
            #[cfg(feature = "sql")]
            To::Parquet(file) => file.end()?,
            _ => {}
        }
        Ok(())
    }

    /// Cuts the file back to `length` bytes and goes on there. Fails when it is shorter.
    pub fn file(
        path: &Path,
        length: u64,
        format: Format,
        columns: Option<Vec<String>>,
        times: Vec<String>,
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
        Ok(Sink { to: To::File { file, name }, format, columns, times, empty: length == 0 })
    }

    /// Writes records and flushes them: to a file, down to the disk. Gives the file's length.
    pub fn write(&mut self, records: &[Record]) -> Result<Option<u64>, Error> {
        #[cfg(feature = "sql")]
        if let To::Parquet(file) = &mut self.to {
            return file.write(records).map(|()| None);
        }
        if let To::Table(items) = &mut self.to {
            self.empty &= records.is_empty();
            let shown = records.iter().map(|record| shown(record, self.columns.as_deref()));
            items.add(shown.collect())?;
            return Ok(None);
        }
        let bytes = match self.format {
            Format::Jsonl => self.jsonl(records),
            Format::Csv => self.csv(records).map_err(Error::Output)?,
        };
        match &mut self.to {
            To::Table(_) => Ok(None),
            #[cfg(feature = "sql")]
            To::Parquet(_) => Ok(None),
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
            let line = shown(record, self.columns.as_deref());
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
            let cell = |name: &String| {
                let value = at(record, name);
                match self.times.contains(name) {
                    true => records::moment(&value).unwrap_or_else(|| cell(&value)),
                    false => cell(&value),
                }
            };
            lines.write_record(columns.iter().map(cell))?;
        }
        lines.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}

/// The record, or only some fields of it.
fn shown(record: &Record, columns: Option<&[String]>) -> Value {
    match columns {
        None => Value::Object(record.clone()),
        Some(columns) => columns.iter().map(|name| (name.clone(), at(record, name))).collect(),
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
