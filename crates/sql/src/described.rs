//! What is known of a table without asking the service.

use connector_host::Connector;
use connector_records::{self as records, Getting, Resource, schema};
use datafusion::arrow::datatypes::SchemaRef;
use serde_json::{Map, Value};

use crate::column::Column;
use crate::columns;

/// What is known of a table without asking the service.
#[derive(Debug)]
pub(crate) struct Described {
    pub resource: Resource,
    pub columns: Vec<Column>,
    pub schema: SchemaRef,
    /// What reading takes, with its schemas.
    pub inputs: Map<String, Value>,
    /// The schema of a row, as JSON.
    pub output: String,
    /// How a row is got by its key, if it can be.
    pub getting: Option<Getting>,
}

impl Described {
    pub fn new(connector: &Connector, resource: Resource) -> Result<Self, records::Error> {
        let (input, output) = match resource.reader() {
            Ok(_) => records::schemas(connector, &resource)?,
            Err(_) => (Value::Null, Value::Null),
        };
        let inputs = schema::properties(&input);
        let columns = columns::of_resource(connector, &resource, &input, &inputs, &output)?;
        let getting = Getting::find(connector, &resource)?;
        let schema = columns::schema(&columns);
        let output = output.to_string();
        Ok(Described { resource, columns, schema, inputs, output, getting })
    }

    /// The schema of an input of reading; null when there is none.
    pub fn input(&self, name: &str) -> &Value {
        self.inputs.get(name).unwrap_or(&Value::Null)
    }
}
