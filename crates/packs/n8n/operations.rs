//! Resources and their operations: the groups of actions, and the actions under short names.

use std::collections::BTreeSet;

use connector_forms::Form;
use serde_json::{Value, json};

use super::form::{Methods, Spot, members};
use super::names::{camel, capitalized, help, order, singular, title_case, words};

/// A group of actions.
pub struct Resource<'a> {
    /// What people read, in the singular: `Ad account`.
    pub title: String,
    /// Its value in the parameter `resource`.
    pub value: String,
    actions: Vec<&'a Value>,
}

/// The groups of a manifest, in its order.
pub fn resources(manifest: &Value) -> Vec<Resource<'_>> {
    let mut all: Vec<Resource> = Vec::new();
    for entry in manifest["actions"].as_array().into_iter().flatten() {
        let title = singular(entry["action"]["group"].as_str().unwrap_or("Action"));
        match all.iter_mut().find(|known| known.title == title) {
            Some(known) => known.actions.push(entry),
            None => all.push(Resource { value: camel(&title), title, actions: vec![entry] }),
        }
    }
    all
}

impl Resource<'_> {
    /// The entries of its actions.
    pub fn entries(&self) -> &[&Value] {
        &self.actions
    }

    /// The parameter `operation`, and the parameters of each operation.
    pub fn properties(&self, methods: &mut Methods) -> Vec<Value> {
        let mut options = self.options();
        options.sort_by_key(|option| order(option["name"].as_str().unwrap_or_default()));
        let default = ["Get Many", "Get", "Create"].iter().find_map(|name| {
            options.iter().find(|option| option["name"] == *name).map(|it| it["value"].clone())
        });
        let mut all = vec![json!({
            "displayName": "Operation",
            "name": "operation",
            "type": "options",
            "noDataExpression": true,
            "displayOptions": {"show": {"resource": [self.value]}},
            "default": default.unwrap_or_else(|| options[0]["value"].clone()),
            "options": options,
        })];
        for entry in &self.actions {
            all.extend(self.fields(entry, methods));
        }
        all
    }

    fn options(&self) -> Vec<Value> {
        let titles: Vec<_> = self
            .actions
            .iter()
            .map(|entry| entry["action"]["title"].as_str().unwrap_or_default())
            .collect();
        let short: Vec<_> = titles.iter().map(|title| short(title, &self.title)).collect();
        let mut seen = BTreeSet::new();
        let twice: BTreeSet<_> = short.iter().filter(|name| !seen.insert(*name)).cloned().collect();
        let named = self.actions.iter().zip(short.iter().zip(&titles));
        named
            .map(|(entry, (short, long))| {
                let action = &entry["action"];
                let id = action["id"].as_str().unwrap_or_default();
                let long = match titles.iter().filter(|other| *other == long).count() {
                    1 => (*long).to_owned(),
                    // Only the last word of their ids tells them apart.
                    _ => format!("{long} ({})", words(id.rsplit('.').next().unwrap_or(id))),
                };
                let is_taken = twice.contains(short);
                let name = if is_taken { title_case(&many(&long)) } else { short.clone() };
                json!({
                    "name": name,
                    "value": action["id"],
                    "description": help(action["summary"].as_str().unwrap_or_default()),
                    "action": sentence(&many(&long)),
                })
            })
            .collect()
    }

    fn fields(&self, entry: &Value, methods: &mut Methods) -> Vec<Value> {
        let action = &entry["action"];
        let form = Form::new(&entry["input"], &entry["output"]);
        let show = json!({"resource": [self.value], "operation": [action["id"]]});
        let is_list = action["shape"] == "items";
        let more = match (is_list, action["effect"].as_str()) {
            (true, _) | (_, Some("read")) => "Options",
            _ if action["id"].as_str().is_some_and(|id| id.ends_with(".update")) => "Update Fields",
            _ => "Additional Fields",
        };
        let show = show.as_object().cloned().unwrap_or_default();
        let at = Spot { show, more, single: form.single.as_ref(), ..Spot::default() };
        let mut fields = members(&form.schema, &at, methods);
        if is_list {
            let behind = fields.iter().position(|field| {
                field["type"] == "collection" && field["name"] == "additionalFields"
            });
            let place = behind.unwrap_or(fields.len());
            fields.splice(place..place, list_fields(&at.show));
        }
        fields
    }
}

/// How many items of a list are wanted.
fn list_fields(show: &serde_json::Map<String, Value>) -> [Value; 2] {
    let mut only_some = show.clone();
    only_some.insert("returnAll".into(), json!([false]));
    [
        json!({
            "displayName": "Return All",
            "name": "returnAll",
            "type": "boolean",
            "default": false,
            "displayOptions": {"show": show},
            "description": "Whether to return all results or only up to a given limit",
        }),
        json!({
            "displayName": "Limit",
            "name": "limit",
            "type": "number",
            "typeOptions": {"minValue": 1},
            "default": 50,
            "displayOptions": {"show": only_some},
            "description": "Max number of results to return",
        }),
    ]
}

/// `List boards` as `Get many boards`, which is how n8n says it.
fn many(title: &str) -> String {
    match title.strip_prefix("List ") {
        Some(rest) => format!("Get many {rest}"),
        None => title.to_owned(),
    }
}

/// The title of an action without the resource that it is of: `Create a board` is `Create` there, and
/// `Find a section by name` `Find Section by Name`.
fn short(title: &str, resource: &str) -> String {
    let title = many(title);
    let words: Vec<&str> = title.split(' ').collect();
    let is_article = |at: &usize| {
        let joined = matches!(
            words[at - 1],
            "at" | "by" | "for" | "from" | "in" | "of" | "on" | "to" | "with"
        );
        matches!(words[*at], "a" | "an" | "the") && !joined
    };
    let article = (1..words.len()).find(is_article);
    let behind = article.map_or(if title.starts_with("Get many ") { 2 } else { 1 }, |at| at + 1);
    let noun = |words: &[&str]| singular(&words.join(" ")).eq_ignore_ascii_case(resource);
    let length = resource.split(' ').count();
    let mut kept: Vec<&str> = words[..article.unwrap_or(behind.min(words.len()))].to_vec();
    let rest = words.get(behind..).unwrap_or_default();
    let is_noun = rest.get(..length).is_some_and(noun);
    kept.extend(if is_noun { &rest[length..] } else { rest });
    title_case(&kept.join(" "))
}

/// As n8n checks it: only the first word has a capital.
fn sentence(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let letters: String = word.chars().filter(|letter| letter.is_alphanumeric()).collect();
        if letters == letters.to_uppercase() { letters } else { letters.to_lowercase() }
    });
    capitalized(&words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn operations_do_not_repeat_their_resource() {
        for (title, expected) in [
            ("Create a board", "Create"),
            ("List boards", "Get Many"),
            ("Find or create a board", "Find or Create"),
            ("Find a board by name", "Find by Name"),
            ("Create a section", "Create Section"),
            ("List Pins on a board", "Get Many Pins on a Board"),
            ("Search boards", "Search"),
        ] {
            assert_eq!(short(title, "Board"), expected);
        }
        assert_eq!(short("List ad accounts", "Ad account"), "Get Many");
    }
}
