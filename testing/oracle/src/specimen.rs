//! Answers for people to read: what a service would really say, as far as names and schemas tell.
//! The same call gives the same answer in every run.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::description::Description;
use crate::flat::flat;
use crate::generate::{is_nullable, kind};

/// Makes values that look alike but for their ids.
pub struct Specimen<'a> {
    description: &'a Description,
    rng: Rng,
    /// Scalars of the input, by name: an answer often repeats them.
    given: BTreeMap<String, Value>,
}

/// Members that an object gets besides the required ones, by how deep it is.
const OPTIONAL: [usize; 4] = [8, 8, 3, 1];

/// They tell of failures; a success leaves them out.
const FAILURES: [&str; 6] =
    ["exceptions", "exception", "errors", "error", "error_message", "errorMessage"];

impl<'a> Specimen<'a> {
    pub fn new(description: &'a Description, seed: u64, input: &Value) -> Specimen<'a> {
        let mut given = BTreeMap::new();
        collect(input, "", &mut given);
        Specimen { description, rng: Rng::with_seed(seed), given }
    }

    /// A value of the member `name`.
    pub fn value(&mut self, name: &str, schema: &Value, depth: usize) -> Value {
        let schema = flat(self.description, schema);
        if let Some(given) = self.given.get(name).filter(|given| suits(&schema, given)) {
            return given.clone();
        }
        if let Some(options) = schema["enum"].as_array() {
            return options.first().cloned().unwrap_or_default();
        }
        if let Some(mapping) = schema["discriminator"]["mapping"].as_object() {
            let tag = schema["discriminator"]["propertyName"].as_str().unwrap_or_default();
            let (alternative, target) = mapping.iter().next().expect("a mapping has a member");
            let mut value = self.value(name, &json!({ "$ref": target }), depth);
            value[tag] = alternative.as_str().into();
            return value;
        }
        if let Some(of) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            return self.value(name, &of[0], depth);
        }
        match kind(&schema) {
            Some("boolean") => self.rng.bool().into(),
            Some("integer") => self.number(name, &schema).into(),
            Some("number") => json!(self.number(name, &schema) as f64),
            Some("string") => self.text(name, &schema).into(),
            Some("array") => {
                let singular = name.strip_suffix('s').unwrap_or(name);
                json!([self.value(singular, &schema["items"], depth + 1)])
            }
            Some("object") => self.object(&schema, depth),
            _ => json!({}),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
        let mut left = OPTIONAL.get(depth).copied().unwrap_or_default();
        let mut object = Map::new();
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = required.iter().any(|required| *required == name);
            let is_failure = FAILURES.contains(&name.as_str());
            if !is_required && (left == 0 || is_failure) {
                continue;
            }
            left = left.saturating_sub(usize::from(!is_required));
            let flat = flat(self.description, schema);
            let value = match kind(&flat) {
                _ if !is_failure => self.value(name, schema, depth + 1),
                Some("array") => json!([]),
                Some("string") => "".into(),
                _ if is_nullable(&flat) => Value::Null,
                _ => json!({}),
            };
            object.insert(name.clone(), value);
        }
        if object.is_empty() && schema["additionalProperties"].is_object() {
            let value = self.value("value", &schema["additionalProperties"], depth + 1);
            object.insert(self.digits(12), value);
        }
        object.into()
    }

    fn number(&mut self, name: &str, schema: &Value) -> i64 {
        let number = match name {
            _ if name.ends_with("_time_ms") => 1_783_589_635_000,
            _ if ["_time", "_at", "timestamp"].iter().any(|end| name.ends_with(end)) => {
                1_783_589_635
            }
            _ if name.contains("micro") => 5_000_000,
            _ => self.rng.i64(1..40),
        };
        let min = schema["minimum"].as_f64().map_or(i64::MIN, |min| min as i64);
        let max = schema["maximum"].as_f64().map_or(i64::MAX, |max| max as i64);
        number.clamp(min, max)
    }

    fn text(&mut self, name: &str, schema: &Value) -> String {
        let max = schema["maxLength"].as_u64().unwrap_or(u64::MAX) as usize;
        let is_id = name == "id" || name.ends_with("_id");
        let digits = schema["pattern"].as_str().is_some_and(|pattern| pattern.contains(r"\d+"));
        let has = |word: &str| name.to_ascii_lowercase().contains(word);
        let text = match schema["format"].as_str() {
            Some("date-time") => "2026-07-09T09:33:55".to_owned(),
            Some("date") => "2026-07-09".to_owned(),
            _ if schema["pattern"].as_str().is_some_and(|pattern| pattern.contains(r"\d{4}-")) => {
                "2026-07-09".to_owned()
            }
            _ if is_id || digits => self.digits(12.min(max)),
            _ if has("token") || has("password") || has("key") || has("signature") => {
                "for-tests-only".to_owned()
            }
            _ if has("image") && has("url") => {
                "https://i.pinimg.com/600x/07/09/26/soup.jpg".to_owned()
            }
            _ if has("url") || has("link") => "https://www.example.com/soups".to_owned(),
            _ if has("mail") => "kim@example.com".to_owned(),
            _ if has("username") => "studiofern".to_owned(),
            _ if has("country") => "US".to_owned(),
            _ if has("currency") => "USD".to_owned(),
            _ if has("locale") || has("language") => "en-US".to_owned(),
            _ if has("description") => "Light dishes for hot days".to_owned(),
            _ if has("name") || has("title") => "Cold soups".to_owned(),
            _ if name.is_empty() => "soup".to_owned(),
            _ => name.replace('_', " "),
        };
        text.chars().take(max).collect()
    }

    fn digits(&mut self, count: usize) -> String {
        let first = char::from(b'1' + self.rng.u8(..9));
        let rest = (1..count).map(|_| char::from(b'0' + self.rng.u8(..10)));
        std::iter::once(first).chain(rest).collect()
    }
}

fn collect(value: &Value, name: &str, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| collect(value, name, found))
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, found)),
        scalar => {
            found.entry(name.to_owned()).or_insert_with(|| scalar.clone());
        }
    }
}

fn suits(schema: &Value, given: &Value) -> bool {
    if let Some(options) = schema["enum"].as_array() {
        return options.contains(given);
    }
    match kind(schema) {
        Some("string") => given.is_string(),
        Some("integer") => given.is_i64(),
        Some("number") => given.is_number(),
        Some("boolean") => given.is_boolean(),
        _ => false,
    }
}
