//! Keeps what a person marked as secret out of what is shown.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::contract::Request;
use crate::redact::Redactor;

/// The texts of an input that its schema marks with `x-secret`.
#[derive(Default)]
pub struct Mask(Option<Redactor>);

impl Mask {
    /// `input` may be anything: what does not fit the schema is not looked at.
    pub fn new(schema: &str, input: &str) -> Self {
        let parse = |text| serde_json::from_str(text).unwrap_or_default();
        let (schema, mut input): (Value, Value) = (parse(schema), parse(input));
        let mut secrets = Vec::new();
        walk(&schema, &schema, &mut input, TURNS, &mut |schema, value| {
            let secret = schema["x-secret"] == true;
            if secret {
                collect(value, &mut secrets);
            }
            secret
        });
        let found = !secrets.is_empty();
        Mask(found.then(|| Redactor::everything(secrets.iter().map(String::as_str))))
    }

    /// Whether there is nothing to keep out.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The same for a request that is shown, before it is written in any other way.
    pub fn request(&self, request: Request) -> Request {
        match &self.0 {
            Some(redactor) => redactor.request(request),
            None => request,
        }
    }

    /// The text without those values, however it writes them.
    pub fn apply(&self, text: String) -> String {
        match &self.0 {
            Some(redactor) => redactor.text(text),
            None => text,
        }
    }
}

/// What an answer shows to others than the caller's own program: a language model, a table on a
/// screen. Of what the schema of the output marks with `x-secret`, nothing; of what it marks with
/// `x-personal`, nothing unless that was asked for.
pub struct Shown {
    schema: Value,
    personal: bool,
    /// Members that are not shown wherever they stand, and what stands in their place.
    names: BTreeMap<String, &'static str>,
}

const SECRET: &str = "[secret]";
const PERSONAL: &str = "[personal]";

/// References and alternatives in a row at one value. A schema that needs more leads nowhere.
const TURNS: u32 = 32;

impl Shown {
    /// By the JSON Schema of an output or of an item.
    pub fn new(schema: &str) -> Self {
        let schema = serde_json::from_str(schema).unwrap_or_default();
        Shown { schema, personal: false, names: BTreeMap::new() }
    }

    /// Also all members of the names that another schema marks, wherever they stand: for answers
    /// whose own schema says nothing.
    pub fn and_names_of(mut self, schema: &str) -> Self {
        names(&serde_json::from_str(schema).unwrap_or_default(), &mut self.names);
        self
    }

    /// Leaves what is personal as it is.
    pub fn with_personal(mut self, personal: bool) -> Self {
        self.personal = personal;
        self
    }

    /// Replaces what is not to be shown. A value keeps its kind, so that it still fits the schema.
    pub fn apply(&self, value: &mut Value) {
        walk(&self.schema, &self.schema, value, TURNS, &mut |schema, value| {
            let Some(with) = mark(schema).filter(|with| self.hides(with)) else { return false };
            replace(value, with);
            true
        });
        if !self.names.is_empty() {
            self.hide_names(value);
        }
    }

    fn hides(&self, mark: &str) -> bool {
        mark == SECRET || !self.personal
    }

    fn hide_names(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match self.names.get(name).filter(|with| self.hides(with)) {
                        Some(with) => replace(value, with),
                        None => self.hide_names(value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide_names(item)),
            _ => {}
        }
    }
}

/// What stands in place of a value with this schema, unless anybody may see it.
fn mark(schema: &Value) -> Option<&'static str> {
    match schema {
        _ if schema["x-secret"] == true => Some(SECRET),
        _ if schema["x-personal"] == true => Some(PERSONAL),
        _ => None,
    }
}

/// The names of all members that a schema marks.
fn names(schema: &Value, found: &mut BTreeMap<String, &'static str>) {
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        found.extend(mark(member).map(|with| (name.clone(), with)));
    }
    match schema {
        Value::Object(members) => members.values().for_each(|part| names(part, found)),
        Value::Array(parts) => parts.iter().for_each(|part| names(part, found)),
        _ => {}
    }
}

/// Goes through a value and the schemas that hold for it and for all in it, as deep as `seen` does not
/// say that it is done with it.
fn walk(
    root: &Value,
    schema: &Value,
    value: &mut Value,
    turns: u32,
    seen: &mut dyn FnMut(&Value, &mut Value) -> bool,
) {
    if schema.is_null() || seen(schema, value) {
        return;
    }
    if let Some(turns) = turns.checked_sub(1) {
        for parts in ["oneOf", "anyOf", "allOf"].map(|key| schema[key].as_array()) {
            for part in parts.into_iter().flatten() {
                walk(root, part, value, turns, seen);
            }
        }
        for key in ["if", "then", "else"] {
            walk(root, &schema[key], value, turns, seen);
        }
        let name = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
        if let Some(found) = name.and_then(|name| root.pointer(name)) {
            walk(root, found, value, turns, seen);
        }
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let part = schema["properties"].get(name);
                let part = part.unwrap_or(&schema["additionalProperties"]);
                walk(root, part, value, TURNS, seen);
                for (_, part) in schema["patternProperties"].as_object().into_iter().flatten() {
                    walk(root, part, value, TURNS, seen);
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                let part = schema["prefixItems"].get(at).unwrap_or(&schema["items"]);
                walk(root, part, item, TURNS, seen);
            }
        }
        _ => {}
    }
}

/// All texts in something secret.
fn collect(value: &Value, secrets: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_empty() => secrets.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, secrets)),
        Value::Object(members) => members.values().for_each(|value| collect(value, secrets)),
        _ => {}
    }
}

fn replace(value: &mut Value, with: &str) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(_) => *value = 0.into(),
        Value::String(text) => with.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, with)),
        Value::Object(members) => members.values_mut().for_each(|value| replace(value, with)),
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mask").finish_non_exhaustive()
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown").field("personal", &self.personal).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_schema_marks_is_not_shown_wherever_it_stands() {
        let schema = json!({
            "$defs": {
                "key": {"x-secret": true},
                "tree": {"properties": {"key": {"$ref": "#/$defs/key"},
                    "below": {"items": {"$ref": "#/$defs/tree"}}}},
                "loop": {"$ref": "#/$defs/loop"},
            },
            "properties": {
                "plain": {"type": "string"},
                "either": {"oneOf": [{"properties": {"a": {"x-secret": true}}}, {"type": "null"}]},
                "any": {"anyOf": [{"items": {"x-secret": true}}]},
                "all": {"allOf": [{"properties": {"b": {"x-secret": true}}}]},
                "tree": {"$ref": "#/$defs/tree"},
                "map": {"additionalProperties": {"$ref": "#/$defs/key"}},
                "loop": {"$ref": "#/$defs/loop"},
                "pair": {"prefixItems": [{}, {"x-secret": true}]},
                "mail": {"x-personal": true},
            },
        });
        let mut value = json!({
            "plain": "p", "either": {"a": {"c": ["s", 7, true, null]}}, "any": ["s"], "all": {"b": "s"},
            "tree": {"key": "s", "below": [{"key": "s", "below": []}]}, "map": {"x": "s"},
            "loop": "l", "pair": ["p", "s"], "mail": "a@example.com", "new": "n",
        });
        let mut all = value.clone();
        Shown::new(&schema.to_string()).apply(&mut value);
        assert_eq!(
            value,
            json!({
                "plain": "p", "either": {"a": {"c": ["[secret]", 0, true, null]}}, "any": ["[secret]"],
                "all": {"b": "[secret]"},
                "tree": {"key": "[secret]", "below": [{"key": "[secret]", "below": []}]},
                "map": {"x": "[secret]"}, "loop": "l", "pair": ["p", "[secret]"], "mail": "[personal]",
                "new": "n",
            })
        );
        Shown::new(&schema.to_string()).with_personal(true).apply(&mut all);
        assert_eq!((&all["mail"], &all["map"]["x"]), (&json!("a@example.com"), &json!("[secret]")));
    }

    #[test]
    fn all_that_is_in_something_secret_is_secret() {
        let schema = r#"{"properties": {"a": {"x-secret": true}}}"#;
        let input = r#"{"a": {"b": ["one", {"c": "two"}]}, "d": "three"}"#;
        let shown = Mask::new(schema, input).apply(input.to_owned());
        assert_eq!(shown, r#"{"a": {"b": ["[secret]", {"c": "[secret]"}]}, "d": "three"}"#);
    }

    #[test]
    fn marked_names_are_not_shown_where_a_schema_says_nothing() {
        let other = r#"{"anyOf": [{"properties": {"key": {"x-secret": true}, "mail": {"x-personal": true}}}]}"#;
        let mut value = json!({"items": [{"key": "s", "mail": "m", "name": "n"}]});
        Shown::new("{}").and_names_of(other).apply(&mut value);
        assert_eq!(
            value,
            json!({"items": [{"key": "[secret]", "mail": "[personal]", "name": "n"}]})
        );
    }
}
