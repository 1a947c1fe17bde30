//! The kind of parameter that a value wants.

use connector_forms::kind;
use serde_json::{Map, Value, json};

use super::super::names::{order, title, title_case, words};
use super::super::schema::{Shape, shape};
use super::super::typescript::ORDERED;
use super::{Methods, entries, item_title, values};

/// What n8n says of fields whose choices are loaded.
const LISTED: &str = "Choose from the list, or specify IDs using an <a href=\"https://docs.n8n.io/code/expressions/\">expression</a>";

/// A parameter without its name.
pub struct Control {
    pub kind: &'static str,
    /// Another title than the schema's.
    pub title: Option<String>,
    /// Another help text than the schema's.
    pub description: Option<String>,
    pub type_options: Map<String, Value>,
    pub default: Value,
    /// Members behind all others: options, modes, a placeholder.
    pub more: Map<String, Value>,
    /// Whether nothing that it can hold stands for nothing: it is only there where somebody added it.
    pub must_fold: bool,
}

impl Control {
    fn new(kind: &'static str, default: Value) -> Self {
        Control {
            kind,
            title: None,
            description: None,
            type_options: Map::new(),
            default,
            more: Map::new(),
            must_fold: false,
        }
    }

    fn option(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.type_options.insert(name.into(), value.into());
        self
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.into(), value.into());
        self
    }
}

/// The parameter for a value. `path` is where the connector has it.
pub fn of(name: &str, schema: &Value, path: &str, methods: &mut Methods) -> Control {
    let choices = schema["x-choices"].is_array();
    match shape(schema) {
        Shape::List(items) if choices && matches!(shape(items), Shape::Plain(_)) => {
            methods.load.insert(path.into());
            let needs = needs(schema);
            let control = Control::new("multiOptions", json!([])).option("loadOptionsMethod", path);
            Control {
                title: Some(format!("{} Names or IDs", singular_title(name, schema))),
                description: Some(LISTED.into()),
                ..if needs.is_empty() {
                    control
                } else {
                    control.option("loadOptionsDependsOn", needs)
                }
            }
        }
        Shape::List(items) => list(name, schema, items, path, methods),
        Shape::Object(_) | Shape::Union(..) => one(name, schema, values(schema, path, methods)),
        Shape::Map(inner) => many("Entry", "entries", entries(inner, path, methods)),
        Shape::Any => Control::new("json", json!("")),
        Shape::Plain(schema) if choices => {
            methods.search.insert(path.into());
            locator(name, schema, path)
        }
        Shape::Plain(schema) => plain(name, schema),
    }
}

fn singular_title(name: &str, schema: &Value) -> String {
    item_title(name, schema)
}

/// The fields that must be filled in before there are choices.
fn needs(schema: &Value) -> Vec<Value> {
    let named = schema["x-choices"].as_array().into_iter().flatten().filter_map(Value::as_str);
    named.map(|need| json!(format!("{need}.value"))).collect()
}

/// Something that can be searched for in a list, or given by its id.
fn locator(name: &str, schema: &Value, path: &str) -> Control {
    let mut by_id = json!({
        "displayName": "By ID",
        "name": "id",
        "type": "string",
    });
    if let Some(pattern) = schema["pattern"].as_str() {
        let message = format!("This is no ID of the kind that {} takes", title(name, schema));
        by_id["validation"] =
            json!([{"type": "regex", "properties": {"regex": pattern, "errorMessage": message}}]);
    }
    let control = Control::new("resourceLocator", json!({"mode": "list", "value": ""}));
    let needs = needs(schema);
    let control =
        if needs.is_empty() { control } else { control.option("loadOptionsDependsOn", needs) };
    control.with(
        "modes",
        json!([
            {
                "displayName": "From List",
                "name": "list",
                "type": "list",
                "typeOptions": {"searchListMethod": path, "searchable": true},
            },
            by_id,
        ]),
    )
}

fn list(name: &str, schema: &Value, items: &Value, path: &str, methods: &mut Methods) -> Control {
    let options = options(items);
    if !options.is_empty() {
        return Control::new("multiOptions", json!([])).with("options", options);
    }
    let one = item_title(name, schema);
    match shape(items) {
        Shape::Plain(plain) if kind(plain) != "boolean" => {
            let kind = if plain["format"] == "date" { "dateTime" } else { "string" };
            let control = Control::new(kind, json!([]))
                .option("multipleValues", true)
                .option("multipleValueButtonText", format!("Add {one}"));
            if schema["x-file"].is_string() { file(control) } else { control }
        }
        _ => many(&one, "items", values(items, path, methods)),
    }
}

/// The fields of a section: by title, as n8n wants it for more than a few, unless the first one says which
/// of the others there are.
fn section(title: &str, name: &str, mut values: Vec<Value>) -> Value {
    if values.iter().any(|value| !value["displayOptions"].is_null()) {
        let ordered = json!({ORDERED: values});
        return json!([{"displayName": title, "name": name, "values": ordered}]);
    }
    if values.len() > 4 {
        values.sort_by_key(|it| order(it["displayName"].as_str().unwrap_or_default()));
    }
    json!([{"displayName": title, "name": name, "values": values}])
}

/// An object that may be left out.
fn one(name: &str, schema: &Value, values: Vec<Value>) -> Control {
    let title = title(name, schema);
    Control::new("fixedCollection", json!({}))
        .with("placeholder", format!("Add {title}"))
        .with("options", section(&title, "value", values))
}

/// A list of objects.
fn many(title: &str, name: &str, values: Vec<Value>) -> Control {
    Control::new("fixedCollection", json!({}))
        .option("multipleValues", true)
        .with("placeholder", format!("Add {title}"))
        .with("options", section(title, name, values))
}

/// A text, a number, a switch, a time, or one of several options.
fn plain(name: &str, schema: &Value) -> Control {
    let options = options(schema);
    let default = &schema["default"];
    if !options.is_empty() {
        let known = options.iter().any(|option| option["value"] == *default);
        let first = options[0]["value"].clone();
        let control = Control::new("options", if known { default.clone() } else { first });
        return Control { must_fold: !known, ..control.with("options", options) };
    }
    if schema["x-file"].is_string() {
        return file(Control::new("string", json!("")));
    }
    let is_time = schema["format"] == "date-time" || schema["x-time"].is_string();
    match kind(schema) {
        _ if schema["format"] == "date" => {
            Control::new("dateTime", json!("")).option("dateOnly", true)
        }
        _ if is_time => Control::new("dateTime", json!("")),
        "boolean" => {
            let control = Control::new("boolean", json!(*default == true));
            Control { must_fold: !default.is_boolean(), ..control }
        }
        "integer" | "number" => {
            let known = default.is_number();
            let least = if known { default.clone() } else { least(schema) };
            Control { must_fold: !known, ..bounds(schema, Control::new("number", least)) }
        }
        _ => {
            let control = Control::new("string", json!(default.as_str().unwrap_or_default()));
            let is_secret = ["password", "secret", "token"].iter().any(|word| name.contains(word));
            let control =
                match (is_secret || schema["x-secret"] == true, schema["x-multiline"] == true) {
                    (true, _) => control.option("password", true),
                    (_, true) => control.option("rows", 4),
                    _ => control,
                };
            match name {
                // One can type into it, too.
                _ if name.contains("color") || name.contains("colour") => {
                    Control { kind: "color", ..control }
                }
                "email" => control.with("placeholder", "name@email.com"),
                _ => control,
            }
        }
    }
}

/// What is sent is in a binary field of the item, or at an address.
fn file(control: Control) -> Control {
    control.with("placeholder", "e.g. data").with(
        "hint",
        "The name of the input's binary field that has the file, or an https:// address",
    )
}

fn least(schema: &Value) -> Value {
    if schema["minimum"].is_number() { schema["minimum"].clone() } else { json!(0) }
}

fn bounds(schema: &Value, control: Control) -> Control {
    let pairs = [("minimum", "minValue"), ("maximum", "maxValue")];
    let bound = |control: Control, (from, to): (&str, &str)| match &schema[from] {
        number @ Value::Number(_) => control.option(to, number.clone()),
        _ => control,
    };
    let control = pairs.into_iter().fold(control, bound);
    if kind(schema) == "integer" { control } else { control.option("numberPrecision", 6) }
}

/// The options of a schema, by title.
fn options(schema: &Value) -> Vec<Value> {
    let values = schema["enum"].as_array().into_iter().flatten().filter(|value| !value.is_null());
    let values: Vec<_> = values.collect();
    let is_code =
        |value: &&Value| value.as_str().is_some_and(|it| it.len() < 4 && it == it.to_uppercase());
    let codes = values.iter().all(is_code);
    let shown = |value: &Value| match value.as_str() {
        // Constants are words; all others mean what they are.
        Some(text) if is_constant(text) && !codes => title_case(&words(text)),
        Some(text) => media_type(text).or_else(|| locale(text)).unwrap_or_else(|| title_case(text)),
        None => value.to_string(),
    };
    let mut names: Vec<_> = values.iter().map(|value| shown(value)).collect();
    for at in 1..names.len() {
        let same = |name: &&String| name.eq_ignore_ascii_case(&names[at]);
        let before = names[..at].iter().filter(same).count();
        if before > 0 {
            names[at] = format!("{} ({})", names[at], before + 1);
        }
    }
    let mut options: Vec<_> = names
        .into_iter()
        .zip(&values)
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    if !values.iter().all(|value| value.is_number()) {
        options.sort_by_key(|option| order(option["name"].as_str().unwrap_or_default()));
    }
    options
}

/// `en-US` as `EN-US`, which is how n8n's titles have it.
fn locale(text: &str) -> Option<String> {
    let (language, country) = text.split_once('-')?;
    let letters = |part: &str| part.len() == 2 && part.chars().all(|it| it.is_ascii_alphabetic());
    (letters(language) && letters(country)).then(|| text.to_uppercase())
}

/// `image/jpeg` as `JPEG`.
fn media_type(text: &str) -> Option<String> {
    let (kind, name) = text.split_once('/')?;
    matches!(kind, "application" | "audio" | "image" | "text" | "video")
        .then(|| name.to_uppercase())
}

fn is_constant(text: &str) -> bool {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.chars().all(word) && text.starts_with(|first: char| first.is_ascii_alphabetic())
}
