//! Inputs that stand in the query of an address.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::problem::Problem;

/// The fields of an input, with the types that its schema wants; of a field that is a list each value is
/// one of its items. What has one of these names and is no field is the route's own.
pub fn input<const N: usize>(
    schema: &Value,
    query: Vec<(String, String)>,
    own: [&str; N],
) -> (Map<String, Value>, [Option<String>; N]) {
    let mut input = Map::new();
    let mut found = [const { None }; N];
    for (name, text) in query {
        let field = &schema["properties"][&name];
        if let Some(at) = own.iter().position(|own| *own == name && field.is_null()) {
            found[at] = Some(text);
        } else if field["type"] == "array" {
            if let Value::Array(items) = input.entry(name).or_insert_with(|| json!([])) {
                items.push(connector_records::typed(&text, &field["items"]));
            }
        } else {
            let value = connector_records::typed(&text, field);
            input.insert(name, value);
        }
    }
    (input, found)
}

/// How many of the newest are wanted.
#[derive(Debug, Deserialize)]
pub struct Last {
    limit: Option<u32>,
}

impl Last {
    /// How many one answer holds.
    pub fn most(&self) -> u32 {
        self.limit.unwrap_or(100).min(1000)
    }
}

/// A whole number in a query.
pub fn number(name: &str, text: Option<String>) -> Result<Option<u64>, Problem> {
    let number = text.map(|text| text.parse::<u64>()).transpose();
    number.map_err(|_| Problem::field(name, "it is a whole number"))
}
