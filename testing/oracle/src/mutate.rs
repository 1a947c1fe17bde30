//! Spoils a valid input in one place at a time, in every way in which its schema lets it be wrong.

use fancy_regex::Regex;
use serde_json::{Value, json};

use crate::generate::{is_nullable, kind};

/// An input with one fault.
pub struct Spoiled {
    /// What was done: `unknown key`, `too long` …
    pub how: &'static str,
    /// Where the fault must be reported.
    pub path: String,
    /// Below a union without a tag another alternative may be meant, so the report may be about
    /// any place within this one.
    pub within: Option<String>,
    pub input: Value,
}

/// All ways to spoil `input`, which fits `schema`.
pub fn spoiled(schema: &Value, input: &Value) -> Vec<Spoiled> {
    let mut spoiler = Spoiler { root: input, found: Vec::new() };
    spoiler.value(schema, input, &Place::default());
    spoiler.found
}

/// Where the walk is.
#[derive(Clone, Default)]
struct Place {
    /// A JSON pointer into the input.
    pointer: String,
    /// As errors name it.
    path: String,
    within: Option<String>,
}

impl Place {
    fn member(&self, name: &str) -> Place {
        let escaped = name.replace('~', "~0").replace('/', "~1");
        let dot = if self.path.is_empty() { "" } else { "." };
        Place {
            pointer: format!("{}/{escaped}", self.pointer),
            path: format!("{}{dot}{name}", self.path),
            within: self.within.clone(),
        }
    }

    fn item(&self, index: usize) -> Place {
        Place {
            pointer: format!("{}/{index}", self.pointer),
            path: format!("{}[{index}]", self.path),
            within: self.within.clone(),
        }
    }
}

struct Spoiler<'a> {
    root: &'a Value,
    found: Vec<Spoiled>,
}

impl Spoiler<'_> {
    /// The fault is at `fault`, which is `place` or a member of it.
    fn add(&mut self, how: &'static str, place: &Place, fault: &Place, value: Value) {
        let mut input = self.root.clone();
        *input.pointer_mut(&place.pointer).expect("the place exists") = value;
        let (path, within) = (fault.path.clone(), fault.within.clone());
        self.found.push(Spoiled { how, path, within, input });
    }

    fn value(&mut self, schema: &Value, value: &Value, place: &Place) {
        if value.is_null() {
            return;
        }
        let is_root = place.pointer.is_empty();
        if !is_root && !is_nullable(schema) && schema.as_object().is_some_and(has_shape) {
            self.add("null", place, place, Value::Null);
        }
        if let Some(of) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            return self.union(schema, of, value, place);
        }
        match (kind(schema), value) {
            (Some("object"), Value::Object(_)) => self.object(schema, value, place),
            (Some("array"), Value::Array(items)) => self.list(schema, items, place),
            (Some("string"), Value::String(text)) => self.text(schema, text, place),
            (Some("integer" | "number"), Value::Number(_)) => self.number(schema, place),
            (Some("boolean"), _) => self.add("wrong type", place, place, json!("yes")),
            _ => {}
        }
    }

    fn union(&mut self, schema: &Value, of: &[Value], value: &Value, place: &Place) {
        let Some(tag) = schema["discriminator"]["propertyName"].as_str() else {
            let within = place.within.clone().or(Some(place.path.clone()));
            let place = Place { within, ..place.clone() };
            self.add("wrong type", &place, &place, json!(true));
            of.iter().filter(|one| fits(one, value)).for_each(|one| self.value(one, value, &place));
            return;
        };
        self.add("wrong type", place, place, json!(7));
        let at = place.member(tag);
        self.add("no tag", place, &at, without(value, tag));
        self.add("unknown tag", &at, &at, json!("NO_SUCH_ALTERNATIVE"));
        let chosen = of.iter().find(|one| one["properties"][tag]["const"] == value[tag]);
        if let Some(chosen) = chosen {
            let mut chosen = chosen.clone();
            // The tag has been seen to.
            chosen["properties"][tag] = json!({});
            let required = chosen["required"].as_array_mut();
            required.into_iter().for_each(|names| names.retain(|name| name != tag));
            self.object(&chosen, value, place);
        }
    }

    fn object(&mut self, schema: &Value, value: &Value, place: &Place) {
        if !place.pointer.is_empty() {
            self.add("wrong type", place, place, json!("an object"));
        }
        if schema["additionalProperties"] == false {
            let mut more = value.clone();
            more["no_such_field"] = json!(1);
            self.add("unknown key", place, &place.member("no_such_field"), more);
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            self.add("missing", place, &place.member(name), without(value, name));
        }
        for (name, member) in value.as_object().into_iter().flatten() {
            let known = schema["properties"].get(name);
            if let Some(schema) = known.or(schema.get("additionalProperties")) {
                self.value(schema, member, &place.member(name));
            }
        }
    }

    fn list(&mut self, schema: &Value, items: &[Value], place: &Place) {
        self.add("wrong type", place, place, json!({ "0": "a list" }));
        let min = schema["minItems"].as_u64().unwrap_or_default() as usize;
        if min > 0 && items.len() >= min {
            self.add("too few", place, place, items[..min - 1].into());
        }
        if let Some(max) = schema["maxItems"].as_u64()
            && let Some(first) = items.first()
        {
            self.add("too many", place, place, vec![first.clone(); max as usize + 1].into());
        }
        for (index, item) in items.iter().enumerate() {
            self.value(&schema["items"], item, &place.item(index));
        }
    }

    /// A number is taken for a text, and a blank text may stand for nothing.
    fn text(&mut self, schema: &Value, text: &str, place: &Place) {
        self.add("wrong type", place, place, json!(true));
        if schema["enum"].is_array() || !schema["const"].is_null() {
            return self.add("not an option", place, place, json!("NO_SUCH_OPTION"));
        }
        let min = schema["minLength"].as_u64().unwrap_or_default() as usize;
        let max = schema["maxLength"].as_u64().unwrap_or(u64::MAX) as usize;
        if min > 0 {
            let short: String = text.chars().take(min - 1).collect();
            self.add("too short", place, place, short.into());
        }
        if max < 1 << 20 {
            let filler = text.chars().last().unwrap_or('7');
            let long: String =
                text.chars().chain(std::iter::repeat(filler)).take(max + 1).collect();
            self.add("too long", place, place, long.into());
        }
        if let Some(pattern) = schema["pattern"].as_str() {
            let regex = Regex::new(pattern).expect("it is a pattern");
            for bad in ["x", "no match", "77", "2026-1-1", "ÄÖ", "-!-"] {
                let fits = regex.is_match(bad).unwrap_or_default();
                if !fits && (min..=max).contains(&bad.chars().count()) {
                    self.add("against the pattern", place, place, bad.into());
                }
            }
        }
    }

    fn number(&mut self, schema: &Value, place: &Place) {
        self.add("wrong type", place, place, json!("seven"));
        if kind(schema) == Some("integer") {
            self.add("a fraction", place, place, json!(1.5));
        }
        if let Some(min) = schema["minimum"].as_f64() {
            self.add("too small", place, place, json!(min as i64 - 1));
        }
        if let Some(max) = schema["maximum"].as_f64() {
            self.add("too large", place, place, json!(max as i64 + 1));
        }
        if let Some(options) = schema["enum"].as_array() {
            let over = options.iter().filter_map(Value::as_f64).fold(0.0, f64::max) + 1.0;
            self.add("not an option", place, place, json!(over as i64));
        }
    }
}

/// Whether the schema asks anything of a value.
fn has_shape(schema: &serde_json::Map<String, Value>) -> bool {
    ["type", "oneOf", "anyOf", "const", "enum"].iter().any(|key| schema.contains_key(*key))
}

/// Whether the value has the alternative's type and is not far from it.
fn fits(schema: &Value, value: &Value) -> bool {
    match (kind(schema), value) {
        (Some("object"), Value::Object(members)) => {
            members.keys().all(|name| schema["properties"].get(name).is_some())
        }
        (Some("array"), Value::Array(_))
        | (Some("string"), Value::String(_))
        | (Some("boolean"), Value::Bool(_))
        | (Some("integer" | "number"), Value::Number(_)) => true,
        (None, _) => {
            let tag = schema["discriminator"]["propertyName"].as_str();
            tag.is_some_and(|tag| value.get(tag).is_some())
        }
        _ => false,
    }
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    if let Some(members) = value.as_object_mut() {
        members.remove(name);
    }
    value
}
