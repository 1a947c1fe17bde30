//! What tools answer with: an object, as a value for programs and as a text for models. Errors are
//! texts alone, so that no program takes one for a success.

use connector_host::contract::actions::{Action, Description, Shape};
use connector_host::{Error, Mask, Shown};
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

use crate::arguments::Invalid;
use crate::compact::Compact;
use crate::names::Names;
use crate::schema::{self, SKIP};

/// The end of an action: its output, or what a list has come to.
pub struct Ended {
    pub output: Value,
    pub items: Vec<Value>,
    /// How many items come before them.
    pub skipped: usize,
    /// There are more items.
    pub more: bool,
}

/// What came of it, and behind that what else is to be said, where there is something.
pub fn success(
    description: &Description,
    shown: &Shown,
    compact: &Compact,
    names: &Names,
    ended: Ended,
    behind: impl IntoIterator<Item = (&'static str, Option<Value>)>,
) -> CallToolResult {
    let Ended { mut output, mut items, skipped, more } = ended;
    items.iter_mut().chain([&mut output]).for_each(|value| shown.apply(value));
    let id = &description.action.id;
    items.iter().chain([&output]).for_each(|thing| names.learn(id, thing));
    items.iter_mut().for_each(|item| compact.apply(item, true));
    if compact.is_default() {
        items.iter_mut().chain([&mut output]).for_each(|thing| names.tell(thing));
    }
    let kept = compact.fit(&items);
    let next = (more || kept < items.len()).then_some(skipped + kept);
    items.truncate(kept);
    compact.apply(&mut output, false);
    let mut value = match description.action.shape {
        Shape::Items => {
            let mut value = json!({"items": items});
            if let Some(skip) = next {
                value["truncated"] = true.into();
                value["next"] = json!({SKIP: skip});
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
    for (name, said) in behind {
        // A member of the answer's own stays.
        if let (Some(said), None) = (said, value.get(name)) {
            value[name] = said;
        }
    }
    CallToolResult::structured(value)
}

/// `kind`, `message`, and what is known of `code`, `advice`, `fields`, `status` and so on.
pub fn failure(failure: &Error) -> CallToolResult {
    refusal(failure.json())
}

/// The same without what was given as a secret, and without what the service's own words tell that is
/// not to be shown; `better` may say it in other words.
pub fn masked_failure(
    failure: &Error,
    given: &Mask,
    shown: &Shown,
    better: impl FnOnce(&mut Value),
) -> CallToolResult {
    let mut error = failure.json();
    better(&mut error);
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

/// That a connection lacks scopes for an action.
pub fn missing(action: &Action, lacking: &[String]) -> CallToolResult {
    refusal(json!({
        "kind": "forbidden",
        "code": "missing-scope",
        "message": format!("`{}` needs scopes that this connection does not have", action.id),
        "advice": "ask the person to connect again and to grant these scopes, or to allow them here",
        "scopes": lacking,
    }))
}

impl From<Invalid> for CallToolResult {
    fn from(Invalid { path, message }: Invalid) -> Self {
        refusal(json!({
            "kind": "invalid-input", "code": "invalid-input", "message": "the input is wrong",
            "fields": [{"path": path, "message": message}],
        }))
    }
}

#[cfg(test)]
mod tests {
    use connector_host::contract::ErrorKind;
    use rmcp::model::JsonObject;

    use super::*;

    fn answered(output: &str, value: Value) -> Value {
        let description = crate::testing::description("thing.do", "{}", output);
        let ended = Ended { output: value, items: Vec::new(), skipped: 0, more: false };
        let compact = Compact::take(&description, &mut JsonObject::new()).unwrap();
        let shown = Shown::new(&description.output);
        let result = success(&description, &shown, &compact, &Names::default(), ended, None);
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
        let result = masked_failure(&error.into(), &given, &shown, |_| {});
        assert_eq!((result.is_error, result.structured_content), (Some(true), None));
        let text = result.content[0].as_text().unwrap().text.clone();
        let said: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(said["message"], "not [secret]");
        let masked = json!({"said": "[secret]", "password": "[secret]", "note": "n"});
        assert_eq!(said["details"], masked);
    }
}
