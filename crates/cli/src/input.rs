//! What is filled in: a JSON object, and single values typed over it.

use clap::Args;
use connector_host::Error as HostError;
use connector_host::contract::{self, ErrorKind, FieldError};
use connector_records as records;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::hidden::{items, properties, variants};
use crate::options::object;
use crate::{files, known};

/// Where an input comes from.
#[derive(Args, Clone, Debug)]
pub struct Input {
    /// The input: a JSON object, @FILE, or - for stdin
    #[arg(long, short, value_name = "JSON|@FILE|-", default_value = "{}")]
    input: String,
    /// A field of the input, over what --input says: `title=Fern`, `media.url=https://…`,
    /// `items[0].id=12` (may be repeated; of a list each adds an item). The value is a text where
    /// the field takes one, else JSON
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = assignment)]
    sets: Vec<(String, String)>,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (path, value) = text.split_once('=').ok_or("a field, `=` and a value")?;
    match path.is_empty() {
        true => Err("a field, `=` and a value".into()),
        false => Ok((path.to_owned(), value.to_owned())),
    }
}

impl Input {
    /// Whether it is read from stdin.
    pub fn is_stdin(&self) -> bool {
        self.input == "-"
    }

    /// The text, with the values of --set as this JSON Schema wants them. Whether all of it fits is
    /// the connector's to say. The error names every field that cannot be set.
    pub fn read(&self, schema: &str) -> Result<String, Error> {
        let text = self.text()?;
        if self.sets.is_empty() {
            return Ok(text);
        }
        let mut input = Value::Object(
            object(&text).map_err(|error| Error::Usage(format!("--input: {error}")))?,
        );
        let schema: Value = serde_json::from_str(schema).unwrap_or_default();
        let mut wrong = Vec::new();
        for (path, value) in &self.sets {
            if let Err(message) = set(&mut input, &schema, path, value) {
                wrong.push(FieldError { path: path.clone(), message });
            }
        }
        match wrong.is_empty() {
            true => Ok(input.to_string()),
            false => Err(refused_fields("the values of --set do not fit", wrong)),
        }
    }

    fn text(&self) -> Result<String, Error> {
        match self.input.strip_prefix('@') {
            Some(path) => files::text("--input", path),
            None if self.is_stdin() => files::text("--input", "-"),
            None => Ok(self.input.clone()),
        }
    }
}

/// As a connector refuses an input.
pub fn refused_fields(message: &str, fields: Vec<FieldError>) -> Error {
    let kind = ErrorKind::InvalidInput;
    let error = contract::Error::new(kind, kind.word(), message);
    HostError::from(contract::Error { fields, ..error }).into()
}

/// A step of a path such as `items[0].id`.
enum Step {
    Name(String),
    Index(usize),
}

/// Puts a value where the path leads; what lies on the way is made.
fn set(input: &mut Value, schema: &Value, path: &str, text: &str) -> Result<(), String> {
    let mut place = input;
    let mut field = schema.clone();
    for step in steps(schema, path)? {
        (place, field) = match step {
            Step::Name(name) => {
                let within = within(&field, &name)?;
                if place.is_null() {
                    *place = Value::Object(Map::new());
                }
                let object = place.as_object_mut().ok_or("what holds it is no object")?;
                (object.entry(name).or_insert(Value::Null), within)
            }
            Step::Index(index) => {
                if place.is_null() {
                    *place = Value::Array(Vec::new());
                }
                let list = place.as_array_mut().ok_or("what holds it is no list")?;
                if index > list.len() {
                    return Err(format!(
                        "the item before it is missing: set [{}] first",
                        list.len()
                    ));
                }
                if index == list.len() {
                    list.push(Value::Null);
                }
                (&mut list[index], items(&field))
            }
        };
    }
    let value = typed(text, &field);
    match (is_list(&field) && !value.is_array(), &mut *place) {
        (true, Value::Array(list)) => list.push(typed(text, &items(&field))),
        (true, place) => *place = Value::Array(vec![typed(text, &items(&field))]),
        (false, place) => *place = value,
    }
    Ok(())
}

/// As records have it; a field that names its values need not name their type.
fn typed(text: &str, field: &Value) -> Value {
    let named = |schema: &Value| {
        let values = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
        values.into_iter().any(|value| value == text)
    };
    match variants(field).into_iter().any(named) {
        true => text.into(),
        false => records::typed(text, field),
    }
}

fn is_list(field: &Value) -> bool {
    let is = |kind: &str| {
        let any = |schema: &&Value| match &schema["type"] {
            Value::Array(kinds) => kinds.iter().any(|it| it == kind),
            only => only == kind,
        };
        variants(field).iter().any(any)
    };
    is("array") && !is("string")
}

/// The field of this name. What declares no fields takes any.
fn within(schema: &Value, name: &str) -> Result<Value, String> {
    let known = properties(schema);
    match known.get(name) {
        Some(field) => Ok(field.clone()),
        None if known.is_empty() || schema["additionalProperties"].is_object() => {
            Ok(schema["additionalProperties"].clone())
        }
        None => Err(match known::did_you_mean(name, known.keys().map(String::as_str)) {
            Some(question) => format!("is not a field here; {question}"),
            None => "is not a field here".into(),
        }),
    }
}

/// A field whose name holds dots is one step.
fn steps(schema: &Value, path: &str) -> Result<Vec<Step>, String> {
    if properties(schema).contains_key(path) {
        return Ok(vec![Step::Name(path.to_owned())]);
    }
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        match (name.parse(), steps.is_empty()) {
            (Ok(index), false) => steps.push(Step::Index(index)),
            _ if name.is_empty() => return Err("is no path: write it as a.b or a[0].b".into()),
            _ => steps.push(Step::Name(name.to_owned())),
        }
        for index in indices.split_inclusive(']') {
            let digits = index.strip_prefix('[').and_then(|index| index.strip_suffix(']'));
            let index = digits.and_then(|digits| digits.parse().ok());
            steps.push(Step::Index(index.ok_or("is no path: write it as a.b or a[0].b")?));
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        let item = json!({"properties": {"url": {"type": "string"}, "width": {"type": "integer"}}});
        json!({"properties": {
            "title": {"type": "string"},
            "count": {"type": ["integer", "null"]},
            "open": {"type": "boolean"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "media": {"oneOf": [
                {"properties": {"kind": {"const": "one"}, "url": {"type": "string"}}},
                {"properties": {"kind": {"const": "many"}, "items": {"type": "array", "items": item}}},
                {"properties": {"kind": {"const": "more"}, "items": {"type": "array", "items":
                    {"properties": {"data": {"type": "string"}}}}}},
            ]},
            "free": {},
            "a.b": {"type": "string"},
        }})
    }

    fn of(sets: &[(&str, &str)]) -> Result<Value, String> {
        let mut input = json!({});
        for (path, value) in sets {
            set(&mut input, &schema(), path, value)?;
        }
        Ok(input)
    }

    #[test]
    fn values_are_what_their_fields_take() {
        let sets =
            [("title", "12"), ("count", "12"), ("open", "true"), ("a.b", "c=d"), ("free.x", "[1]")];
        let typed =
            json!({"title": "12", "count": 12, "open": true, "a.b": "c=d", "free": {"x": [1]}});
        assert_eq!(of(&sets), Ok(typed));
        // For the connector to refuse.
        assert_eq!(of(&[("count", "many")]), Ok(json!({"count": "many"})));
    }

    #[test]
    fn paths_lead_into_objects_and_lists() {
        let sets =
            [("media.kind", "many"), ("media.items[0].url", "u"), ("media.items.0.width", "3")];
        let expected = json!({"media": {"kind": "many", "items": [{"url": "u", "width": 3}]}});
        assert_eq!(of(&sets), Ok(expected));
        // Whatever holds one in any of the variants.
        let more = json!({"media": {"kind": "more", "items": [{"data": "12"}]}});
        assert_eq!(of(&[("media.kind", "more"), ("media.items[0].data", "12")]), Ok(more));
        assert_eq!(of(&[("tags", "a"), ("tags", "b")]), Ok(json!({"tags": ["a", "b"]})));
        assert_eq!(of(&[("tags", r#"["a"]"#), ("tags", "b")]), Ok(json!({"tags": ["a", "b"]})));
        assert_eq!(of(&[("tags[0]", "a"), ("tags[0]", "b")]), Ok(json!({"tags": ["b"]})));
    }

    #[test]
    fn what_cannot_be_set_is_said() {
        let refused = |path| of(&[(path, "x")]).unwrap_err();
        assert_eq!(refused("titel"), "is not a field here; did you mean title?");
        assert_eq!(refused("media.urls"), "is not a field here; did you mean url?");
        assert_eq!(refused("tags[1]"), "the item before it is missing: set [0] first");
        for path in ["tags[x]", "tags[0", "a..b", "tags[]", ".title", "tags]0["] {
            assert!(of(&[(path, "x")]).is_err(), "{path}");
        }
        assert!(of(&[("title", "a"), ("title.x", "b")]).is_err());
    }
}
