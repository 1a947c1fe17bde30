//! A schema's type in a few words: `list (1 to 5) of text`.

use serde_json::Value;

use super::markdown::{code, codes, some_codes};

/// As many options of an enumeration are named.
const OPTIONS: usize = 8;
/// As many fields of a folded object are named.
const FIELDS: usize = 12;

/// The type without what is inside an object or a union.
pub fn words(schema: &Value) -> String {
    describe(schema, false)
}

/// The type with the names of what is inside.
pub fn folded(schema: &Value) -> String {
    describe(schema, true)
}

/// The alternatives of a union. Unions in unions are one union; `null` is none of them.
pub fn alternatives(schema: &Value) -> Vec<&Value> {
    let list = ["oneOf", "anyOf"].iter().find_map(|key| schema[key].as_array());
    let real = list.into_iter().flatten().filter(|one| one["type"] != "null");
    real.flat_map(|one| match alternatives(one) {
        inner if inner.is_empty() => vec![one],
        inner => inner,
    })
    .collect()
}

/// What tells an alternative apart: the value of its tag as `tag: value`, or its only field.
pub fn label(alternative: &Value) -> Option<String> {
    let fields = alternative["properties"].as_object()?;
    if let Some((name, _)) = fields.iter().find(|(_, field)| field.get("not").is_some()) {
        return Some(format!("other {name}"));
    }
    let tag = fields.iter().find(|(_, field)| field.get("const").is_some());
    match tag {
        Some((name, field)) => Some(format!("{name}: {}", plain(&field["const"]))),
        None if fields.len() == 1 => fields.keys().next().cloned(),
        None => None,
    }
}

/// A value without the quotes of a text.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn describe(schema: &Value, fold: bool) -> String {
    let mut words = kind(schema, fold);
    if nullable(schema) {
        words += " or null";
    }
    if let Some(default) = schema.get("default") {
        words += &format!(", else {}", code(plain(default)));
    }
    words
}

fn nullable(schema: &Value) -> bool {
    let types = schema["type"].as_array().into_iter();
    let among = schema["anyOf"].as_array().into_iter().flatten().map(|one| &one["type"]);
    types.flatten().chain(among).any(|name| name == "null")
}

fn kind(schema: &Value, fold: bool) -> String {
    if let Some(value) = schema.get("const") {
        return code(plain(value));
    }
    if let Some(options) = schema["enum"].as_array() {
        let options: Vec<_> = options.iter().filter(|it| !it.is_null()).map(plain).collect();
        return match options.as_slice() {
            [only] => code(only),
            options => format!("one of {}", some_codes(options, OPTIONS)),
        };
    }
    match alternatives(schema).as_slice() {
        [] => {}
        [only] => return kind(only, fold),
        several => return union(several, fold),
    }
    let name = match &schema["type"] {
        Value::Array(names) => names.iter().find(|name| *name != "null").unwrap_or(&Value::Null),
        name => name,
    };
    match name.as_str().unwrap_or_default() {
        "string" => text(schema),
        "integer" => number("integer", schema),
        "number" => number("number", schema),
        "array" => list(schema, fold),
        "object" => object(schema, fold),
        "" => "anything".into(),
        other => other.into(),
    }
}

fn text(schema: &Value) -> String {
    if schema["x-file"] == "blob" {
        return "file: a path, an https address or a data URI".into();
    }
    let name = match (schema["format"].as_str(), schema["x-file"].as_str()) {
        (Some("date-time"), _) => "time (RFC 3339)".into(),
        (Some("date"), _) => "date".into(),
        (_, Some(encoding)) => format!("file as {encoding}"),
        _ => match schema["pattern"].as_str() {
            Some(r"^\d+$") => "text of digits".into(),
            Some(pattern) => format!("text like {}", code(pattern)),
            None => "text".into(),
        },
    };
    let length = range(schema, "minLength", "maxLength").map(|it| format!(" ({it} characters)"));
    name + &time(schema) + &length.unwrap_or_default()
}

fn number(name: &str, schema: &Value) -> String {
    let limits = range(schema, "minimum", "maximum").map(|it| format!(" ({it})"));
    name.to_owned() + &time(schema) + &limits.unwrap_or_default()
}

fn time(schema: &Value) -> String {
    let unit = schema["x-time"].as_str();
    unit.map_or_else(String::new, |unit| format!(", {unit} since 1970"))
}

fn list(schema: &Value, fold: bool) -> String {
    let many = range(schema, "minItems", "maxItems").map(|it| format!(" ({it})"));
    format!("list{} of {}", many.unwrap_or_default(), describe(&schema["items"], fold))
}

fn object(schema: &Value, fold: bool) -> String {
    let Some(fields) = schema["properties"].as_object().filter(|fields| !fields.is_empty()) else {
        return match &schema["additionalProperties"] {
            Value::Object(_) => {
                let of = describe(&schema["additionalProperties"], fold);
                format!("object with any names, each {of}")
            }
            _ => "object with any names".into(),
        };
    };
    if !fold {
        return "object".into();
    }
    let needed: Vec<_> = schema["required"].as_array().into_iter().flatten().map(plain).collect();
    let others: Vec<_> = fields.keys().filter(|name| !needed.contains(name)).collect();
    match (needed.as_slice(), others.as_slice()) {
        ([], others) => format!("object with {}", some_codes(others, FIELDS)),
        (needed, []) => format!("object that needs {}", codes(needed)),
        (needed, others) => format!(
            "object that needs {} and may have {}",
            codes(needed),
            some_codes(others, FIELDS.saturating_sub(needed.len()).max(1))
        ),
    }
}

fn union(several: &[&Value], fold: bool) -> String {
    let mut kinds: Vec<_> = several.iter().map(|one| kind(one, false)).collect();
    kinds.dedup();
    if kinds.iter().any(|kind| kind != "object") {
        return kinds.join(" or ");
    }
    let names: Option<Vec<_>> = several.iter().map(|one| label(one)).collect();
    match names.filter(|_| fold) {
        Some(names) => format!("one of these objects: {}", some_codes(&names, FIELDS)),
        None => format!("one of {} kinds of object", several.len()),
    }
}

/// A range in words: `1 to 5`, `at least 1`, `at most 5`, `exactly 5`.
fn range(schema: &Value, min: &str, max: &str) -> Option<String> {
    match (schema.get(min), schema.get(max)) {
        (Some(min), Some(max)) if min == max => Some(format!("exactly {min}")),
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("at least {min}")),
        (None, Some(max)) => Some(format!("at most {max}")),
        (None, None) => None,
    }
}
