//! An input with its files in one form: the part `input` is JSON, each file stands at the path that its
//! part is named by, such as `media_source.data`.

use axum::extract::{FromRequest, Multipart, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::catalog::parsed;
use crate::problem::Problem;
use crate::uploads::Uploads;

/// References and alternatives in a row at one place of a schema.
const TURNS: usize = 16;

/// Reads the form. A field that wants the content of a file gets it, any other a reference to it.
pub async fn read(request: Request, schema: &str, uploads: &Uploads) -> Result<Value, Problem> {
    let bad = |error: &dyn std::fmt::Display| Problem::bad(format!("the form: {error}"));
    let schema = parsed(schema);
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| bad(&error))?;
    let mut input = Value::Object(Map::new());
    while let Some(field) = form.next_field().await.map_err(|error| bad(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|error| bad(&error))?;
        let value = match file {
            None if name == "input" => {
                input = serde_json::from_slice(&bytes).map_err(|error| bad(&error))?;
                continue;
            }
            None => Value::from(String::from_utf8_lossy(&bytes).into_owned()),
            Some(_) if wants_content(&schema, &name) => Value::from(STANDARD.encode(&bytes)),
            Some(file) => {
                let body = axum::body::Body::from(bytes).into_data_stream();
                Value::from(uploads.keep(Some(&file), body).await?.0)
            }
        };
        put(&mut input, &name, value)?;
    }
    Ok(input)
}

/// Puts a value at a path of members.
fn put(input: &mut Value, path: &str, value: Value) -> Result<(), Problem> {
    let mut at = input;
    for name in path.split('.') {
        let Value::Object(members) = at else {
            return Err(Problem::field(path, "it is within something that is no object"));
        };
        at = members.entry(name).or_insert_with(|| Value::Object(Map::new()));
    }
    *at = value;
    Ok(())
}

/// Whether a field is the content of a file.
fn wants_content(schema: &Value, path: &str) -> bool {
    let mut places = vec![schema];
    for name in path.split('.') {
        let all = places.iter().flat_map(|place| alternatives(schema, place));
        places = all.filter_map(|place| place["properties"].get(name)).collect();
    }
    let mut all = places.iter().flat_map(|place| alternatives(schema, place));
    all.any(|field| field["x-file"] == "base64")
}

/// A schema, and all that it may stand for.
fn alternatives<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let mut found = vec![schema];
    for _ in 0..TURNS {
        let mut more: Vec<&Value> = Vec::new();
        for schema in &found {
            let to = schema["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
            more.extend(to.and_then(|to| root.pointer(to)));
            for key in ["anyOf", "oneOf", "allOf"] {
                more.extend(schema[key].as_array().into_iter().flatten());
            }
        }
        more.retain(|schema| !found.iter().any(|known| std::ptr::eq(*known, *schema)));
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_finds_its_place() {
        let schema = json!({
            "properties": {"source": {"oneOf": [
                {"$ref": "#/$defs/Inline"},
                {"properties": {"url": {"type": "string"}}},
            ]}, "video": {"x-file": "blob"}},
            "$defs": {"Inline": {"properties": {"data": {"x-file": "base64"}}}},
        });
        assert!(wants_content(&schema, "source.data"));
        assert!(!wants_content(&schema, "source.url") && !wants_content(&schema, "video"));
        let mut input = json!({"source": {"a": 1}, "b": 2});
        put(&mut input, "source.data", json!("x")).unwrap();
        put(&mut input, "c.d", json!("y")).unwrap();
        assert!(put(&mut input, "b.c", json!("z")).is_err());
        assert_eq!(input, json!({"source": {"a": 1, "data": "x"}, "b": 2, "c": {"d": "y"}}));
    }
}
