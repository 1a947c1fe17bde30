//! Times and amounts as they are read.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::outline;

/// An amount of money in units of its currency and as it is given back, or a time.
pub fn readable(number: i64, unit: &str) -> Option<String> {
    if unit == "micro-currency" {
        let amount = number as f64 / 1_000_000.0;
        return Some(format!("{amount:.2} ({number} millionths)"));
    }
    let time = number;
    const MILLISECONDS: i64 = 100_000_000_000;
    let is_in_milliseconds = match unit {
        "milliseconds" => true,
        "seconds" => false,
        _ => time >= MILLISECONDS,
    };
    let seconds = if is_in_milliseconds { time / 1000 } else { time };
    // Nothing that is known happened in 1970: it stands for none.
    let known = Timestamp::from_second(seconds).ok().filter(|_| seconds > 0)?;
    Some(known.to_string())
}

/// Members that are times or money, anywhere in a schema.
pub fn find_units(root: &Value, schema: &Value, units: &mut HashMap<String, String>) {
    match schema {
        Value::Object(members) => {
            let named = members.get("properties").and_then(Value::as_object);
            for (name, member) in named.into_iter().flat_map(Map::iter) {
                let member = outline::resolved(root, member).unwrap_or_default();
                if let Some(unit) = member["x-time"].as_str().or(member["x-unit"].as_str()) {
                    units.insert(name.clone(), unit.to_owned());
                }
            }
            members.values().for_each(|member| find_units(root, member, units));
        }
        Value::Array(items) => items.iter().for_each(|item| find_units(root, item, units)),
        _ => {}
    }
}

/// A time to the second, or in a list to the minute, where a text is one.
pub fn time(text: &str, listed: bool) -> Option<String> {
    let (date, rest) = text.split_once('T')?;
    if date.len() != 10 || rest.len() < 8 {
        return None;
    }
    let time: Timestamp = text.parse().ok()?;
    match listed {
        true => Some(time.strftime("%Y-%m-%dT%H:%MZ").to_string()),
        false => Timestamp::from_second(time.as_second()).ok().map(|time| time.to_string()),
    }
}
