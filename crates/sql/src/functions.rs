//! Functions that are read like tables: `run('boards.create', '{"name": "Recipes"}')` and
//! `choices('board_id')`.

use std::sync::Arc;

use async_trait::async_trait;
use connector_host::contract::Effect;
use connector_host::{Call, Connection, Shown};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableFunctionArgs;
use datafusion::catalog::{Session, TableFunctionImpl, TableProvider};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use serde_json::{Value, json};

use crate::Error;
use crate::activity::Activity;
use crate::call;
use crate::column::Column;
use crate::columns;
use crate::connected::Rights;
use crate::error::{external, only_reads, plan};
use crate::scan::Scan;
use crate::source::Ask;

/// `run(action, input)`: what an action gives, a row for each item of a list.
#[derive(Debug)]
pub(crate) struct Run {
    pub connection: Connection,
    pub activity: Arc<Activity>,
    pub rights: Rights,
}

impl TableFunctionImpl for Run {
    fn call_with_args(
        &self,
        arguments: TableFunctionArgs<'_, '_>,
    ) -> Result<Arc<dyn TableProvider>, Error> {
        let arguments = arguments.exprs();
        let action = call::text("run", "the id of an action", arguments, 0)?;
        let input = call::object("run", arguments, 1)?;
        let found = self.connection.connector().action(&action).map_err(external)?;
        if found.action.effect != Effect::Read && !self.rights.writes {
            return Err(only_reads(format!(
                "`{action}` changes what the service keeps, and this session only reads"
            )));
        }
        let output: Value = serde_json::from_str(&found.output)
            .map_err(|error| plan(format!("the schema of `{action}` is not JSON: {error}")))?;
        Ok(Arc::new(Called {
            connection: self.connection.clone(),
            activity: Arc::clone(&self.activity),
            columns: columns::of_output(&output),
            ask: Ask::Call {
                call: Call::Action { id: action, input: Value::Object(input).to_string() },
            },
            shown: self.rights.hidden.of(&found.output),
        }))
    }
}

/// `choices(field, action, input)`: the values that a field takes now, with their titles. Without an
/// action the first one is taken that has such a field.
#[derive(Debug)]
pub(crate) struct Choices {
    pub connection: Connection,
    pub activity: Arc<Activity>,
    /// The ids of all actions, in the connector's order.
    pub actions: Arc<Vec<String>>,
}

impl TableFunctionImpl for Choices {
    fn call_with_args(
        &self,
        arguments: TableFunctionArgs<'_, '_>,
    ) -> Result<Arc<dyn TableProvider>, Error> {
        let arguments = arguments.exprs();
        let field = call::text("choices", "the name of a field", arguments, 0)?;
        let action = match arguments.len() {
            1 => self.with_field(&field)?,
            _ => call::text("choices", "the id of an action", arguments, 1)?,
        };
        let input = Value::Object(call::object("choices", arguments, 2)?).to_string();
        let schema =
            json!({"properties": {"value": {"type": "string"}, "title": {"type": "string"}}});
        Ok(Arc::new(Called {
            connection: self.connection.clone(),
            activity: Arc::clone(&self.activity),
            columns: columns::of_output(&schema),
            ask: Ask::Call { call: Call::ActionChoices { id: action, field, input, query: None } },
            shown: None,
        }))
    }
}

impl Choices {
    /// The first action with choices for this field that need nothing else; or else the first one.
    fn with_field(&self, field: &str) -> Result<String, Error> {
        let connector = self.connection.connector();
        let mut first = None;
        for id in self.actions.iter() {
            let found = connector.action(id).map_err(external)?;
            let input: Value = serde_json::from_str(&found.input).unwrap_or_default();
            let Some(needs) = input["properties"][field]["x-choices"].as_array() else { continue };
            if needs.is_empty() {
                return Ok(id.clone());
            }
            first.get_or_insert_with(|| id.clone());
        }
        first.ok_or_else(|| plan(format!("no action has choices for a field `{field}`")))
    }
}

/// What a call gives, as a table.
#[derive(Debug)]
struct Called {
    connection: Connection,
    activity: Arc<Activity>,
    columns: Vec<Column>,
    ask: Ask,
    shown: Option<Arc<Shown>>,
}

#[async_trait]
impl TableProvider for Called {
    fn schema(&self) -> SchemaRef {
        columns::schema(&self.columns)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let columns = match projection {
            Some(projection) => projection.iter().map(|at| self.columns[*at].clone()).collect(),
            None => self.columns.clone(),
        };
        let (connection, activity) = (self.connection.clone(), Arc::clone(&self.activity));
        let scan = Scan::new(connection, activity, self.ask.clone(), columns, limit);
        Ok(Arc::new(scan.hiding(self.shown.clone())))
    }
}
