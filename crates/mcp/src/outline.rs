//! Schemas as a model needs them: what is long or deep is cut, and says how to see the rest.

use serde_json::{Map, Value, json};

/// Options of a field that are shown; of more, only a few are.
const OPTIONS: usize = 12;
const SOME: usize = 6;
/// Levels of a schema, at most.
const DEEP: usize = 8;

/// A field of an input.
pub struct Field {
    /// Such as `name`, or `items[].name` in a list.
    pub path: String,
    pub schema: Value,
    pub required: bool,
}

impl Field {
    pub fn title(&self) -> &str {
        self.schema["title"].as_str().unwrap_or_default()
    }
}

/// The fields of a schema, each followed by the members of the things that it lists.
pub fn fields(root: &Value) -> Vec<Field> {
    let mut all = Vec::new();
    members(root, root, "", &mut all);
    let lists: Vec<(usize, Value)> = all
        .iter()
        .enumerate()
        .map(|(at, field)| (at, resolved(root, &field.schema["items"]).unwrap_or_default()))
        .filter(|(_, items)| items["properties"].is_object())
        .collect();
    for (at, items) in lists.into_iter().rev() {
        let (required, mut inner) = (all[at].required, Vec::new());
        members(root, &items, &format!("{}[].", all[at].path), &mut inner);
        inner.iter_mut().for_each(|field| field.required &= required);
        let behind = all.split_off(at + 1);
        all.extend(inner.into_iter().chain(behind));
    }
    all
}

fn members(root: &Value, schema: &Value, before: &str, all: &mut Vec<Field>) {
    let required = schema["required"].as_array();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        all.push(Field {
            path: format!("{before}{name}"),
            schema: resolved(root, field).unwrap_or_default(),
            required: required.is_some_and(|all| all.contains(&json!(name))),
        });
    }
}

/// A schema with what it refers to in its place; what stands beside the reference goes before.
pub fn resolved(root: &Value, schema: &Value) -> Option<Value> {
    let mut schema = schema.as_object()?.clone();
    for _ in 0..DEEP {
        let Some(Value::String(reference)) = schema.remove("$ref") else { break };
        let meant = reference.strip_prefix("#").and_then(|pointer| root.pointer(pointer))?;
        let mut whole = meant.as_object()?.clone();
        whole.extend(schema);
        schema = whole;
    }
    Some(Value::Object(schema))
}

/// A schema, or what it says of a path such as `items[].name`, in about so many bytes. None when there is
/// no such path.
pub fn outline(root: &Value, path: Option<&str>, bytes: usize) -> Option<Value> {
    let mut start = resolved(root, root)?;
    for name in path.into_iter().flat_map(|path| path.split('.')) {
        let (name, in_list) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
        start = resolved(root, &member(root, &start, name)?)?;
        if in_list {
            start = resolved(root, &start["items"])?;
        }
    }
    let whole = path.is_some_and(|_| start["enum"].is_array() || start["items"].is_object());
    let options = if whole { usize::MAX } else { OPTIONS };
    let cut = |deep| shape(root, &start, deep, options, path.unwrap_or_default());
    let sizes = (1..=DEEP).rev().map(cut);
    let mut smallest = None;
    for size in sizes {
        if size.to_string().len() <= bytes {
            return Some(size);
        }
        smallest = Some(size);
    }
    smallest
}

/// A member of an object, or of what it may be one of.
fn member(root: &Value, schema: &Value, name: &str) -> Option<Value> {
    if let Some(found) = schema["properties"].get(name) {
        return Some(found.clone());
    }
    if schema["items"].is_object() {
        return member(root, &resolved(root, &schema["items"])?, name);
    }
    let ways = ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema[*key].as_array());
    ways.flatten().find_map(|way| member(root, &resolved(root, way)?, name))
}

/// Levels, and options, above a measure are told of and left out.
fn shape(root: &Value, schema: &Value, deep: usize, options: usize, path: &str) -> Value {
    let Some(Value::Object(mut schema)) = resolved(root, schema) else { return schema.clone() };
    schema.remove("$defs");
    schema.remove("$schema");
    schema.retain(|key, _| {
        !key.starts_with("x-") || matches!(key.as_str(), "x-file" | "x-time" | "x-unit")
    });
    if schema.remove("x-unit").is_some_and(|unit| unit == "micro-currency") {
        note(&mut schema, "In millionths of the currency's unit: 50 is 50000000.");
    }
    // A title that says what the name says is of no use.
    let last = path.rsplit('.').next().unwrap_or_default().replace(['_', '[', ']'], " ");
    if schema
        .get("title")
        .and_then(Value::as_str)
        .is_some_and(|it| it.eq_ignore_ascii_case(last.trim()))
    {
        schema.remove("title");
    }
    if let Some(Value::Array(all)) = schema.get("enum")
        && all.len() > options
    {
        let some: Vec<String> = all.iter().take(SOME).map(plain).collect();
        let text = format!(
            "One of {}: {} and so on; describe_tool with the path `{path}` lists them.",
            all.len(),
            some.join(", ")
        );
        schema.remove("enum");
        note(&mut schema, &text);
    }
    let nested = ["properties", "items", "oneOf", "anyOf", "allOf", "additionalProperties"];
    if deep == 0 && nested.iter().any(|key| schema.get(*key).is_some_and(|it| !it.is_boolean())) {
        nested.iter().for_each(|key| drop(schema.remove(*key)));
        schema.remove("required");
        note(&mut schema, &format!("describe_tool with the path `{path}` tells what is in it."));
        return Value::Object(schema);
    }
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    if let Some(Value::Object(members)) = schema.get_mut("properties") {
        for (name, member) in members {
            *member = shape(root, member, deep - 1, options, &below(name));
        }
    }
    if let Some(items) = schema.get_mut("items") {
        // A list counts no level of its own, unless it holds lists.
        let inner = resolved(root, items).unwrap_or_default();
        let deep = deep - usize::from(inner["items"].is_object());
        *items = shape(root, &inner, deep, options, &format!("{path}[]"));
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        for way in schema.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
            *way = shape(root, way, deep - 1, options, path);
        }
    }
    if let Some(more) = schema.get_mut("additionalProperties").filter(|more| more.is_object()) {
        *more = shape(root, more, deep - 1, options, path);
    }
    Value::Object(schema)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn note(schema: &mut Map<String, Value>, text: &str) {
    let said = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let whole = if said.is_empty() { text.to_owned() } else { format!("{said} {text}") };
    schema.insert("description".into(), whole.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Value {
        let kinds: Vec<String> = (0..40).map(|number| format!("K{number}")).collect();
        json!({"type": "object", "required": ["items"], "properties": {
            "items": {"type": "array", "items": {"$ref": "#/$defs/Item"}}, "note": {"type": "string"},
        }, "$defs": {"Item": {"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string", "title": "Id", "x-choices": []},
            "cap": {"type": "integer", "x-unit": "micro-currency"},
            "kind": {"type": "string", "enum": kinds},
        }}}})
    }

    #[test]
    fn fields_are_named_by_their_paths() {
        let fields: Vec<_> =
            fields(&schema()).into_iter().map(|it| (it.path, it.required)).collect();
        let wanted = [("items", true), ("items[].id", true), ("items[].cap", false)];
        assert_eq!(fields[..3], wanted.map(|(path, required)| (path.to_owned(), required)));
        assert_eq!(fields.len(), 5);
    }

    #[test]
    fn long_lists_of_options_lead_to_a_path_that_has_them() {
        let whole = outline(&schema(), None, 4000).unwrap();
        let kind = &whole["properties"]["items"]["items"]["properties"]["kind"];
        assert_eq!(kind.get("enum"), None);
        let said = kind["description"].as_str().unwrap();
        assert!(said.contains("One of 40: K0, K1") && said.contains("`items[].kind`"), "{said}");
        let kind = outline(&schema(), Some("items[].kind"), 4000).unwrap();
        assert_eq!(kind["enum"].as_array().unwrap().len(), 40);
        assert_eq!(outline(&schema(), Some("items[].king"), 4000), None);
        let cap = outline(&schema(), Some("items[].cap"), 4000).unwrap();
        assert!(cap["description"].as_str().unwrap().contains("millionths"));
    }

    #[test]
    fn what_does_not_fit_is_cut_at_a_level() {
        let small = outline(&schema(), None, 300).unwrap();
        let items = &small["properties"]["items"];
        assert_eq!(items.get("items"), None, "{small}");
        assert!(items["description"].as_str().unwrap().contains("`items`"));
    }
}
