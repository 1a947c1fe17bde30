//! Records as batches, and rows of batches as records.

use std::collections::BTreeMap;
use std::sync::Arc;

use connector_records::Record;
use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use serde_json::{Map, Value};

use crate::Error;
use crate::column::{Column, Source};
use crate::error::execution;
use crate::files;
use crate::kind::Kind;
use crate::pushed_input::json;

/// `given`: the inputs that the rows were asked for with, for the columns that stand for them.
pub(crate) fn batch(
    table: &str,
    columns: &[&Column],
    schema: &SchemaRef,
    rows: &[Record],
    given: &Map<String, Value>,
) -> Result<RecordBatch, Error> {
    let arrays = columns.iter().map(|column| {
        let array = match &column.source {
            Source::Field(_) if column.readable => {
                column.kind.array(rows.iter().map(|row| column.value(row)))
            }
            Source::Member { .. } => column.kind.array(rows.iter().map(|_| None)),
            Source::Field(_) | Source::Input { .. } => {
                let name = column.input().unwrap_or_default();
                // Of several values that were asked for nobody knows which one a row is about.
                let one = match given.get(name) {
                    Some(Value::Array(values)) => values.first().filter(|_| values.len() == 1),
                    one => one,
                };
                column.kind.array(rows.iter().map(|_| one))
            }
        };
        array.map_err(|value| {
            let (name, kind) = (&column.name, column.kind);
            let shown: String = value.to_string().chars().take(80).collect();
            let kind = kind.word();
            execution(format!("`{table}.{name}`: the service gave {shown}, which is no {kind}"))
        })
    });
    let arrays = arrays.collect::<Result<Vec<ArrayRef>, Error>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)?)
}

/// One row of a batch. Columns without a value are left out.
pub(crate) fn record(
    columns: &[&Column],
    batch: &RecordBatch,
    row: usize,
) -> Result<Record, String> {
    let (mut record, mut members) =
        (Record::new(), BTreeMap::<&String, (&Arc<Value>, Map<_, _>)>::new());
    for (column, array) in columns.iter().zip(batch.columns()) {
        let value = ScalarValue::try_from_array(array, row).map_err(|error| error.to_string())?;
        if value.is_null() {
            continue;
        }
        if let Source::Member { field, member, object } = &column.source {
            let (_, given) = members.entry(field).or_insert_with(|| (object, Map::new()));
            given.insert(member.clone(), value_of(column, &value)?);
            continue;
        }
        let Some(field) = column.field() else {
            let name = &column.name;
            return Err(match &column.source {
                Source::Field(path) => {
                    format!("`{name}` is a part of `{}`: write that as JSON", path[0])
                }
                Source::Input { .. } | Source::Member { .. } => {
                    format!("`{name}` is an input of reading, and no field")
                }
            });
        };
        record.insert(field.to_owned(), value_of(column, &value)?);
    }
    for (field, (object, given)) in members {
        if record.insert(field.clone(), files::object(field, object, given)?).is_some() {
            return Err(format!("`{field}` is given as a whole and in parts: leave one out"));
        }
    }
    Ok(record)
}

fn value_of(column: &Column, value: &ScalarValue) -> Result<Value, String> {
    let unfit = || format!("`{}` takes no {}", column.name, value.data_type());
    match (column.kind, value) {
        (Kind::Base64, ScalarValue::Binary(Some(bytes))) => Ok(files::base64(bytes).into()),
        (Kind::Blob, ScalarValue::Binary(Some(bytes))) => Ok(files::data(bytes).into()),
        (Kind::Json, value) => {
            let text =
                json(value).and_then(|it| it.as_str().map(str::to_owned)).ok_or_else(unfit)?;
            serde_json::from_str(&text)
                .map_err(|error| format!("`{}` is no JSON: {error}", column.name))
        }
        (_, ScalarValue::List(list)) => {
            let items = list.value(0);
            let item = |at| {
                let value = ScalarValue::try_from_array(&items, at).map_err(|it| it.to_string())?;
                if value.is_null() { Ok(Value::Null) } else { json(&value).ok_or_else(unfit) }
            };
            (0..items.len()).map(item).collect::<Result<Vec<_>, _>>().map(Value::Array)
        }
        (_, value) => json(value).ok_or_else(unfit),
    }
}
