//! Values that fit a type of the facts: with what is required alone, or with everything.

use serde_json::{Map, Value, json};

use crate::facts::{Facts, array};

pub struct Values<'f> {
    pub facts: &'f Facts,
    pub full: bool,
    /// Values by name that stand for things that are there.
    pub known: Map<String, Value>,
    /// Keys that are needed although no type requires them.
    pub wanted: &'static [&'static str],
}

impl Values<'_> {
    pub fn of(&self, name: &str, type_: &Value) -> Value {
        let type_ = self.facts.resolve(type_);
        if let Some(known) = self.known.get(name).and_then(|known| as_kind(type_, known)) {
            return known;
        }
        if let Some(first) = type_["enum"].get(0) {
            return first.clone();
        }
        if let Some(property) = type_["discriminator"]["property"].as_str() {
            let mapping = type_["discriminator"]["mapping"].as_object().unwrap();
            // A thing that is there keeps its type.
            let known = self.known.get(property).and_then(Value::as_str);
            let known = known.and_then(|known| mapping.get_key_value(known));
            let (value, target) = known.or_else(|| mapping.iter().next()).unwrap();
            let mut made = self.of(name, &json!({ "$ref": target }));
            made[property] = value.as_str().into();
            return made;
        }
        if let Some(first) = type_["oneOf"].get(0) {
            return self.of(name, first);
        }
        match type_["type"].as_str() {
            Some("string") => text(name, type_).into(),
            Some("integer" | "number") => number(type_),
            Some("boolean") => true.into(),
            Some("array") => {
                let least = type_["minItems"].as_u64().unwrap_or(0).max(1) as usize;
                let element = name.strip_suffix('s').unwrap_or(name);
                vec![self.of(element, &type_["items"]); least].into()
            }
            Some("object") => self.object(type_),
            _ => Value::Null,
        }
    }

    fn object(&self, type_: &Value) -> Value {
        let mut object = Map::new();
        let least = type_["minProperties"].as_u64().unwrap_or(0) as usize;
        for (name, property) in type_["properties"].as_object().into_iter().flatten() {
            let required = array(&type_["required"]).any(|required| required == name)
                || self.wanted.contains(&&**name);
            let writable = property["readOnly"] != true;
            if required || object.len() < least || self.full && writable {
                object.insert(name.clone(), self.of(name, property));
            }
        }
        if type_["additionalProperties"].is_object() {
            object.insert("one".to_owned(), self.of("one", &type_["additionalProperties"]));
        }
        Value::Object(object)
    }
}

/// A scalar as the type wants it; ids are text here and numbers there.
fn as_kind(type_: &Value, value: &Value) -> Option<Value> {
    match (type_["type"].as_str()?, value) {
        ("string", Value::String(_)) if type_["enum"].is_null() => Some(value.clone()),
        ("integer", Value::Number(_)) | ("boolean", Value::Bool(_)) => Some(value.clone()),
        ("integer", Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        _ => None,
    }
}

/// The same values as in the table of patterns of the facts; another pattern fails the test.
fn text(name: &str, type_: &Value) -> String {
    if type_["time"] == "date" {
        return day(-3);
    }
    let text = match (type_["time"].as_str(), type_["pattern"].as_str().unwrap_or("")) {
        (Some("rfc3339"), "") => "2026-01-05T08:30:00Z",
        (Some("rfc3339"), _) => "2026-01-05T08:30:00.000Z",
        (_, pattern) if pattern.contains("https") => "https://example.com/a",
        (_, pattern) if pattern.contains("[0-5][0-9]") => "08:30",
        (_, pattern) if pattern.contains(r"(?!") => "studiofern",
        (_, pattern) if pattern.contains(r"\d") => "549755885175",
        (_, pattern) if pattern.contains("a-z") => "abcd",
        (Some("seconds-string"), _) => "1767600000",
        (_, "") if name.contains("link") || name.contains("url") => "https://example.com/b",
        (_, "") => "Studio Fern",
        (_, pattern) => panic!("what fits {pattern}?"),
    };
    let least = type_["minLength"].as_u64().unwrap_or(0) as usize;
    let most = type_["maxLength"].as_u64().unwrap_or(u64::MAX) as usize;
    let padded = text.chars().chain(std::iter::repeat('1'));
    padded.take(text.len().max(least).min(most)).collect()
}

/// So many days from today, since figures are of the last 90 days.
pub fn day(from_today: i64) -> String {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64;
    let day = jiff::Timestamp::from_second(now + from_today * 86_400).unwrap();
    day.strftime("%Y-%m-%d").to_string()
}

fn number(type_: &Value) -> Value {
    match type_["time"].as_str() {
        Some("milliseconds") => return json!(1_767_600_000_000_i64),
        Some(_) => return json!(1_767_600_000),
        None => {}
    }
    let least = type_["minimum"].as_i64();
    let least = least.or(type_["exclusiveMinimum"].as_i64().map(|bound| bound + 1)).unwrap_or(1);
    json!(least.max(1).min(type_["maximum"].as_i64().unwrap_or(i64::MAX)))
}
