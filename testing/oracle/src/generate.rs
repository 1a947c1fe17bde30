//! Values that fit a schema, from a seed. It reads the schemas that the connector gives out and,
//! flattened, those of the description.

use std::borrow::Cow;

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::description::Description;
use crate::flat::flat;
use crate::pattern;

/// Which optional members an object gets.
#[derive(Clone, Copy, PartialEq)]
pub enum Optional {
    None,
    All,
    /// Each by chance.
    Some,
}

/// What an answer may hold that a request may not.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    /// Just what fits the schema.
    Strict,
    /// Null where it may be; keys that nobody told of; times without a zone.
    Loose,
}

/// Makes values.
pub struct Maker<'a> {
    pub rng: Rng,
    pub optional: Optional,
    pub manner: Manner,
    /// The alternative that unions take, by turns; without it, chance decides.
    pub turn: Option<usize>,
    /// Follows the references of the description's schemas.
    pub description: Option<&'a Description>,
    /// How many keys that nobody told of have been made: `stranger_1`, `stranger_2` …
    pub strangers: usize,
}

impl<'a> Maker<'a> {
    /// For the schemas of inputs, which have no references.
    pub fn of_inputs(seed: u64, optional: Optional) -> Maker<'static> {
        let (rng, manner) = (Rng::with_seed(seed), Manner::Strict);
        Maker { rng, optional, manner, turn: None, description: None, strangers: 0 }
    }

    /// For the description's responses.
    pub fn of_answers(description: &'a Description, seed: u64, optional: Optional) -> Maker<'a> {
        let (rng, manner) = (Rng::with_seed(seed), Manner::Loose);
        Maker { rng, optional, manner, turn: None, description: Some(description), strangers: 0 }
    }

    /// A value that fits.
    pub fn value(&mut self, schema: &Value) -> Value {
        let schema = match self.description {
            Some(description) => flat(description, schema),
            None => Cow::Borrowed(schema),
        };
        let schema = schema.as_ref();
        if is_nullable(schema) && self.optional == Optional::Some && self.rng.u8(..6) == 0 {
            return Value::Null;
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(options) = schema["enum"].as_array() {
            let options: Vec<_> = options.iter().filter(|option| !option.is_null()).collect();
            return options[self.rng.usize(..options.len())].clone();
        }
        if let Some(of) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            return self.union(schema, of);
        }
        match kind(schema) {
            Some("boolean") => self.rng.bool().into(),
            Some("integer") => self.integer(schema),
            Some("number") => self.number(schema),
            Some("string") => self.text(schema).into(),
            Some("array") => self.list(schema),
            Some("object") => self.object(schema),
            _ => json!({ "anything": [self.rng.u8(..), "goes"] }),
        }
    }

    fn union(&mut self, schema: &Value, of: &[Value]) -> Value {
        let of: Vec<&Value> = of.iter().filter(|one| one["type"] != "null").collect();
        let turn = self.turn.unwrap_or_else(|| self.rng.usize(..));
        let discriminator = &schema["discriminator"];
        let Some(tag) = discriminator["propertyName"].as_str() else {
            return self.value(of[turn % of.len()]);
        };
        let (name, one) = match discriminator["mapping"].as_object() {
            Some(mapping) => {
                let (name, target) = mapping.iter().nth(turn % mapping.len()).expect("it has one");
                (Value::from(name.clone()), json!({ "$ref": target }))
            }
            None => {
                let one = of[turn % of.len()];
                (one["properties"][tag]["const"].clone(), one.clone())
            }
        };
        let mut value = self.value(&one);
        value[tag] = name;
        value
    }

    fn integer(&mut self, schema: &Value) -> Value {
        if schema["x-unit"] == "micro-currency" {
            return (self.rng.i64(1..1000) * 1_000_000).into();
        }
        if schema["x-time"] == "milliseconds" {
            return self.rng.i64(1_000_000_000_000..2_000_000_000_000).into();
        }
        let limit = |key: &str, or: i64| schema[key].as_f64().map_or(or, |limit| limit as i64);
        let min = limit("minimum", 0);
        let max = limit("maximum", min.saturating_add(2_000_000_000));
        match self.rng.u8(..8) {
            0 => min,
            1 => max,
            _ => self.rng.i64(min..=max),
        }
        .into()
    }

    fn number(&mut self, schema: &Value) -> Value {
        let min = schema["minimum"].as_f64().unwrap_or_default();
        let max = schema["maximum"].as_f64().unwrap_or(min + 1000.0);
        // Eighths are exact.
        json!(((min + (max - min) * self.rng.f64()) * 8.0).ceil().min(max * 8.0) / 8.0)
    }

    fn text(&mut self, schema: &Value) -> String {
        let limit = |key: &str| schema[key].as_u64().map(|limit| limit as usize);
        let min = limit("minLength").unwrap_or_default();
        let max = limit("maxLength").unwrap_or(usize::MAX);
        let rng = &mut self.rng;
        if let Some(form) = time_form(schema) {
            let (year, month, day) = (rng.u16(2020..2030), rng.u8(1..13), rng.u8(1..29));
            let date = format!("{year}-{month:02}-{day:02}");
            if form == TimeForm::Date {
                return date;
            }
            let (hour, minute, second) = (rng.u8(..24), rng.u8(..60), rng.u8(..60));
            let time = format!("{date}T{hour:02}:{minute:02}:{second:02}");
            let fraction = if rng.bool() { ".456000" } else { "" };
            return match form {
                TimeForm::Milliseconds => format!("{time}.456Z"),
                _ if self.manner == Manner::Loose && rng.bool() => format!("{time}{fraction}"),
                _ => format!("{time}{fraction}Z"),
            };
        }
        let meant = match (schema["x-text"].as_str(), schema["x-unit"].as_str()) {
            (Some("link"), _) => Some("https://example.com/a?b=c"),
            (Some("decimal"), _) => Some("129.90"),
            (Some("price"), _) => Some("129.90 USD"),
            (Some("currency"), _) => Some("USD"),
            (Some("ip-address"), _) => Some("203.0.113.7"),
            (_, Some("micro-currency")) => Some("5000000"),
            _ => None,
        };
        if let Some(meant) = meant {
            return meant.to_owned();
        }
        let seconds = 1_600_000_000 + rng.u64(..200_000_000);
        match schema["x-time"].as_str() {
            Some("milliseconds") => return (seconds * 1000).to_string(),
            Some(_) => return seconds.to_string(),
            None => {}
        }
        // A blank text would stand for nothing.
        if let Some(pattern) = schema["pattern"].as_str() {
            return without_blank_ends(&pattern::text(rng, pattern, min.max(1), max));
        }
        let length = match rng.u8(..10) {
            0 if max < 2000 => max,
            1 => min.max(1),
            _ => (min.max(1) + rng.usize(..12)).min(max),
        };
        let text: String = (0..length).map(|_| LETTERS[rng.usize(..LETTERS.len())]).collect();
        // Dots alone would lead out of a path.
        let text = text.replace("..", ".a").replacen('.', if length == 1 { "a" } else { "." }, 1);
        without_blank_ends(&text)
    }

    fn list(&mut self, schema: &Value) -> Value {
        let min = schema["minItems"].as_u64().unwrap_or_default();
        let max = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
        let most = if self.optional == Optional::Some { 3 } else { 1 };
        let count = if self.optional == Optional::None { min } else { self.rng.u64(1..=most) };
        let mut items: Vec<Value> = Vec::new();
        for _ in 0..count.clamp(min, max) {
            items.push(self.value(&schema["items"]));
        }
        items.into()
    }

    fn object(&mut self, schema: &Value) -> Value {
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
        let mut object = Map::new();
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let wanted = match self.optional {
                Optional::None => false,
                Optional::All => true,
                Optional::Some => self.rng.bool(),
            };
            if wanted || required.iter().any(|required| *required == name) {
                object.insert(name.clone(), self.value(schema));
            }
        }
        let is_map =
            object.is_empty() && schema["properties"].as_object().is_none_or(Map::is_empty);
        if schema["additionalProperties"].is_object() {
            if self.optional != Optional::None || !schema["minProperties"].is_null() {
                object.insert("12345".to_owned(), self.value(&schema["additionalProperties"]));
            }
        } else if is_map
            && self.optional != Optional::None
            && schema["additionalProperties"] != false
        {
            object.insert("anything".to_owned(), json!(["goes", 1]));
        } else if self.manner == Manner::Loose && self.rng.bool() {
            self.strangers += 1;
            object.insert(format!("stranger_{}", self.strangers), json!({ "from": ["afar"] }));
        }
        object.into()
    }
}

/// Blanks around a text of a fixed form go, and a blank text stands for nothing.
fn without_blank_ends(text: &str) -> String {
    let inner = text.trim();
    let before = text.len() - text.trim_start().len();
    let after = text.len() - inner.len() - before;
    format!("{}{inner}{}", "a".repeat(before), "a".repeat(after))
}

/// Among them those that addresses and queries give a meaning.
const LETTERS: [char; 24] = [
    'a', 'b', 'z', 'A', 'Z', '0', '7', ' ', '+', '&', '=', '%', '/', '?', '#', ',', ';', '.', '"',
    '\\', '<', 'é', '漢', '🌿',
];

/// How a text tells a time.
#[derive(PartialEq)]
enum TimeForm {
    Date,
    /// With a fraction, or without one.
    Moment,
    /// With three digits behind the point and a zone.
    Milliseconds,
}

/// Told by the format, the pattern, or what people read about the field: the description often
/// does no more than show an example.
fn time_form(schema: &Value) -> Option<TimeForm> {
    let text = |key: &str| schema[key].as_str().unwrap_or_default();
    let example = text("example").replace(|c: char| c.is_ascii_digit(), "0");
    match (text("pattern"), text("format")) {
        (pattern, _) if pattern.starts_with(r"^(\d{4})") => Some(TimeForm::Milliseconds),
        ("", "date") => Some(TimeForm::Date),
        (r"^\d{4}-\d{2}-\d{2}$", _) => Some(TimeForm::Date),
        (_, "date-time") => Some(TimeForm::Moment),
        _ if example.starts_with("0000-00-00T") && !example.contains('/') => Some(TimeForm::Moment),
        _ if example == "0000-00-00" => Some(TimeForm::Date),
        _ if text("description").to_lowercase().contains("yyyy-mm-dd") => Some(TimeForm::Date),
        _ => None,
    }
}

/// Whether null fits.
pub fn is_nullable(schema: &Value) -> bool {
    let in_type = schema["type"].as_array().is_some_and(|names| names.iter().any(|n| n == "null"));
    let in_union =
        schema["anyOf"].as_array().is_some_and(|of| of.iter().any(|one| one["type"] == "null"));
    in_type || in_union || schema["nullable"] == true
}

/// The type that is not null.
pub fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        Value::String(name) => Some(name),
        _ if schema["properties"].is_object() => Some("object"),
        _ if schema["items"].is_object() => Some("array"),
        _ => None,
    }
}

/// The most alternatives that a union within the schema has.
pub fn widest(schema: &Value) -> usize {
    match schema {
        Value::Object(members) => {
            let own = ["oneOf", "anyOf"].iter().filter_map(|key| members.get(*key)?.as_array());
            let own = own.map(Vec::len).max().unwrap_or(1);
            members.values().map(widest).max().unwrap_or(1).max(own)
        }
        Value::Array(items) => items.iter().map(widest).max().unwrap_or(1),
        _ => 1,
    }
}
