//! Where in the arguments of a call something stands in the place of an id.

use serde_json::Value;

use crate::outline::{member, resolved};

/// Items of a list that are looked at. Who gives more has read them somewhere, with their ids.
const ITEMS: usize = 100;

/// A text that is no id, in the place of one.
pub struct Place {
    /// Where it is, as a JSON pointer.
    pub pointer: String,
    /// The same as connectors write it, such as `body[0].owner_id`.
    pub path: String,
    pub text: String,
    pub pattern: String,
    /// The fields that narrow what can be chosen; None where nothing can.
    pub needs: Option<Vec<Value>>,
}

/// All of them. `fits` says whether a text fits a pattern.
pub fn places(root: &Value, arguments: &Value, fits: &dyn Fn(&str, &str) -> bool) -> Vec<Place> {
    let mut found = Vec::new();
    let walk = Walk { root, fits };
    walk.look(root, arguments, (String::new(), String::new()), None, &mut found);
    // What others need comes first.
    found.sort_by_key(|place| place.needs.as_ref().map_or(0, Vec::len));
    found
}

struct Walk<'a> {
    root: &'a Value,
    fits: &'a dyn Fn(&str, &str) -> bool,
}

impl Walk<'_> {
    fn look(
        &self,
        schema: &Value,
        value: &Value,
        (pointer, path): (String, String),
        choices: Option<&Vec<Value>>,
        found: &mut Vec<Place>,
    ) {
        let Some(schema) = resolved(self.root, schema) else { return };
        let choices = schema["x-choices"].as_array().or(choices);
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    if let Some(field) = member(self.root, &schema, name) {
                        let step = name.replace('~', "~0").replace('/', "~1");
                        let dot = if path.is_empty() { "" } else { "." };
                        let place = (format!("{pointer}/{step}"), format!("{path}{dot}{name}"));
                        self.look(&field, value, place, None, found);
                    }
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate().take(ITEMS) {
                    let place = (format!("{pointer}/{at}"), format!("{path}[{at}]"));
                    self.look(&schema["items"], item, place, choices, found);
                }
            }
            Value::String(text) => {
                let Some(pattern) = schema["pattern"].as_str() else { return };
                if !(self.fits)(pattern, text) {
                    let (text, pattern) = (text.clone(), pattern.to_owned());
                    found.push(Place { pointer, path, text, pattern, needs: choices.cloned() });
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Where a schema has a field of this name that has choices, so many levels down at most.
pub fn chosen(root: &Value, schema: &Value, name: &str, deep: usize) -> Option<String> {
    let schema = resolved(root, schema)?;
    if let Some(field) = schema["properties"].get(name) {
        let field = resolved(root, field)?;
        let items = resolved(root, &field["items"]).unwrap_or_default();
        if field["x-choices"].is_array() || items["x-choices"].is_array() {
            return Some(name.to_owned());
        }
    }
    let deep = deep.checked_sub(1)?;
    let within = |(outer, field): (&String, &Value)| {
        let found = chosen(root, field, name, deep)?;
        Some(format!("{outer}.{found}"))
    };
    let mut members = schema["properties"].as_object().into_iter().flatten();
    let ways = ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema[*key].as_array());
    members
        .find_map(within)
        .or_else(|| chosen(root, &schema["items"], name, deep))
        .or_else(|| ways.flatten().find_map(|way| chosen(root, way, name, deep)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_found_where_it_has_choices() {
        let root = json!({"properties": {
            "id": {"type": "string"}, "top_id": {"x-choices": []},
            "body": {"items": {"oneOf": [{"properties": {"in_id": {"items": {"x-choices": []}}}}]}},
        }});
        let found = |name: &str, deep| chosen(&root, &root, name, deep);
        assert_eq!(found("top_id", 0).as_deref(), Some("top_id"));
        assert_eq!(found("in_id", 3).as_deref(), Some("body.in_id"));
        assert_eq!((found("in_id", 0), found("id", 3)), (None, None));
    }

    #[test]
    fn names_are_found_in_lists_and_in_what_may_be_one_of_several() {
        let id = json!({"type": "string", "pattern": "^1$", "x-choices": []});
        let root = json!({"properties": {
            "shop_id": id, "tag_ids": {"items": {"pattern": "^1$"}, "x-choices": ["shop_id"]},
            "code": {"pattern": "^1$"}, "note": {"type": "string"},
            "body": {"items": {"oneOf": [{"properties": {"a": {}}}, {"$ref": "#/$defs/Row"}]}},
        }, "$defs": {"Row": {"properties": {"owner_id": id}}}});
        let given = json!({
            "tag_ids": ["x", "1"], "shop_id": "s", "code": "c", "note": "n",
            "body": [{"owner_id": "1"}, {"owner_id": "me"}, {"other": "o"}],
        });
        let fits = |pattern: &str, text: &str| pattern == "^1$" && text == "1";
        let found = places(&root, &given, &fits);
        let told: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.needs.is_some())).collect();
        let wanted =
            [("shop_id", true), ("code", false), ("body[1].owner_id", true), ("tag_ids[0]", true)];
        assert_eq!(told, wanted);
        for place in &found {
            assert_eq!(given.pointer(&place.pointer).unwrap(), place.text.as_str());
        }
    }
}
