//! Whose a call is: a server has one connection, or several of the same connector.

use connector_host::Connection;
use connector_host::contract::triggers;
use rmcp::model::{JsonObject, Tool};
use serde_json::{Value, json};

use crate::confirm::Confirmations;
use crate::names::Names;
use crate::watch::Watches;

/// The argument that says whose a call is, where there are several connections.
pub const CONNECTION: &str = "connection";

/// A connection, as people know it.
#[derive(Clone, Debug)]
pub struct Account {
    /// What tools take as `connection`.
    pub name: String,
    /// Whom it belongs to, for people.
    pub owner: Option<String>,
    /// What calls run on.
    pub connection: Connection,
}

impl Account {
    /// Such as `shop (Studio Fern)`.
    pub(crate) fn title(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{} ({owner})", self.name),
            None => self.name.clone(),
        }
    }
}

/// An account, and what is remembered for it alone.
pub struct Held {
    pub account: Account,
    pub confirmations: Confirmations,
    pub names: Names,
    pub triggers: Vec<triggers::Description>,
    pub watches: Watches,
}

/// Gives a tool the argument for these accounts.
pub fn add(tool: &mut Tool, accounts: &[Account], required: bool) {
    let names: Vec<&str> = accounts.iter().map(|account| account.name.as_str()).collect();
    let mut schema = (*tool.input_schema).clone();
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    properties[CONNECTION] = json!({"type": "string", "enum": names});
    if required {
        let needed = schema.entry("required").or_insert_with(|| json!([]));
        if let Value::Array(needed) = needed {
            needed.insert(0, CONNECTION.into());
        }
    }
    tool.input_schema = schema.into();
}

/// Takes the argument out of a call; `inner` ones hold those of the tool that is called by another.
pub fn take(arguments: &mut JsonObject) -> Option<Value> {
    let inner = |arguments: &mut JsonObject| {
        arguments.get_mut("arguments")?.as_object_mut()?.remove(CONNECTION)
    };
    arguments.remove(CONNECTION).or_else(|| inner(arguments)).filter(|it| !it.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_argument_may_stand_beside_those_of_the_tool_that_is_called() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let mut beside = object(json!({"name": "a", "connection": "x", "arguments": {"b": 1}}));
        assert_eq!(take(&mut beside), Some("x".into()));
        let mut within = object(json!({"name": "a", "arguments": {"connection": "x", "b": 1}}));
        assert_eq!(take(&mut within), Some("x".into()));
        assert_eq!(beside, within);
        assert_eq!(take(&mut within), None);
    }
}
