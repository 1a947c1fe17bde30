//! Checks an input against the catalogue's types and reports every fault, not just the first.

use serde_json::{Map, Number, Value};

use super::{meaning, plausible};
use crate::catalog::{Field, Kind, Meaning, Rest, Time, Type, Variant};
use crate::contract::FieldError;
use crate::date::Day;
use crate::text::is_blank;

/// The faults of an object that should hold `fields` and nothing else.
pub fn object(object: &Map<String, Value>, fields: &[Field]) -> Vec<FieldError> {
    let mut faults = Faults(Vec::new());
    faults.members(object, fields, &Rest::Unknown, "");
    faults.0
}

/// The faults of a value that stands at `path`.
pub fn value(value: &Value, ty: &Type, path: &str) -> Vec<FieldError> {
    let mut faults = Faults(Vec::new());
    faults.value(value, ty, path);
    faults.0
}

struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, path: &str, message: impl Into<String>) {
        self.0.push(FieldError { path: path.to_owned(), message: message.into() });
    }

    fn members(&mut self, object: &Map<String, Value>, fields: &[Field], rest: &Rest, path: &str) {
        for field in fields {
            match object.get(field.name) {
                Some(Value::String(text))
                    if field.metadata.required
                        && is_blank(text)
                        && !matches!(field.ty.kind, Kind::Any) =>
                {
                    self.add(&member(path, field.name), "is required")
                }
                Some(value) => self.value(value, field.ty, &member(path, field.name)),
                None if field.metadata.required => {
                    self.add(&member(path, field.name), "is required")
                }
                None => {}
            }
        }
        for (name, value) in object {
            if fields.iter().any(|field| field.name == name) {
                continue;
            }
            match rest {
                Rest::Unknown => self.add(&member(path, name), unknown(name, fields)),
                Rest::Map(ty, _) => self.value(value, ty, &member(path, name)),
            }
        }
        if let &Rest::Map(_, min) = rest
            && !within(object.len(), min, u32::MAX)
        {
            self.add(path, format!("must have {}", range(min, u32::MAX, "member")));
        }
    }

    fn value(&mut self, value: &Value, ty: &Type, path: &str) {
        if value.is_null() {
            if !ty.nullable && !matches!(ty.kind, Kind::Any) {
                self.add(path, "must not be null: leave it out");
            }
            return;
        }
        match (&ty.kind, value) {
            (Kind::Any, _) | (Kind::Boolean, Value::Bool(_)) => {}
            (Kind::Integer { .. } | Kind::Number { .. }, Value::Number(number))
                if let Some(fault) = implausible(ty, number) =>
            {
                self.add(path, fault)
            }
            (&Kind::Integer { min, max }, Value::Number(number)) => match number.as_i64() {
                None => self.add(path, "must be a whole number"),
                Some(number) if number < min => {
                    self.add(path, format!("must be at least {min}, is {number}"))
                }
                Some(number) if number > max => {
                    self.add(path, format!("must be at most {max}, is {number}"))
                }
                Some(_) => {}
            },
            (&Kind::Number { min, above, max, below }, Value::Number(number)) => {
                let value = number.as_f64().unwrap_or_default();
                let wrong = if value < min || (above && value == min) {
                    Some((if above { "more than" } else { "at least" }, min))
                } else if value > max || (below && value == max) {
                    Some((if below { "less than" } else { "at most" }, max))
                } else {
                    None
                };
                if let Some((than, limit)) = wrong {
                    let message = format!("must be {than} {}, is {number}", Value::from(limit));
                    self.add(path, message)
                }
            }
            (&Kind::Text { min, max, pattern }, Value::String(text)) => {
                let length = text.chars().count();
                if !within(length, min, max) {
                    self.add(
                        path,
                        format!("must have {}, has {length}", range(min, max, "character")),
                    );
                } else if let Some(pattern) = pattern
                    && !(pattern.matches)(text)
                {
                    self.add(path, format!("must be {}", pattern.meaning));
                } else if let Some(fault) = wrong_text(ty, text) {
                    self.add(path, fault);
                }
            }
            (Kind::Choice(options), Value::String(text)) => {
                if !options.contains(&text.as_str()) {
                    self.add(path, format!("must be one of {}", listed(options)));
                }
            }
            (Kind::Numbers(options), Value::Number(number)) => {
                if !options.iter().any(|option| number.as_i64() == Some(*option)) {
                    let options: Vec<_> = options.iter().map(i64::to_string).collect();
                    self.add(path, format!("must be one of {}", options.join(", ")));
                }
            }
            (&Kind::List { of, min, max }, Value::Array(items)) => {
                if !within(items.len(), min, max) {
                    self.add(
                        path,
                        format!("must have {}, has {}", range(min, max, "item"), items.len()),
                    );
                }
                for (index, item) in items.iter().enumerate() {
                    self.value(item, of, &format!("{path}[{index}]"));
                }
            }
            (Kind::Object { fields, rest }, Value::Object(object)) => {
                self.members(object, fields, rest, path)
            }
            (Kind::Union { tag: Some(tag), of }, Value::Object(object)) => {
                self.tagged(object, tag, of, value, path)
            }
            (Kind::Union { tag: None, of }, _) => self.nearest(value, of, path),
            (Kind::Text { .. }, Value::Number(_)) => {
                self.add(path, "must be a text: put the number in quotes, as it is to be written")
            }
            (kind, value) => {
                self.add(path, format!("must be {}, not {}", wanted(kind), given(value)))
            }
        }
    }

    fn tagged(
        &mut self,
        object: &Map<String, Value>,
        tag: &str,
        of: &[Variant],
        value: &Value,
        path: &str,
    ) {
        let names: Vec<_> = of.iter().map(|variant| variant.name).collect();
        match object.get(tag) {
            None => self.add(&member(path, tag), format!("is required: one of {}", listed(&names))),
            Some(name) => match of.iter().find(|variant| Some(variant.name) == name.as_str()) {
                Some(variant) => self.value(value, variant.ty, path),
                None => self.add(&member(path, tag), format!("must be one of {}", listed(&names))),
            },
        }
    }

    /// Without a tag, the alternative with the fewest faults is what was meant.
    fn nearest(&mut self, value: &Value, of: &[Variant], path: &str) {
        let faults = of.iter().map(|variant| {
            let mut faults = Faults(Vec::new());
            faults.value(value, variant.ty, path);
            faults.0
        });
        self.0.extend(faults.min_by_key(Vec::len).unwrap_or_default());
    }
}

/// A number that has another unit than the one that was meant.
fn implausible(ty: &Type, number: &Number) -> Option<String> {
    match (ty.time, ty.meaning) {
        (Some(time), _) => plausible::time_fault(time, number.as_f64()?),
        (_, Some(Meaning::MicroCurrency)) => plausible::micro_fault(number),
        _ => None,
    }
}

/// What is wrong with a text that tells a time, or stands for something else.
fn wrong_text(ty: &Type, text: &str) -> Option<String> {
    match (ty.time, ty.meaning) {
        (Some(Time::Date), _) if text.len() != 10 || Day::read(text).is_none() => {
            Some("must be a date like 2026-01-31".to_owned())
        }
        (Some(Time::Rfc3339), _) if !is_time(text) => {
            Some("must be a time like 2026-01-31T12:00:00Z".to_owned())
        }
        (Some(time @ Time::SecondsText), _) => {
            plausible::time_fault(time, text.parse::<i64>().ok()? as f64)
        }
        (None, Some(meaning)) => meaning::fault(meaning, text),
        _ => None,
    }
}

/// RFC 3339; the zone may be left out.
fn is_time(text: &str) -> bool {
    let time = text.get(10..19).unwrap_or_default();
    let digit = |index: usize| time.as_bytes()[index].is_ascii_digit();
    Day::read(text).is_some()
        && time.len() == 9
        && matches!(time.as_bytes()[0], b'T' | b't' | b' ')
        && [3, 6].into_iter().all(|index| time.as_bytes()[index] == b':')
        && [1, 2, 4, 5, 7, 8].into_iter().all(digit)
}

fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn unknown(name: &str, fields: &[Field]) -> String {
    let folded = |text: &str| text.to_ascii_lowercase().replace(['_', '-', ' '], "");
    match fields.iter().find(|field| folded(field.name) == folded(name)) {
        Some(field) => format!("is not a field here; did you mean {}?", field.name),
        None => "is not a field here".to_owned(),
    }
}

fn within(count: usize, min: u32, max: u32) -> bool {
    (min as usize..=max as usize).contains(&count)
}

fn range(min: u32, max: u32, noun: &str) -> String {
    let plural = |count: u32| if count == 1 { "" } else { "s" };
    match (min, max) {
        (min, u32::MAX) => format!("at least {min} {noun}{}", plural(min)),
        (0, max) => format!("at most {max} {noun}{}", plural(max)),
        (min, max) => format!("{min} to {max} {noun}s"),
    }
}

/// At most 30 of them: some lists are hundreds long.
fn listed(options: &[&str]) -> String {
    let shown = options.iter().take(30).copied().collect::<Vec<_>>().join(", ");
    match options.len().saturating_sub(30) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Any => "a value",
        Kind::Boolean => "true or false",
        Kind::Integer { .. } | Kind::Numbers(_) => "a whole number",
        Kind::Number { .. } => "a number",
        Kind::Text { .. } | Kind::Choice(_) => "a text",
        Kind::List { .. } => "a list",
        Kind::Object { .. } | Kind::Union { .. } => "an object",
    }
}

fn given(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
