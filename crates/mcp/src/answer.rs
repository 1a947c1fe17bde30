//! What tools answer with: an object, as a value for programs and as a text for models. Errors are
//! texts alone: clients hold every value against the output schema, which is that of successes.

use std::ops::RangeInclusive;

use connector_host::contract::actions::{Description, Shape};
use connector_host::{Error, Mask, Shown};
use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
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
pub fn success(description: &Description, shown: &Shown, ended: Ended) -> CallToolResult {
    let Ended { mut output, mut items, truncated } = ended;
    items.iter_mut().chain([&mut output]).for_each(|value| shown.apply(value));
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
        Shape::Single if schema::is_object(&schema::plain(&description.output)) => match output {
            Value::Object(_) => output,
            // The service said nothing, though the schema promises an object.
            Value::Null => json!({}),
            other => json!({"output": other}),
        },
        Shape::Single => json!({"output": output}),
    };
    CallToolResult::structured(value)
}

/// `kind`, `message`, and what is known of `code`, `advice`, `fields`, `status` and so on.
pub fn failure(failure: &Error) -> CallToolResult {
    refusal(failure.json())
}

/// The same without what was given as a secret, and without what the service's own words tell that is
/// not to be shown.
pub fn masked_failure(failure: &Error, given: &Mask, shown: &Shown) -> CallToolResult {
    let mut error = failure.json();
    shown.apply(&mut error["details"]);
    let masked = given.apply(error.to_string());
    refusal(serde_json::from_str(&masked).unwrap_or(error))
}

/// An error that this server gives itself, in the form of the connector's.
pub fn refusal(mut error: Value) -> CallToolResult {
    if let Some(members) = error.as_object_mut() {
        members.retain(|_, value| {
            !value.is_null() && value.as_array().is_none_or(|it| !it.is_empty())
        });
    }
    CallToolResult::error(vec![ContentBlock::text(error.to_string())])
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
    use connector_host::contract::actions::Action;
    use connector_host::contract::{Effect, ErrorKind};

    use super::*;

    fn answered(output: &str, value: Value) -> Value {
        let action = Action {
            id: "thing.do".into(),
            operation_id: None,
            title: String::new(),
            summary: String::new(),
            group: String::new(),
            scopes: Vec::new(),
            effect: Effect::Write,
            destructive: false,
            shape: Shape::Single,
            notes: Vec::new(),
            deprecation: None,
            extensions: Vec::new(),
        };
        let (input, output, examples) = ("{}".into(), output.to_owned(), Vec::new());
        let description = Description { action, input, output, examples };
        let ended = Ended { output: value, items: Vec::new(), truncated: false };
        let result = success(&description, &Shown::new(&description.output), ended);
        assert_eq!(result.is_error, Some(false));
        result.structured_content.unwrap()
    }

    #[test]
    fn an_answer_is_an_object_whatever_came() {
        let object = r#"{"type": "object", "properties": {"key": {"x-secret": true}}}"#;
        assert_eq!(
            answered(object, json!({"key": "k", "a": 1})),
            json!({"key": "[secret]", "a": 1})
        );
        assert_eq!(answered(object, Value::Null), json!({}));
        assert_eq!(answered(object, json!([1])), json!({"output": [1]}));
        assert_eq!(
            answered(r#"{"type": ["object", "null"]}"#, Value::Null),
            json!({"output": null})
        );
        assert_eq!(answered("{}", json!("text")), json!({"output": "text"}));
    }

    #[test]
    fn an_error_is_a_text_without_what_was_given_as_a_secret() {
        let given =
            Mask::new(r#"{"properties": {"key": {"x-secret": true}}}"#, r#"{"key": "k\"1"}"#);
        let details = r#"{"said": "k\"1", "password": "p", "note": "n"}"#;
        let error = connector_host::contract::Error {
            details: Some(details.into()),
            ..connector_host::contract::Error::new(ErrorKind::Rejected, "no", "not k\"1")
        };
        let shown =
            Shown::new("{}").and_names_of(r#"{"properties": {"password": {"x-secret": true}}}"#);
        let result = masked_failure(&error.into(), &given, &shown);
        assert_eq!((result.is_error, result.structured_content), (Some(true), None));
        let text = result.content[0].as_text().unwrap().text.clone();
        let said: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(said["message"], "not [secret]");
        let masked = json!({"said": "[secret]", "password": "[secret]", "note": "n"});
        assert_eq!(said["details"], masked);
    }

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
