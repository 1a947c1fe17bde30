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

/// How much of a schema is shown.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// About so many bytes.
    pub bytes: usize,
    /// Without what is seldom needed, and in few words.
    pub brief: bool,
}

/// A schema, or what it says of a path such as `items[].name`. None when there is no such path.
pub fn outline(root: &Value, path: Option<&str>, measure: Measure) -> Option<Value> {
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
    let cut = Cut { root, options, brief: measure.brief };
    let mut smallest = None;
    for deep in (1..=DEEP).rev() {
        let shaped = cut.shape(&start, deep, path.unwrap_or_default());
        if shaped.to_string().len() <= measure.bytes {
            return Some(shaped);
        }
        smallest = Some(shaped);
    }
    smallest
}

/// A member of an object, or of what it may be one of.
pub fn member(root: &Value, schema: &Value, name: &str) -> Option<Value> {
    if let Some(found) = schema["properties"].get(name) {
        return Some(found.clone());
    }
    if schema["items"].is_object() {
        return member(root, &resolved(root, &schema["items"])?, name);
    }
    let ways = ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema[*key].as_array());
    ways.flatten().find_map(|way| member(root, &resolved(root, way)?, name))
}

/// Keywords that hold schemas.
const NESTED: [&str; 6] =
    ["properties", "items", "oneOf", "anyOf", "allOf", "additionalProperties"];
/// Names of members that are told of an object that is not shown.
const NAMES: usize = 12;

/// Tells of levels and options above a measure, and leaves them out.
struct Cut<'a> {
    root: &'a Value,
    options: usize,
    brief: bool,
}

impl Cut<'_> {
    fn shape(&self, schema: &Value, deep: usize, path: &str) -> Value {
        let Some(Value::Object(mut schema)) = resolved(self.root, schema) else {
            return schema.clone();
        };
        self.words(&mut schema, path);
        self.options(&mut schema, path);
        if deep == 0 && self.is_deep(&schema) {
            self.close(&mut schema, path);
            return Value::Object(schema);
        }
        let deep = deep.saturating_sub(1);
        let below = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        if self.brief {
            leave_out(&mut schema, self.root);
        }
        if let Some(Value::Object(members)) = schema.get_mut("properties") {
            for (name, member) in members {
                *member = self.shape(member, deep, &below(name));
            }
        }
        if let Some(items) = schema.get_mut("items") {
            // A list counts no level of its own, unless it holds lists.
            let inner = resolved(self.root, items).unwrap_or_default();
            let deep = if inner["items"].is_object() { deep } else { deep + 1 };
            *items = self.shape(&inner, deep, &format!("{path}[]"));
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            for way in schema.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
                *way = self.shape(way, deep, path);
            }
        }
        if let Some(more) = schema.get_mut("additionalProperties").filter(|more| more.is_object()) {
            *more = self.shape(more, deep, path);
        }
        Value::Object(schema)
    }

    /// What is there for forms goes; units and ways to give an id are said.
    fn words(&self, schema: &mut Map<String, Value>, path: &str) {
        for key in ["$defs", "$schema"] {
            schema.remove(key);
        }
        let has_choices = schema.contains_key("x-choices") && !path.contains('.');
        let unit = schema.get("x-unit").cloned();
        schema
            .retain(|key, _| !key.starts_with("x-") || matches!(key.as_str(), "x-file" | "x-time"));
        // A title that says what the name says is of no use, nor one beside a sentence.
        let last = path.rsplit('.').next().unwrap_or_default().replace(['_', '[', ']'], " ");
        let title = schema.get("title").and_then(Value::as_str).unwrap_or_default();
        if title.eq_ignore_ascii_case(last.trim())
            || self.brief && schema.contains_key("description")
        {
            schema.remove("title");
        }
        if has_choices && schema.remove("pattern").is_some() {
            schema.remove("maxLength");
            if !self.brief {
                note(schema, "Its exact name or a pasted address will do.");
            }
        }
        if self.brief {
            for key in ["pattern", "maxLength", "minLength", "minItems"] {
                schema.remove(key);
            }
        }
        let said = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let is_said = said.contains("1 000 000") || said.contains("million");
        if unit.is_some_and(|unit| unit == "micro-currency") && !is_said {
            note(schema, "In millionths of the currency's unit: for 50 give 50000000.");
        }
    }

    fn options(&self, schema: &mut Map<String, Value>, path: &str) {
        let Some(Value::Array(all)) = schema.get("enum") else { return };
        if all.len() > self.options {
            let some: Vec<String> = all.iter().take(SOME).map(plain).collect();
            let text = format!(
                "One of {}: {} and so on; describe_tool with the path `{path}` lists them.",
                all.len(),
                some.join(", ")
            );
            schema.remove("enum");
            note(schema, &text);
        }
    }

    /// Whether there is more in it than values.
    fn is_deep(&self, schema: &Map<String, Value>) -> bool {
        NESTED.iter().filter_map(|key| Some((key, schema.get(*key)?))).any(
            |(key, inner)| match *key {
                "items" => {
                    resolved(self.root, inner).is_some_and(|items| self.is_deep_list(&items))
                }
                _ => !inner.is_boolean(),
            },
        )
    }

    fn is_deep_list(&self, items: &Value) -> bool {
        items.as_object().is_some_and(|items| self.is_deep(items))
    }

    /// Leaves the names of what is in it.
    fn close(&self, schema: &mut Map<String, Value>, path: &str) {
        let items = schema.get("items").and_then(|items| resolved(self.root, items));
        let mut of = items.as_ref().and_then(Value::as_object).unwrap_or(schema).clone();
        let needed = of.remove("required").unwrap_or_default();
        let all = of.remove("properties").unwrap_or_default();
        let is_needed =
            |name: &String| needed.as_array().is_some_and(|it| it.contains(&json!(name)));
        let names: Vec<&String> = all.as_object().into_iter().flat_map(Map::keys).collect();
        let (first, others): (Vec<&String>, Vec<&String>) =
            names.iter().partition(|name| is_needed(name));
        let told: Vec<&str> =
            first.iter().chain(&others).take(NAMES).map(|it| it.as_str()).collect();
        let mut text = format!("describe_tool with the path `{path}` tells what is in it.");
        if !told.is_empty() {
            let more = if names.len() > NAMES { " and more" } else { "" };
            text = format!("With {}{more}: {text}", told.join(", "));
        }
        NESTED.iter().for_each(|key| drop(schema.remove(*key)));
        schema.remove("required");
        note(schema, &text);
    }
}

/// Leaves out the fields that are seldom needed; they may still be given.
fn leave_out(schema: &mut Map<String, Value>, root: &Value) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let Some(Value::Object(members)) = schema.get_mut("properties") else { return };
    let before = members.len();
    members.retain(|name, member| {
        required.as_array().is_some_and(|it| it.contains(&json!(name)))
            || resolved(root, member).is_none_or(|member| member["x-advanced"] != true)
    });
    if members.len() < before {
        schema.remove("additionalProperties");
    }
}

/// A text as it is, all else as JSON.
pub fn plain(value: &Value) -> String {
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

    const WIDE: Measure = Measure { bytes: 4000, brief: false };

    #[test]
    fn in_brief_what_is_seldom_needed_may_still_be_given() {
        let schema = json!({"type": "object", "additionalProperties": false, "required": ["must"],
        "properties": {
            "must": {"type": "string", "x-advanced": true, "x-choices": [], "pattern": "^1$"},
            "may": {"type": "array", "items": {"type": "string"}, "title": "M", "description": "D."},
            "rare": {"type": "string", "x-advanced": true},
        }});
        let brief = outline(&schema, None, Measure { brief: true, ..WIDE }).unwrap();
        let wanted = json!({"type": "object", "required": ["must"], "properties": {
            "must": {"type": "string"},
            "may": {"type": "array", "items": {"type": "string"}, "description": "D."},
        }});
        assert_eq!(brief, wanted);
        let whole = outline(&schema, None, Measure { bytes: 1, ..WIDE }).unwrap();
        assert_eq!(whole["properties"]["may"]["items"]["type"], "string");
        assert_eq!(whole["additionalProperties"], false);
        let must = &whole["properties"]["must"];
        assert!(must["description"].as_str().unwrap().contains("exact name"), "{must}");
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
        let whole = outline(&schema(), None, WIDE).unwrap();
        let kind = &whole["properties"]["items"]["items"]["properties"]["kind"];
        assert_eq!(kind.get("enum"), None);
        let said = kind["description"].as_str().unwrap();
        assert!(said.contains("One of 40: K0, K1") && said.contains("`items[].kind`"), "{said}");
        let kind = outline(&schema(), Some("items[].kind"), WIDE).unwrap();
        assert_eq!(kind["enum"].as_array().unwrap().len(), 40);
        assert_eq!(outline(&schema(), Some("items[].king"), WIDE), None);
        let cap = outline(&schema(), Some("items[].cap"), WIDE).unwrap();
        assert!(cap["description"].as_str().unwrap().contains("millionths"));
    }

    #[test]
    fn what_does_not_fit_is_cut_at_a_level() {
        let small = outline(&schema(), None, Measure { bytes: 300, ..WIDE }).unwrap();
        let items = &small["properties"]["items"];
        assert_eq!(items.get("items"), None, "{small}");
        let said = items["description"].as_str().unwrap();
        assert!(said.contains("`items`") && said.contains("With id, cap, kind"), "{said}");
    }
}
