//! The schema `connector`: what the session asked, what became of its writes, and what tables take.

use std::sync::Arc;

use async_trait::async_trait;
use connector_host::{Connection, LimitLeft};
use connector_records::Resource;
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{MemTable, Session, TableProvider};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use serde_json::Value;

use crate::Error;
use crate::activity::Activity;
use crate::column::Source;
use crate::described::Described;

/// A table of what is in memory when it is read.
#[derive(Clone, Debug)]
pub(crate) enum System {
    /// `connector.calls`
    Calls(Arc<Activity>),
    /// `connector.outcomes`
    Outcomes(Arc<Activity>),
    /// `connector.limits`
    Limits(Vec<(String, Connection)>),
    /// `connector.tables`
    Tables(Arc<Vec<(String, Arc<Described>)>>),
    /// `connector.columns`
    Columns(Arc<Vec<(String, Arc<Described>)>>),
}

impl System {
    fn fields(&self) -> Vec<(&'static str, DataType)> {
        let (text, number, yes) = (DataType::Utf8, DataType::UInt64, DataType::Boolean);
        match self {
            System::Calls(_) => vec![
                ("action", text.clone()),
                ("input", text.clone()),
                ("requests", number.clone()),
                ("rows", number),
                ("seconds", DataType::Float64),
                ("error", text),
            ],
            System::Outcomes(_) => vec![
                ("row", number),
                ("table_name", text.clone()),
                ("key", text.clone()),
                ("ok", yes),
                ("data", text.clone()),
                ("error", text),
            ],
            System::Limits(_) => vec![
                ("table_schema", text.clone()),
                ("name", text),
                ("requests", number.clone()),
                ("seconds", DataType::Float64),
                ("room", number),
            ],
            System::Tables(_) => vec![
                ("table_schema", text.clone()),
                ("table_name", text.clone()),
                ("title", text),
                ("readable", yes.clone()),
                ("insertable", yes.clone()),
                ("updatable", yes.clone()),
                ("deletable", yes),
            ],
            System::Columns(_) => vec![
                ("table_schema", text.clone()),
                ("table_name", text.clone()),
                ("column_name", text.clone()),
                ("data_type", text.clone()),
                ("use", text.clone()),
                ("required", yes.clone()),
                ("insertable", yes.clone()),
                ("insert_required", yes.clone()),
                ("updatable", yes),
                ("comment", text),
            ],
        }
    }

    fn arrays(&self) -> Vec<ArrayRef> {
        match self {
            System::Calls(activity) => {
                let calls = activity.calls();
                let numbers = |of: fn(&crate::CallEntry) -> u64| -> ArrayRef {
                    Arc::new(UInt64Array::from_iter_values(calls.iter().map(of)))
                };
                vec![
                    Arc::new(StringArray::from_iter_values(calls.iter().map(|it| &it.action))),
                    Arc::new(StringArray::from_iter_values(calls.iter().map(|it| &it.input))),
                    numbers(|it| it.requests),
                    numbers(|it| it.rows),
                    Arc::new(Float64Array::from_iter_values(
                        calls.iter().map(|it| it.time.as_secs_f64()),
                    )),
                    Arc::new(calls.iter().map(|it| it.error.as_deref()).collect::<StringArray>()),
                ]
            }
            System::Outcomes(activity) => {
                let all = activity.outcomes();
                let texts = |of: fn(&Value) -> Option<String>, good: bool| -> ArrayRef {
                    let text = |it: &crate::activity::RowOutcome| match (&it.outcome.result, good) {
                        (Ok(value), true) | (Err(value), false) => of(value),
                        _ => None,
                    };
                    Arc::new(all.iter().map(text).collect::<StringArray>())
                };
                vec![
                    Arc::new(UInt64Array::from_iter_values(
                        all.iter().map(|it| it.outcome.index + 1),
                    )),
                    Arc::new(StringArray::from_iter_values(all.iter().map(|it| &it.table))),
                    Arc::new(StringArray::from_iter_values(
                        all.iter().map(|it| it.key.to_string()),
                    )),
                    Arc::new(
                        all.iter()
                            .map(|it| Some(it.outcome.result.is_ok()))
                            .collect::<BooleanArray>(),
                    ),
                    texts(|value| Some(value.to_string()), true),
                    texts(|value| Some(value.to_string()), false),
                ]
            }
            System::Limits(connections) => limits(connections),
            System::Tables(all) => tables(all),
            System::Columns(tables) => columns(tables),
        }
    }
}

/// What may be done with the rows of each table.
fn tables(all: &[(String, Arc<Described>)]) -> Vec<ArrayRef> {
    let flags = |of: fn(&Resource) -> bool| -> ArrayRef {
        Arc::new(all.iter().map(|(_, table)| Some(of(&table.resource))).collect::<BooleanArray>())
    };
    vec![
        Arc::new(StringArray::from_iter_values(all.iter().map(|(schema, _)| schema))),
        Arc::new(StringArray::from_iter_values(all.iter().map(|(_, table)| &table.resource.id))),
        Arc::new(StringArray::from_iter_values(all.iter().map(|(_, it)| &it.resource.title))),
        flags(|it| it.reader().is_ok()),
        flags(|it| it.create_action.is_some()),
        flags(|it| it.update_action.is_some()),
        flags(|it| it.delete_action.is_some()),
    ]
}

/// The rate limits of services, and how many requests have room now. What nobody has said is NULL.
fn limits(connections: &[(String, Connection)]) -> Vec<ArrayRef> {
    let of = |(schema, connection): &(String, Connection)| {
        let left = connection.limits_left().into_iter();
        left.map(|left| (schema.clone(), left)).collect::<Vec<_>>()
    };
    let all: Vec<(String, LimitLeft)> = connections.iter().flat_map(of).collect();
    let seconds = |left: &LimitLeft| Some(left.window.as_secs_f64()).filter(|it| *it > 0.0);
    let known = |count: u32| (count > 0).then_some(u64::from(count));
    vec![
        Arc::new(StringArray::from_iter_values(all.iter().map(|(schema, _)| schema))),
        Arc::new(StringArray::from_iter_values(all.iter().map(|(_, left)| &left.name))),
        Arc::new(all.iter().map(|(_, left)| known(left.limit)).collect::<UInt64Array>()),
        Arc::new(all.iter().map(|(_, left)| seconds(left)).collect::<Float64Array>()),
        Arc::new(UInt64Array::from_iter_values(all.iter().map(|(_, it)| it.left.into()))),
    ]
}

fn columns(tables: &[(String, Arc<Described>)]) -> Vec<ArrayRef> {
    let all: Vec<_> = tables
        .iter()
        .flat_map(|(schema, table)| {
            table.columns.iter().map(move |column| (schema, &table.resource.id, column))
        })
        .collect();
    let flags = |of: fn(&crate::column::Column) -> bool| -> ArrayRef {
        Arc::new(all.iter().map(|(_, _, column)| Some(of(column))).collect::<BooleanArray>())
    };
    let uses = |column: &crate::column::Column| match (&column.source, column.key, column.parent) {
        (_, true, _) => "key",
        (_, _, true) => "parent",
        (Source::Input { .. }, ..) => "input",
        (Source::Field(path), ..) if path.len() > 1 => "part",
        _ if !column.readable => "write only",
        _ => "field",
    };
    vec![
        Arc::new(StringArray::from_iter_values(all.iter().map(|(schema, ..)| schema))),
        Arc::new(StringArray::from_iter_values(all.iter().map(|(_, table, _)| table))),
        Arc::new(StringArray::from_iter_values(all.iter().map(|(.., column)| &column.name))),
        Arc::new(StringArray::from_iter_values(all.iter().map(|(.., column)| column.kind.word()))),
        Arc::new(StringArray::from_iter_values(all.iter().map(|(.., column)| uses(column)))),
        flags(|it| it.required),
        flags(|it| it.creatable),
        flags(|it| it.needed),
        flags(|it| it.updatable),
        Arc::new(all.iter().map(|(.., column)| column.comment.as_deref()).collect::<StringArray>()),
    ]
}

#[async_trait]
impl TableProvider for System {
    fn schema(&self) -> SchemaRef {
        let fields = self.fields().into_iter().map(|(name, kind)| Field::new(name, kind, true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let batch = RecordBatch::try_new(self.schema(), self.arrays())?;
        let table = MemTable::try_new(self.schema(), vec![vec![batch]])?;
        table.scan(state, projection, filters, limit).await
    }
}
