//! Values held against schemas, and told without the values.

use std::collections::BTreeMap;

use connector_records::micros;
use connector_records::schema::is_scalar;
use jsonschema::Validator;
use jsonschema::error::{ValidationError, ValidationErrorKind};
use serde::Serialize;
use serde_json::Value;

use crate::Error;

/// Characters of a name or of a constant that is told, at most.
const LONGEST: usize = 60;

/// How values differ from their schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// The field: names with dots, `[]` for the items of a list and `*` for what an object is keyed by.
    pub path: String,
    /// What is there instead.
    pub what: String,
    /// It is a member that the schema does not know, and contradicts nothing.
    pub new: bool,
}

/// A schema that values are held against.
pub(crate) struct Shape {
    schema: Value,
    validator: Validator,
}

impl Shape {
    pub fn new(about: &str, schema: &str) -> Result<Self, Error> {
        let wrong = |error: &dyn std::fmt::Display| {
            Error::Connector(format!("{about}: the schema of the output: {error}"))
        };
        let schema: Value = serde_json::from_str(schema).map_err(|error| wrong(&error))?;
        let validator = jsonschema::draft202012::new(&schema).map_err(|error| wrong(&error))?;
        Ok(Self { schema, validator })
    }

    /// Whether it names this member.
    pub fn knows(&self, name: &str) -> bool {
        self.variants(&self.schema).any(|schema| schema["properties"].get(name).is_some())
    }

    /// Whether values are no objects.
    pub fn is_scalar(&self) -> bool {
        is_scalar(&self.schema)
    }

    /// Counts the differences of a value into `found`.
    pub fn look(&self, value: &Value, found: &mut BTreeMap<Difference, u64>) {
        let mut add = |path: String, what: String, new: bool| {
            *found.entry(Difference { path, what, new }).or_default() += 1;
        };
        for error in self.validator.iter_errors(value) {
            add(place(&error), fault(&error), false);
        }
        self.walk(&self.schema, value, "", &mut add);
    }

    /// Members that the schema does not know, and times that are none.
    fn walk(
        &self,
        schema: &Value,
        value: &Value,
        path: &str,
        add: &mut dyn FnMut(String, String, bool),
    ) {
        let known: Vec<&Value> = self.variants(schema).collect();
        if known.iter().any(|schema| schema["x-time"].is_string())
            && !value.is_null()
            && micros(value).is_none()
        {
            add(path.to_owned(), "is no time".into(), false);
        }
        match value {
            Value::Array(items) => {
                let inner = known.iter().find_map(|schema| schema.get("items"));
                let path = format!("{path}[]");
                inner.into_iter().for_each(|inner| {
                    items.iter().for_each(|item| self.walk(inner, item, &path, add));
                });
            }
            Value::Object(members) => {
                // What has no known members may have any.
                let closed = known.iter().any(|schema| schema["properties"].is_object());
                let rest = known.iter().map(|schema| &schema["additionalProperties"]);
                let rest = rest.clone().find(|rest| rest.is_object());
                for (name, member) in members {
                    let property = known.iter().find_map(|schema| schema["properties"].get(name));
                    let deeper = |name: &str| match path {
                        "" => name.to_owned(),
                        _ => format!("{path}.{name}"),
                    };
                    match (property, rest) {
                        (Some(schema), _) => self.walk(schema, member, &deeper(name), add),
                        (None, Some(schema)) => self.walk(schema, member, &deeper("*"), add),
                        (None, None) if closed => {
                            let name = if is_name(name) { name } else { "*" };
                            add(deeper(name), format!("is new: {}", kind(member)), true);
                        }
                        (None, None) => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// The schema, what it refers to, and the alternatives that it names.
    fn variants<'a>(&'a self, schema: &'a Value) -> Box<dyn Iterator<Item = &'a Value> + 'a> {
        let named = ["oneOf", "anyOf", "allOf"].iter().filter_map(|word| schema[*word].as_array());
        let referred = schema["$ref"]
            .as_str()
            .and_then(|reference| self.schema.pointer(reference.strip_prefix('#')?));
        let inner = named.flatten().chain(referred).flat_map(|schema| self.variants(schema));
        Box::new(std::iter::once(schema).chain(inner))
    }
}

/// Whether a text can only be a name that the service gives a field or a constant.
pub(crate) fn is_name(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || "_.[]".contains(c);
    text.len() <= LONGEST
        && text.chars().all(inside)
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// The field, from the schema that it was held against: what the value is keyed by is not told.
fn place(error: &ValidationError) -> String {
    let text = error.schema_path.to_string();
    let mut words = text.split('/').skip(1);
    let mut path = String::new();
    while let Some(word) = words.next() {
        let step = match word {
            "properties" => words.next().unwrap_or_default(),
            "additionalProperties" | "patternProperties" => "*",
            "items" | "prefixItems" => {
                path += "[]";
                continue;
            }
            _ => continue,
        };
        if !path.is_empty() {
            path.push('.');
        }
        path += step;
    }
    path
}

/// What is wrong.
fn fault(error: &ValidationError) -> String {
    let found = kind(&error.instance);
    match &error.kind {
        ValidationErrorKind::Type { kind: wanted } => {
            let wanted = format!("{wanted:?}").to_lowercase();
            format!("is {found}, and not as the schema says: {wanted}")
        }
        ValidationErrorKind::Required { property } => format!("lacks {property}"),
        ValidationErrorKind::Enum { .. } => match error.instance.as_str() {
            Some(text) if is_name(text) && text.to_uppercase() == text => {
                format!("is `{text}`, which is not listed")
            }
            _ => format!("is {found} that is not listed"),
        },
        _ => {
            let path = error.schema_path.to_string();
            let keyword = path.rsplit('/').find(|word| word.parse::<usize>().is_err());
            format!("is {found} against `{}`", keyword.unwrap_or_default())
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "a whole number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(schema: &Value, value: &Value) -> Vec<String> {
        let mut found = BTreeMap::new();
        Shape::new("a", &schema.to_string()).unwrap().look(value, &mut found);
        found.into_keys().map(|it| format!("{}: {}", it.path, it.what)).collect()
    }

    #[test]
    fn differences_tell_fields_and_no_values() {
        let schema = json!({
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string"},
                "state": {"enum": ["ON", "OFF"]},
                "at": {"type": "string", "x-time": "rfc3339"},
                "sizes": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Size"}},
                "list": {"type": "array", "items": {"type": "object", "properties": {"a": {}}}},
            },
            "$defs": {"Size": {"type": "object", "properties": {"width": {"type": "integer"}}}},
        });
        let value = json!({
            "state": "LATER",
            "at": "Jane's birthday",
            "sizes": {"jane@example.com": {"width": "4 apples", "height": 3}},
            "list": [{"a": 1, "b": "Jane"}],
            "nick name of Jane": null,
        });
        let expected = [
            ": lacks \"id\"",
            "*: is new: null",
            "at: is no time",
            "list[].b: is new: a text",
            "sizes.*.height: is new: a whole number",
            "sizes.*.width: is a text, and not as the schema says: ",
            "state: is `LATER`, which is not listed",
        ];
        let found = found(&schema, &value);
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found} is not {expected}");
        }
        let told = found.join("\n");
        assert!(!told.contains("ane") && !told.contains("apples"), "{told}");
    }

    #[test]
    fn what_fits_has_no_differences() {
        let schema = json!({"type": "object", "properties": {"id": {"type": ["string", "null"]}}});
        assert!(found(&schema, &json!({"id": "1"})).is_empty());
        assert!(found(&schema, &json!({"id": null})).is_empty());
        assert!(found(&json!({"type": "object"}), &json!({"anything": 1})).is_empty());
    }
}
