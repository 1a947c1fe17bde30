//! Answers as a model reads them: without what is empty, with one address of a picture, and times that can
//! be read.

mod cut;
mod readable;

use std::collections::HashMap;

use connector_host::contract::actions::Description;
use rmcp::model::JsonObject;
use serde_json::{Map, Value};

use crate::arguments::Invalid;
use crate::schema::{self, LIMIT};
use cut::{all_same, cut, largest};
use readable::{find_units, readable, time};

/// The argument that names the members to answer with.
pub const FIELDS: &str = "fields";
/// The argument that leaves the answer as it is.
pub const FULL: &str = "full";
/// The width of a picture that is large enough to be looked at.
const WIDTH: u64 = 400;
/// Bytes of items in an answer, or of one thing.
const ANSWER: usize = 10_000;
/// Characters of a text in a list.
const TEXT: usize = 300;

/// How an answer is shortened.
pub struct Compact {
    full: bool,
    fields: Vec<String>,
    /// It was said how many items are wanted.
    counted: bool,
    /// Units of times and of money, by the names of members.
    units: HashMap<String, String>,
}

impl Compact {
    /// Takes its arguments out of those of a call, unless the action has fields of that name.
    pub fn take(description: &Description, arguments: &mut JsonObject) -> Result<Self, Invalid> {
        let mut ours = |name: &str| match schema::has_own(&description.input, name) {
            true => None,
            false => arguments.remove(name).filter(|value| !value.is_null()),
        };
        let full = match ours(FULL) {
            None => false,
            Some(Value::Bool(full)) => full,
            Some(_) => return Err(Invalid::new(FULL, "must be true or false")),
        };
        let names = |value: Value| match value {
            Value::String(text) => {
                Some(text.split(',').map(|name| name.trim().to_owned()).collect())
            }
            Value::Array(names) => {
                names.iter().map(|name| name.as_str().map(str::to_owned)).collect()
            }
            _ => None,
        };
        let wrong = || Invalid::new(FIELDS, "must be a list of names");
        let fields = ours(FIELDS).map_or(Some(Vec::new()), names).ok_or_else(wrong)?;
        let output: Value = serde_json::from_str(&description.output).unwrap_or_default();
        let mut units = HashMap::new();
        find_units(&output, &output, &mut units);
        let counted = arguments.contains_key(LIMIT);
        Ok(Compact { full, fields, counted, units })
    }

    /// Whether nobody said which members are wanted.
    pub fn is_default(&self) -> bool {
        !self.full && self.fields.is_empty()
    }

    /// Shortens a thing, `listed` among others or alone.
    pub fn apply(&self, value: &mut Value, listed: bool) {
        if let (false, Value::Object(members)) = (self.fields.is_empty(), &mut *value) {
            let is_wanted = |name: &String| self.fields.iter().any(|field| field == name);
            members.retain(|name, _| is_wanted(name));
        }
        if !self.full {
            let text = if listed { TEXT } else { usize::MAX };
            self.shorten("", value, text);
            cut(value, ANSWER);
        }
    }

    /// How many of the items a model should get at once, unless it said how many it wants.
    pub fn fit(&self, items: &[Value]) -> usize {
        let mut left = if self.counted { usize::MAX } else { ANSWER };
        let fits = items.iter().enumerate().take_while(|(at, item)| {
            let size = item.to_string().len();
            let fits = *at == 0 || size <= left;
            left = left.saturating_sub(size);
            fits
        });
        fits.count()
    }

    fn shorten(&self, name: &str, value: &mut Value, text: usize) {
        if let Some(address) = picture(value) {
            *value = address;
            return;
        }
        let listed = text < usize::MAX;
        match value {
            Value::Object(members) => {
                // Of many addresses, such as those of pictures, one will do in a list.
                if listed && members.values().any(is_address) {
                    members
                        .retain(|_, member| !member.as_array().is_some_and(|it| are_addresses(it)));
                }
                for (name, member) in members.iter_mut() {
                    self.shorten(name, member, text);
                }
                members.retain(|_, member| !(is_empty(member) || listed && *member == false));
                if let Some(same) = all_same(members) {
                    *value = same;
                    return;
                }
                // What says one thing only is that thing.
                if let (true, false, [one]) = (listed, name.is_empty(), &*all(members))
                    && !one.is_object()
                    && !one.is_array()
                {
                    *value = one.clone();
                    return;
                }
                largest(members);
            }
            Value::Array(items) if listed && are_addresses(items) => {
                let more = items.len() - 1;
                items.truncate(1);
                items.push(format!("{more} more").into());
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.shorten(name, item, text)),
            Value::Number(number) => {
                let read = self.units.get(name).zip(number.as_i64());
                if let Some(read) = read.and_then(|(unit, number)| readable(number, unit)) {
                    *value = read.into();
                }
            }
            Value::String(said) => {
                if let Some(time) = time(said, listed) {
                    *said = time;
                }
                if let Some((end, _)) = said.char_indices().nth(text) {
                    said.truncate(end);
                    said.push('…');
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
}

fn all(members: &Map<String, Value>) -> Vec<Value> {
    members.values().take(2).cloned().collect()
}

fn is_address(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("https://"))
}

fn are_addresses(items: &[Value]) -> bool {
    items.len() > 2 && items.iter().all(is_address)
}

/// Null, or a list, an object or a text with nothing in it.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The address of a picture that is there in several sizes: the smallest that is large enough.
pub fn picture(value: &Value) -> Option<Value> {
    let sizes = value.as_object().filter(|sizes| sizes.len() > 1)?;
    let size = |size: &Value| {
        let (url, width) = (size.get("url")?.as_str()?, size.get("width")?);
        Some((width.as_u64().unwrap_or(u64::MAX), url.to_owned()))
    };
    let mut sizes: Vec<_> = sizes.values().map(size).collect::<Option<_>>()?;
    sizes.sort();
    let enough = sizes.iter().find(|(width, _)| *width >= WIDTH).or(sizes.last());
    enough.map(|(_, url)| url.clone().into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::cut::LARGEST;
    use super::*;

    fn compact(arguments: Value, value: Value) -> Value {
        let output = r#"{"properties": {
            "made": {"x-time": "seconds"}, "cap": {"x-unit": "micro-currency"}}}"#;
        let description = crate::testing::description("things.get", "{}", output);
        let mut arguments = arguments.as_object().cloned().unwrap();
        let compact = Compact::take(&description, &mut arguments).unwrap();
        assert!(arguments.is_empty());
        let mut value = value;
        compact.apply(&mut value, true);
        value
    }

    #[test]
    fn an_answer_has_an_end_unless_it_is_said_how_many_are_wanted() {
        let description = crate::testing::description("things.list", "{}", "{}");
        let items: Vec<Value> = (0..30).map(|_| "x".repeat(998).into()).collect();
        let fitting = |arguments: Value| {
            let mut arguments = arguments.as_object().cloned().unwrap();
            Compact::take(&description, &mut arguments).unwrap().fit(&items)
        };
        assert_eq!(fitting(json!({})), 10);
        assert_eq!(fitting(json!({"max_items": 30})), 30);
        assert_eq!(fitting(json!({"fields": ["a"]})), 10);
    }

    #[test]
    fn many_figures_are_told_by_the_largest_and_long_lists_by_their_beginning() {
        let many = |value: fn(u64) -> Value| -> Map<String, Value> {
            (0..40).map(|number| (format!("k{number}"), value(number))).collect()
        };
        let counts = compact(json!({}), json!({"errors": many(Value::from)}));
        assert_eq!(counts["errors"].as_object().unwrap().len(), LARGEST + 1);
        assert_eq!(counts["errors"]["k39"], 39);
        assert!(counts["errors"]["…"].as_str().unwrap().starts_with("30 more"));
        let states = compact(json!({}), json!({"states": many(|_| "READY".into())}));
        assert_eq!(states, json!({"states": "READY (all)"}));
        let rows: Vec<Value> = (0..90).map(|_| json!({"text": "x".repeat(290)})).collect();
        let long = compact(json!({}), json!({"rows": rows, "name": "a"}));
        let shown = long["rows"].as_array().unwrap().len();
        assert!(long.to_string().len() <= ANSWER + 100 && shown > 20, "{shown}");
        assert_eq!(long["rows"][shown - 1], format!("{} more; `full` shows them", 91 - shown));
    }

    #[test]
    fn what_is_empty_goes_and_the_rest_is_readable() {
        let size =
            |width: u64| json!({"width": width, "height": 1, "url": format!("https://a/{width}")});
        let thing = json!({
            "id": "1", "made": 1_700_000_000, "none": null, "tags": [], "on": false, "count": 0, "cap": 2_500_000,
            "images": {"150": size(150), "600": size(600), "1200": size(1200)},
            "note": "x".repeat(400), "seen": ["https://a/1", "https://a/2", "https://a/3"], "at": "2024-01-08T20:50:00.85Z",
            "media": {"cover": "https://a/0", "all": ["https://a/1", "https://a/2", "https://a/3"]},
        });
        let short = compact(json!({}), thing.clone());
        let note = format!("{}…", "x".repeat(TEXT));
        let wanted = json!({
            "id": "1", "made": "2023-11-14T22:13:20Z", "count": 0,
            "cap": "2.50 (2500000 millionths)", "images": "https://a/600", "note": note, "seen": ["https://a/1", "2 more"],
            "at": "2024-01-08T20:50Z", "media": "https://a/0",
        });
        assert_eq!(short, wanted);
        assert_eq!(compact(json!({"full": true}), thing.clone()), thing);
        let some = compact(json!({"fields": ["id", "made"], "full": true}), thing.clone());
        assert_eq!(some, json!({"id": "1", "made": 1_700_000_000}));
        assert_eq!(compact(json!({"fields": "id, count"}), thing), json!({"id": "1", "count": 0}));
    }
}
