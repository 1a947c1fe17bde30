//! Writes: rows go to the service in the batches that it takes, with an outcome for each.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use connector_records::{Mode, Outcome, Writing};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::datasource::provider_as_source;
use datafusion::datasource::sink::{DataSink, DataSinkExec};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, ident};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan};
use futures_util::StreamExt;
use serde_json::{Map, json};

use crate::Error;
use crate::activity::Entry;
use crate::column::Column as Known;
use crate::error::{external, only_reads, plan as refused};
use crate::record::record;
use crate::report::Report;
use crate::settings::Settings;
use crate::table::Table;

/// What is done with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writes {
    Create,
    Update,
    Delete,
}

impl Writes {
    fn mode(self) -> Mode {
        match self {
            Writes::Create => Mode::Create,
            Writes::Update => Mode::Update,
            Writes::Delete => Mode::Delete,
        }
    }

    fn action(self, table: &Table) -> Option<&str> {
        let resource = &table.described.resource;
        match self {
            Writes::Create => resource.create_action.as_deref(),
            Writes::Update => resource.update_action.as_deref(),
            Writes::Delete => resource.delete_action.as_deref(),
        }
    }

    /// What has been done, for people.
    fn done(self) -> &'static str {
        match self {
            Writes::Create => "inserted",
            Writes::Update => "updated",
            Writes::Delete => "deleted",
        }
    }
}

/// The plan that writes the rows of another one, but for the columns that are `only_read`. It gives their count;
/// when some are refused, it fails and says which, and the others are written all the same.
pub(crate) fn plan(
    table: &Table,
    writes: Writes,
    input: Arc<dyn ExecutionPlan>,
    only_read: Vec<String>,
) -> Result<Arc<dyn ExecutionPlan>, Error> {
    if !table.rights.writes {
        return Err(only_reads(
            "this session only reads: allow writes to change what the service keeps",
        ));
    }
    let id = &table.described.resource.id;
    if writes.action(table).is_none() {
        return Err(refused(format!("rows of `{id}` cannot be {}", writes.done())));
    }
    // Says what else stands against it before anything is read.
    let resource = table.described.resource.clone();
    Writing::new(&table.connection, resource, writes.mode(), Map::new()).map_err(external)?;
    let columns = input.schema();
    let named = columns.fields().iter().map(|field| {
        let found = table.described.columns.iter().find(|column| column.name == *field.name());
        found.cloned().ok_or_else(|| refused(format!("`{id}` has no column `{}`", field.name())))
    });
    let columns = named.collect::<Result<Vec<Known>, Error>>()?;
    let sink = Sink { table: table.clone(), writes, columns, only_read, schema: input.schema() };
    Ok(Arc::new(DataSinkExec::new(input, Arc::new(sink), None)))
}

/// The rows that a predicate names, with their keys and parents, and with what is assigned to them; then the columns
/// that are there only because the statement gives them back.
pub(crate) async fn rows(
    table: &Table,
    state: &dyn Session,
    assignments: &[(String, Expr)],
    filters: Vec<Expr>,
) -> Result<(Arc<dyn ExecutionPlan>, Vec<String>), Error> {
    let described = &table.described;
    for (name, _) in assignments {
        let column = described.columns.iter().find(|column| column.name == *name);
        if let Some(column) = column.filter(|column| !column.updatable) {
            return Err(refused(format!(
                "`{}.{}` cannot be changed: no action sets it",
                described.resource.id, column.name
            )));
        }
    }
    let assigned = |name: &str| assignments.iter().any(|(assigned, _)| assigned == name);
    let told = described.columns.iter().filter(|column| column.key || column.parent);
    let mut wanted: Vec<Expr> =
        told.filter(|it| !assigned(&it.name)).map(|it| ident(&it.name)).collect();
    for (name, value) in assignments {
        wanted.push(value.clone().alias(name));
    }
    let is_told = |name: &&String| {
        let mut told = described.columns.iter().filter(|column| column.key || column.parent);
        assigned(name) || told.any(|column| column.name == **name)
    };
    let returned = table.returned.iter().flat_map(|returned| &returned.wanted);
    let only_read: Vec<String> = returned.filter(|name| !is_told(name)).cloned().collect();
    wanted.extend(only_read.iter().map(ident));
    let source = provider_as_source(Arc::new(table.clone()));
    let name = described.resource.id.clone();
    let mut builder = LogicalPlanBuilder::scan(name, source, None)?;
    if let Some(filter) = filters.into_iter().map(unqualified).reduce(Expr::and) {
        builder = builder.filter(filter)?;
    }
    let wanted: Vec<Expr> = wanted.into_iter().map(unqualified).collect();
    let input = state.create_physical_plan(&builder.project(wanted)?.build()?).await?;
    Ok((input, only_read))
}

/// There is only one table, whatever the statement calls it.
fn unqualified(expr: Expr) -> Expr {
    let bare = |expr| match expr {
        Expr::Column(column) => {
            Transformed::yes(Expr::Column(Column::new_unqualified(column.name)))
        }
        expr => Transformed::no(expr),
    };
    match expr.clone().transform(|expr| Ok(bare(expr))) {
        Ok(transformed) => transformed.data,
        Err(_) => expr,
    }
}

#[derive(Debug)]
struct Sink {
    table: Table,
    writes: Writes,
    columns: Vec<Known>,
    /// Those of the columns that are given back and not written.
    only_read: Vec<String>,
    schema: SchemaRef,
}

impl DisplayAs for Sink {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Calls: action={}", self.writes.action(&self.table).unwrap_or_default())
    }
}

#[async_trait]
impl DataSink for Sink {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    async fn write_all(
        &self,
        mut data: SendableRecordBatchStream,
        context: &Arc<TaskContext>,
    ) -> Result<u64, Error> {
        let settings = Settings::of_task(context);
        let Table { connection, described, activity, .. } = &self.table;
        let action = self.writes.action(&self.table).unwrap_or_default();
        activity.forget_outcomes();
        let columns: Vec<&Known> = self.columns.iter().collect();
        let mut entry = Entry::new(Arc::clone(activity), action, String::new());
        let mode = self.writes.mode();
        let resource = described.resource.clone();
        let writing = Writing::new(connection, resource, mode, Map::new()).map_err(external)?;
        let most = settings.max_requests;
        let mut writing = writing.at_once(if most > 0 { 1 } else { settings.at_once });
        let fields = self.columns.iter().filter(|it| self.only_read.contains(&it.name));
        let fields = fields.filter_map(|column| column.field().map(str::to_owned)).collect();
        let mut report = Report::new(&self.table, self.writes.done(), fields);
        let mut waiting = Vec::new();
        loop {
            let batch = data.next().await.transpose()?;
            let over = batch.is_none();
            if let Some(batch) = batch {
                waiting.extend((0..batch.num_rows()).map(|row| record(&columns, &batch, row)));
            }
            // What changes rows of the table that it reads knows all of them before the first change.
            if !over && self.writes != Writes::Create {
                continue;
            }
            for record in waiting.drain(..) {
                let index = report.rows();
                let record = report.begin(record);
                if settings.dry_run {
                    let told = |record| json!({"dry_run": record});
                    let result = record.map(told).map_err(|why| json!({"message": why}));
                    report.take(vec![Outcome { index, result }]).await;
                    continue;
                }
                let record = match most > 0 && entry.spent() >= most {
                    true => Err(format!("not attempted: `connector.max_requests` is {most}")),
                    false => record,
                };
                report.take(writing.push(record, &mut entry).await).await;
            }
            if over {
                break;
            }
        }
        report.take(writing.flush(&mut entry).await).await;
        entry.rows(report.done());
        report.end()
    }
}
