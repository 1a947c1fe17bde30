//! Files in new rows: columns of bytes. Where a file is within an object, what stands beside it there is a column, too.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector_records::{Field, schema};
use serde_json::{Map, Value};

use crate::column::{Column, Source};
use crate::kind::Kind;
use crate::names;

/// What the first bytes of files say they are.
const KNOWN: [(usize, &[u8], &str); 6] = [
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"%PDF", "application/pdf"),
];

/// The columns of an object that new rows have, if one form of it holds a file.
pub(crate) fn members(field: &Field, taken: &mut BTreeSet<String>, columns: &mut Vec<Column>) {
    let Some(object) = field.schema.as_ref().filter(|_| field.creatable && !field.readable) else {
        return;
    };
    let is_file = |member: &Value| Kind::of_file(member).is_some();
    let with_file = forms(object).filter(|form| schema::properties(form).values().any(is_file));
    let mut found = Map::new();
    for form in with_file {
        for (member, shape) in schema::properties(form) {
            let scalar = !matches!(schema::kind(&shape), "list" | "object");
            if scalar && shape.get("const").is_none() {
                found.entry(member).or_insert(shape);
            }
        }
    }
    let whole = Arc::new(object.clone());
    for (member, shape) in found {
        let kind = Kind::of_file(&shape);
        let kind = kind.unwrap_or_else(|| Kind::of(schema::kind(&shape), Some(&shape)));
        let name = names::column(&[&field.name, &member], taken);
        let object = Arc::clone(&whole);
        let source = Source::Member { field: field.name.clone(), member, object };
        let comment = shape["description"].as_str().or(shape["title"].as_str()).map(str::to_owned);
        let column = Column::plain(name, kind, source, comment);
        columns.push(Column { readable: false, creatable: true, ..column });
    }
}

/// The object with these members, in the only form that has them all: with what that form always holds, and with the
/// kind of the file, where it asks for one that the file tells itself.
pub(crate) fn object(
    field: &str,
    schema: &Value,
    given: Map<String, Value>,
) -> Result<Value, String> {
    let mut missing = None;
    for form in forms(schema) {
        let shapes = schema::properties(form);
        if !given.keys().all(|name| shapes.contains_key(name)) {
            continue;
        }
        let mut whole = given.clone();
        for (name, shape) in &shapes {
            if let Some(only) = shape.get("const") {
                whole.entry(name.clone()).or_insert_with(|| only.clone());
            } else if schema::requires(form, name) && !whole.contains_key(name) {
                let kind = media(shape, &shapes, &given);
                whole.extend(kind.map(|kind| (name.clone(), kind.into())));
            }
        }
        let needed = |name: &&String| schema::requires(form, name) && !whole.contains_key(*name);
        match shapes.keys().find(needed) {
            Some(name) => missing = Some(name.clone()),
            None => return Ok(Value::Object(whole)),
        }
    }
    Err(match missing {
        Some(name) => format!("`{field}_{name}` has no value, and `{field}` needs one"),
        None => {
            let names: Vec<String> = given.keys().map(|name| format!("`{name}`")).collect();
            format!("`{field}` has no form with {} together", names.join(", "))
        }
    })
}

/// The kind of the file beside it, if this says which kinds there are.
fn media(
    shape: &Value,
    shapes: &Map<String, Value>,
    given: &Map<String, Value>,
) -> Option<&'static str> {
    let kinds = shape["enum"].as_array()?;
    let mut files = shapes.iter().filter(|(_, shape)| Kind::of_file(shape).is_some());
    let file = files.find_map(|(name, _)| given.get(name)?.as_str())?;
    let file = file.rsplit(',').next().unwrap_or(file);
    let begun = STANDARD.decode(file.get(..16)?).ok()?;
    let (.., kind) = KNOWN.iter().find(|(at, begins, _)| begun[*at..].starts_with(begins))?;
    kinds.iter().any(|known| known == kind).then_some(*kind)
}

/// The object itself, or each of its alternatives.
fn forms(schema: &Value) -> impl Iterator<Item = &Value> {
    let named = ["oneOf", "anyOf"].iter().filter_map(|word| schema[*word].as_array()).flatten();
    let own = schema.get("properties").map(|_| schema);
    own.into_iter().chain(named)
}

/// As a connector takes it within its input.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// As a reference that is the file itself.
pub(crate) fn data(bytes: &[u8]) -> String {
    format!("data:application/octet-stream;base64,{}", STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn media_source() -> Value {
        json!({"oneOf": [
            {"properties": {"form": {"const": "file"}, "kind": {"enum": ["image/png", "image/jpeg"]},
                "data": {"type": "string", "x-file": "base64"}}, "required": ["form", "kind", "data"]},
            {"properties": {"form": {"const": "url"}, "url": {"type": "string"}}, "required": ["form", "url"]},
        ]})
    }

    #[test]
    fn a_file_has_the_form_that_holds_it() {
        let png = base64(b"\x89PNG\r\n\x1a\n and more");
        let given = Map::from_iter([("data".to_owned(), Value::from(png.clone()))]);
        let made = object("media", &media_source(), given).unwrap();
        assert_eq!(made, json!({"form": "file", "kind": "image/png", "data": png}));
    }

    #[test]
    fn what_is_missing_is_named() {
        let given =
            Map::from_iter([("data".to_owned(), Value::from(base64(b"no picture at all")))]);
        let error = object("media", &media_source(), given).unwrap_err();
        assert!(error.contains("`media_kind` has no value"), "{error}");
        let both = ["data", "url"].map(|name| (name.to_owned(), Value::from("x")));
        let error = object("media", &media_source(), Map::from_iter(both)).unwrap_err();
        assert!(error.contains("no form"), "{error}");
    }
}
