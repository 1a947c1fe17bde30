//! The forms in which rows are written.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use connector_records::Record;
use connector_sql::datafusion::arrow::array::RecordBatch;
use connector_sql::datafusion::arrow::datatypes::Schema;
use connector_sql::datafusion::arrow::ipc::writer::StreamWriter;
use connector_sql::datafusion::arrow::json::writer::{JsonArray, WriterBuilder};
use connector_sql::datafusion::parquet::arrow::ArrowWriter;

use crate::error::Error;
use crate::output;
use crate::rows::Format;
use crate::sink::Sink;

/// The form of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SqlFormat {
    /// For a person who looks on
    Table,
    /// A JSON object on each line
    #[value(alias = "ndjson")]
    Jsonl,
    /// One JSON array
    Json,
    /// A line with the names of the columns, then a line for each row
    Csv,
    /// A Parquet file
    Parquet,
    /// A stream of Arrow's IPC format
    Arrow,
}

/// Where rows go.
pub enum Output {
    /// What records are written with too: it wants the names of the columns.
    Plain {
        format: SqlFormat,
        out: Option<PathBuf>,
        sink: Option<Box<Sink>>,
    },
    Json {
        to: Box<dyn Write + Send>,
        empty: bool,
    },
    /// What EXPLAIN says, for a person.
    Plan,
    Binary {
        format: SqlFormat,
        to: Option<Box<dyn Write + Send>>,
        writer: Option<Binary>,
    },
}

/// A writer of a format with a schema of its own.
pub enum Binary {
    Parquet(Box<ArrowWriter<Box<dyn Write + Send>>>),
    Arrow(Box<StreamWriter<Box<dyn Write + Send>>>),
}

impl Output {
    /// A file is made anew.
    pub fn open(format: Option<SqlFormat>, out: Option<&Path>) -> Result<Self, Error> {
        let usual = match out.is_none() && output::is_terminal() {
            true => SqlFormat::Table,
            false => SqlFormat::Jsonl,
        };
        let format = format.unwrap_or(usual);
        let to = || -> Result<Box<dyn Write + Send>, Error> {
            Ok(match out {
                Some(path) => Box::new(File::create(path).map_err(Error::io(path.display()))?),
                None => Box::new(io::stdout()),
            })
        };
        Ok(match format {
            SqlFormat::Table | SqlFormat::Jsonl | SqlFormat::Csv => {
                Output::Plain { format, out: out.map(Path::to_owned), sink: None }
            }
            SqlFormat::Json => Output::Json { to: to()?, empty: true },
            SqlFormat::Parquet | SqlFormat::Arrow if out.is_none() && output::is_terminal() => {
                return Err(Error::Usage(
                    "--format: this one is not for a terminal; say --out FILE".into(),
                ));
            }
            SqlFormat::Parquet | SqlFormat::Arrow => {
                Output::Binary { format, to: Some(to()?), writer: None }
            }
        })
    }

    /// Before the first row.
    pub fn begin(&mut self, schema: &Arc<Schema>) -> Result<(), Error> {
        let names: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
        let for_people = matches!(self, Output::Plain { format: SqlFormat::Table, out: None, .. });
        if for_people && names == ["plan_type", "plan"] {
            *self = Output::Plan;
        }
        match self {
            Output::Plain { format, out, sink } => {
                let columns = schema.fields().iter().map(|field| field.name().clone()).collect();
                let (columns, none) = (Some(columns), Vec::new());
                *sink = Some(Box::new(match (format, out) {
                    (SqlFormat::Table, None) => Sink::table(columns, &none),
                    (SqlFormat::Csv, Some(path)) => {
                        Sink::file(path, 0, Format::Csv, columns, none)?
                    }
                    (SqlFormat::Csv, None) => Sink::stdout(Format::Csv, columns, none),
                    (_, Some(path)) => Sink::file(path, 0, Format::Jsonl, columns, none)?,
                    (_, None) => Sink::stdout(Format::Jsonl, columns, none),
                }));
            }
            Output::Plan => {}
            Output::Json { to, .. } => to.write_all(b"[").map_err(Error::Output)?,
            Output::Binary { format, to, writer } => {
                let Some(to) = to.take() else { return Ok(()) };
                *writer = Some(match format {
                    SqlFormat::Parquet => {
                        let writer = ArrowWriter::try_new(to, Arc::clone(schema), None);
                        Binary::Parquet(Box::new(writer.map_err(unwritten)?))
                    }
                    _ => {
                        let writer = StreamWriter::try_new(to, schema).map_err(unwritten)?;
                        Binary::Arrow(Box::new(writer))
                    }
                });
            }
        }
        Ok(())
    }

    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        match self {
            Output::Plain { sink, .. } => {
                if let Some(sink) = sink {
                    sink.write(&records(batch)?)?;
                }
            }
            Output::Plan => {
                for record in records(batch)? {
                    let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
                    let plan = text("plan");
                    output::lines(
                        std::iter::once(text("plan_type"))
                            .chain(plan.trim_end().lines().map(|line| format!("  {line}"))),
                    )?;
                }
            }
            Output::Json { to, empty } => {
                for record in records(batch)? {
                    let comma: &[u8] = if std::mem::take(empty) { b"\n" } else { b",\n" };
                    to.write_all(comma).map_err(Error::Output)?;
                    serde_json::to_writer(&mut *to, &record)
                        .map_err(|error| Error::Output(error.into()))?;
                }
            }
            Output::Binary { writer: Some(Binary::Parquet(writer)), .. } => {
                writer.write(batch).map_err(unwritten)?;
            }
            Output::Binary { writer: Some(Binary::Arrow(writer)), .. } => {
                writer.write(batch).map_err(unwritten)?;
            }
            Output::Binary { writer: None, .. } => {}
        }
        Ok(())
    }

    /// After the last row.
    pub fn end(self) -> Result<(), Error> {
        match self {
            Output::Plain { sink, .. } => {
                if let Some(sink) = sink {
                    sink.end()?;
                }
            }
            Output::Plan => {}
            Output::Json { mut to, .. } => {
                to.write_all(b"\n]\n").and_then(|()| to.flush()).map_err(Error::Output)?;
            }
            Output::Binary { writer: Some(Binary::Parquet(writer)), .. } => {
                writer.close().map_err(unwritten)?;
            }
            Output::Binary { writer: Some(Binary::Arrow(mut writer)), .. } => {
                writer.finish().map_err(unwritten)?;
            }
            Output::Binary { writer: None, .. } => {}
        }
        Ok(())
    }
}

/// The rows as records: times as RFC 3339, lists as JSON.
fn records(batch: &RecordBatch) -> Result<Vec<Record>, Error> {
    let mut json = Vec::new();
    let mut writer =
        WriterBuilder::new().with_explicit_nulls(true).build::<_, JsonArray>(&mut json);
    writer.write(batch).and_then(|()| writer.finish()).map_err(unwritten)?;
    drop(writer);
    if json.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_slice(&json).map_err(unwritten)
}

fn unwritten(error: impl std::fmt::Display) -> Error {
    Error::Output(io::Error::other(error.to_string()))
}
