//! What tools answer with: an object, as a value for programs and as a text for models.

use connector_host::Failure;
use connector_host::contract::actions::Description;
use connector_host::contract::actions::Shape;
use rmcp::model::CallToolResult;
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

/// Arguments that do not fit, before anything runs. `path` is the argument.
pub fn invalid(path: &str, message: &str) -> CallToolResult {
    refusal(json!({
        "kind": "invalid-input", "code": "invalid-input", "message": "the input is wrong",
        "fields": [{"path": path, "message": message}],
    }))
}
