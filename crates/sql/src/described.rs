//! What is known of a table without asking the service.

use connector_host::Connection;
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
    /// How a row is got by its key, if it can be.
    pub getting: Option<Getting>,
}

impl Described {
    pub fn new(connection: &Connection, resource: Resource) -> Result<Self, records::Error> {
        let connector = connection.connector();
        let (input, output) = match resource.reader() {
            Ok(_) => records::schemas(connector, &resource)?,
            Err(_) => (Value::Null, Value::Null),
        };
        let inputs = schema::properties(&input);
        let columns = columns::of_resource(connector, &resource, &input, &inputs, &output)?;
        let getting = Getting::find(connector, &resource)?;
        let schema = columns::schema(&columns);
        Ok(Described { resource, columns, schema, inputs, getting })
    }

    /// The schema of an input of reading; null when there is none.
    pub fn input(&self, name: &str) -> &Value {
        self.inputs.get(name).unwrap_or(&Value::Null)
    }
}
