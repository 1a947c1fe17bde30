//! JSON Schema as types of Python: a `TypedDict` for each object, and each once.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::typed::{Things, apart, member, pascal};
use crate::values::{list, members};

/// Words of Python that no member of a class can have as its name.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Objects are declared, before what they are in; the things first, by the names of what they are.
pub struct Types<'a> {
    pub declarations: String,
    /// All names that are declared, in their order.
    pub names: Vec<String>,
    taken: HashSet<String>,
    /// Names by what their types hold.
    written: HashMap<String, String>,
    things: &'a Things<'a>,
}

impl<'a> Types<'a> {
    pub fn new(things: &'a Things<'a>) -> Self {
        let (declarations, names) = Default::default();
        let (taken, written) = Default::default();
        let mut types = Types { declarations, names, taken, written, things };
        for (name, schema) in &things.all {
            types.of(name, schema);
        }
        types
    }

    /// The name of a type: of what was declared under another one, a second name.
    pub fn named(&mut self, name: String, schema: &Value) -> String {
        let of = self.of(&name, schema);
        if of != name && self.taken.insert(name.clone()) {
            self.declarations += &format!("\n\n{name} = {of}\n");
            self.names.push(name.clone());
        }
        name
    }

    /// The type of what a schema takes; `name` is for an object that is new.
    pub fn of(&mut self, name: &str, schema: &Value) -> String {
        if let Some(thing) = self.things.name_of(schema) {
            return thing.to_owned();
        }
        if let Some(kinds) = apart(schema) {
            return union(kinds.iter().map(|kind| self.of(name, kind)).collect());
        }
        if let Some(constant) = schema.get("const") {
            return literal([constant].into_iter());
        }
        if schema["enum"].is_array() {
            return literal(list(&schema["enum"]));
        }
        for kind in ["oneOf", "anyOf"] {
            if schema[kind].is_array() {
                let cases = list(&schema[kind]).enumerate();
                return union(
                    cases.map(|(at, case)| self.of(&format!("{name}{}", at + 1), case)).collect(),
                );
            }
        }
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().collect(),
            kind => vec![kind],
        };
        union(kinds.into_iter().map(|kind| self.simple(kind, name, schema)).collect())
    }

    fn simple(&mut self, kind: &Value, name: &str, schema: &Value) -> String {
        match kind.as_str().unwrap_or_default() {
            "string" => "str".to_owned(),
            "boolean" => "bool".to_owned(),
            "integer" => "int".to_owned(),
            "number" => "float".to_owned(),
            "null" => "None".to_owned(),
            "array" => format!("list[{}]", self.of(&format!("{name}Item"), &schema["items"])),
            "object" => self.object(name, schema),
            _ => "Any".to_owned(),
        }
    }

    fn object(&mut self, name: &str, schema: &Value) -> String {
        let is_map = members(&schema["properties"]).next().is_none();
        if is_map || schema["additionalProperties"].is_object() {
            return "dict[str, Any]".to_owned();
        }
        let mut fields = Vec::new();
        for (key, field) in members(&schema["properties"]) {
            let of = self.of(&format!("{name}{}", pascal(key)), field);
            let is_there = self.things.is_there(schema, key);
            let of = if is_there { of } else { format!("NotRequired[{of}]") };
            fields.push((key, of, words(field)));
        }
        let plain = fields.iter().all(|(key, ..)| member(key) && !KEYWORDS.contains(key));
        let body: String = match plain {
            true => {
                fields.iter().map(|(key, of, words)| format!("    {key}: {of}\n{words}")).collect()
            }
            false => {
                fields.iter().map(|(key, of, _)| format!("{}: {of}, ", Value::from(*key))).collect()
            }
        };
        if let Some(known) = self.written.get(&body) {
            return known.clone();
        }
        let mut unique = name.to_owned();
        while !self.taken.insert(unique.clone()) {
            unique.push('_');
        }
        self.declarations += &match plain {
            true => format!("\n\nclass {unique}(TypedDict):\n{body}"),
            false => format!(
                "\n\n{unique} = TypedDict(\"{unique}\", {{{}}})\n",
                body.trim_end_matches(", ")
            ),
        };
        self.names.push(unique.clone());
        self.written.insert(body, unique.clone());
        unique
    }
}

/// A member's documentation, which stands behind it.
fn words(field: &Value) -> String {
    let said = ["title", "description"].iter().filter_map(|name| field[*name].as_str());
    let said = said.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
    if said.is_empty() { said } else { format!("    {}\n", Value::from(said)) }
}

/// Of what can be none, such as a number with a fraction, anything.
fn literal<'a>(values: impl Iterator<Item = &'a Value>) -> String {
    let values: Option<Vec<_>> = values.map(plain).collect();
    values.map_or_else(|| "Any".to_owned(), |values| format!("Literal[{}]", values.join(", ")))
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("None".to_owned()),
        Value::Bool(is) => Some(if *is { "True" } else { "False" }.to_owned()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        Value::String(_) => Some(value.to_string()),
        _ => None,
    }
}

fn union(types: Vec<String>) -> String {
    let mut all: Vec<String> = Vec::new();
    types.into_iter().for_each(|one| {
        if !all.contains(&one) {
            all.push(one)
        }
    });
    all.join(" | ")
}
