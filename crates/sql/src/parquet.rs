//! Records as a Parquet file, with the columns of their table.

use std::fmt;
use std::io::Write;

use connector_host::Connector;
use connector_records::{Record, Resource};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use serde_json::Map;

use crate::Error;
use crate::column::{Column, Source};
use crate::columns;
use crate::described::Described;
use crate::error::{external, plan};
use crate::record::batch;

/// Writes records of one resource. The file is whole when it has been closed.
pub struct ParquetFile {
    resource: String,
    columns: Vec<Column>,
    schema: SchemaRef,
    writer: ArrowWriter<Box<dyn Write + Send>>,
}

impl ParquetFile {
    /// With the columns of these fields, in this order, or of all that are read; `owner.name` is a field of an
    /// object. Fails when there is no such field.
    pub fn new(
        connector: &Connector,
        resource: Resource,
        fields: Option<&[String]>,
        to: Box<dyn Write + Send>,
    ) -> Result<Self, Error> {
        let id = resource.id.clone();
        let described = Described::new(connector, resource).map_err(external)?;
        let is_read =
            |column: &&Column| column.readable && matches!(column.source, Source::Field(_));
        let known = described.columns.into_iter().filter(|column| is_read(&column));
        let known: Vec<Column> = known.collect();
        let columns = match fields {
            None => known,
            Some(fields) => {
                let column = |field: &String| {
                    let source = Source::Field(field.split('.').map(str::to_owned).collect());
                    let found = known.iter().find(|column| column.source == source);
                    found.cloned().ok_or_else(|| plan(format!("`{id}` has no field `{field}`")))
                };
                fields.iter().map(column).collect::<Result<_, Error>>()?
            }
        };
        let schema = columns::schema(&columns);
        let writer = ArrowWriter::try_new(to, SchemaRef::clone(&schema), None)?;
        Ok(ParquetFile { resource: id, columns, schema, writer })
    }

    /// Fails when a value is of another type than its column.
    pub fn write(&mut self, records: &[Record]) -> Result<(), Error> {
        let columns: Vec<&Column> = self.columns.iter().collect();
        let batch = batch(&self.resource, &columns, &self.schema, records, &Map::new())?;
        Ok(self.writer.write(&batch)?)
    }

    /// Writes what a file ends with.
    pub fn close(self) -> Result<(), Error> {
        Ok(self.writer.close().map(drop)?)
    }
}

impl fmt::Debug for ParquetFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetFile").field("resource", &self.resource).finish_non_exhaustive()
    }
}
