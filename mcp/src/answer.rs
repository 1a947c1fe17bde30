//! What tools answer with: an object, as a value for programs and as a text for models.

use std::ops::RangeInclusive;

use connector_host::Failure;
use connector_host::contract::actions::{Description, Shape};
use rmcp::model::{CallToolResult, JsonObject};
use serde_json::{Value, json};

use crate::schema;

/// The end of an action: its output, or what a list has come to.
pub struct Ended {
    pub output: Value,
    pub items: Vec<Value>,
    /// There are more items.
    pub truncated: bool,
}

/// Fits the tool's output schema: see [`schema::answer`].
pub fn success(description: &Description, ended: Ended) -> CallToolResult {
    let Ended { output, items, truncated } = ended;
    let value = match description.action.shape {
        Shape::Items => {
            let mut value = json!({"items": items});
            if truncated {
                value["truncated"] = true.into();
            }
            if !output.is_null() {
                value["output"] = output;
            }
            value
        }
        Shape::Single if schema::is_object(&schema::plain(&description.output)) => output,
        Shape::Single => json!({"output": output}),
    };
    CallToolResult::structured(value)
}

/// `kind`, `message`, and what is known of `code`, `advice`, `fields`, `status` and so on.
pub fn failure(failure: &Failure) -> CallToolResult {
    refusal(failure.json())
}

/// An error that this server gives itself, in the form of the connector's.
pub fn refusal(mut error: Value) -> CallToolResult {
    if let Some(members) = error.as_object_mut() {
        members.retain(|_, value| {
            !value.is_null() && value.as_array().is_none_or(|it| !it.is_empty())
        });
    }
    CallToolResult::structured_error(error)
}

/// An argument of this server's own that does not fit.
#[derive(Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The argument's name.
    pub path: &'static str,
    pub message: String,
}

impl Invalid {
    pub fn new(path: &'static str, message: impl Into<String>) -> Self {
        Invalid { path, message: message.into() }
    }
}

impl From<Invalid> for CallToolResult {
    fn from(Invalid { path, message }: Invalid) -> Self {
        refusal(json!({
            "kind": "invalid-input", "code": "invalid-input", "message": "the input is wrong",
            "fields": [{"path": path, "message": message}],
        }))
    }
}

/// A whole number out of the arguments; the default when it is absent or null.
pub fn number(
    arguments: &JsonObject,
    path: &'static str,
    default: u64,
    range: RangeInclusive<u64>,
) -> Result<usize, Invalid> {
    let found = match arguments.get(path) {
        None | Some(Value::Null) => Some(default),
        Some(given) => given.as_u64().filter(|given| range.contains(given)),
    };
    let (least, most) = (range.start(), range.end());
    let wrong = || Invalid::new(path, format!("must be a whole number from {least} to {most}"));
    found.map(|number| number as usize).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_range() {
        let number = |given| {
            let arguments = JsonObject::from_iter([("count".to_owned(), given)]);
            number(&arguments, "count", 5, 1..=9).map_err(|invalid| invalid.message)
        };
        assert_eq!((number(json!(9)), number(Value::Null)), (Ok(9), Ok(5)));
        for wrong in [json!(0), json!(10), json!(-1), json!(1.5), json!("3")] {
            assert_eq!(number(wrong), Err("must be a whole number from 1 to 9".into()));
        }
    }
}
