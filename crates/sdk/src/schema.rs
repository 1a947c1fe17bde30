//! The catalogue's types as JSON Schema 2020-12, for forms and mappers. The hints are those that
//! the contract describes.

use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, Field, Kind, Meaning, Rest, Source, Time, Type, Variant};
use crate::input::plausible::LAST_SECOND;

/// The schema of an object that holds `fields` and nothing else, as a document.
pub fn input(catalog: &Catalog, fields: &[Field]) -> Value {
    document(object(fields, &Rest::Unknown, Way::In(catalog, fields)))
}

/// The schema of an output, as a document.
pub fn output(ty: &Type) -> Value {
    document(schema(ty, Way::Out))
}

/// The schema that allows any value, as a document.
#[cfg(feature = "full")]
pub fn anything() -> Value {
    document(json!({}))
}

/// Inputs are checked strictly; outputs may hold more than is known. The fields of the input decide
/// which choices can be offered.
#[derive(Clone, Copy)]
enum Way<'a> {
    In(&'a Catalog, &'a [Field]),
    Out,
}

fn document(mut schema: Value) -> Value {
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema
}

fn schema(ty: &Type, way: Way) -> Value {
    let mut schema = kind(ty, way);
    if let Some(time) = ty.time {
        tell_time(&mut schema, time, way);
    }
    if let Some(meaning) = ty.meaning {
        let (hint, value) = hint(meaning);
        schema[hint] = value.into();
    }
    match (ty.nullable, schema.get("type").cloned()) {
        (false, _) => schema,
        (true, Some(name)) => {
            schema["type"] = json!([name, "null"]);
            if let Some(options) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                options.push(Value::Null);
            }
            schema
        }
        (true, None) if schema.as_object().is_some_and(Map::is_empty) => schema,
        (true, None) => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

fn kind(ty: &Type, way: Way) -> Value {
    let mut schema = Map::new();
    let mut set = |key: &str, value: Value| {
        schema.insert(key.to_owned(), value);
    };
    match &ty.kind {
        Kind::Any => {}
        Kind::Boolean => set("type", "boolean".into()),
        &Kind::Integer { min, max } => {
            set("type", "integer".into());
            if min != i64::MIN {
                set("minimum", min.into());
            }
            if max != i64::MAX {
                set("maximum", max.into());
            }
        }
        &Kind::Number { min, above, max, below } => {
            set("type", "number".into());
            let bounds = [
                (min, above, "minimum", "exclusiveMinimum"),
                (max, below, "maximum", "exclusiveMaximum"),
            ];
            for (limit, is_exclusive, inclusive, exclusive) in bounds {
                if limit.is_finite() {
                    set(if is_exclusive { exclusive } else { inclusive }, limit.into());
                }
            }
        }
        &Kind::Text { min, max, pattern } => {
            set("type", "string".into());
            limits(&mut set, "Length", min, max);
            if let Some(pattern) = pattern {
                set("pattern", pattern.source.into());
                if pattern.meaning == "base64" {
                    set("x-file", "base64".into());
                }
            }
        }
        Kind::Choice(options) => {
            set("type", "string".into());
            set("enum", json!(options));
        }
        Kind::Numbers(options) => {
            set("type", "integer".into());
            set("enum", json!(options));
        }
        &Kind::List { of, min, max } => {
            set("type", "array".into());
            set("items", self::schema(of, way));
            limits(&mut set, "Items", min, max);
        }
        Kind::Object { fields, rest } => return object(fields, rest, way),
        Kind::Union { tag: Some(tag), of } => {
            let mut variants: Vec<_> =
                of.iter().map(|variant| tagged(variant.ty, tag, variant.name, way)).collect();
            match way {
                Way::In(..) => set("oneOf", variants.into()),
                // Services add kinds of things without notice, and leaves tags out.
                Way::Out => {
                    variants.push(other(tag, of));
                    set("anyOf", variants.into());
                }
            }
            set("discriminator", json!({ "propertyName": tag }));
        }
        Kind::Union { tag: None, of } => {
            set("anyOf", of.iter().map(|variant| self::schema(variant.ty, way)).collect());
        }
    }
    Value::Object(schema)
}

fn limits(set: &mut impl FnMut(&str, Value), what: &str, min: u32, max: u32) {
    if min > 0 {
        set(&format!("min{what}"), min.into());
    }
    if max < u32::MAX {
        set(&format!("max{what}"), max.into());
    }
}

/// An alternative of a union, chosen by its tag alone.
fn tagged(ty: &Type, tag: &str, name: &str, way: Way) -> Value {
    let mut schema = schema(ty, way);
    schema["title"] = sentence(name).into();
    schema["properties"][tag]["const"] = name.into();
    if let Some(tag) = schema["properties"][tag].as_object_mut() {
        tag.remove("enum");
    }
    schema
}

/// In an output: the alternative for values that are none of the known ones.
fn other(tag: &str, of: &[Variant]) -> Value {
    let known: Vec<_> = of.iter().map(|variant| variant.name).collect();
    json!({
        "type": "object", "title": "Other", "properties": { tag: { "not": { "enum": known } } },
    })
}

fn object(fields: &[Field], rest: &Rest, way: Way) -> Value {
    let properties: Map<_, _> =
        fields.iter().map(|field| (field.name.to_owned(), member(field, way))).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    let required: Vec<_> =
        fields.iter().filter(|field| field.metadata.required).map(|field| field.name).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    match (rest, way) {
        (Rest::Unknown, Way::In(..)) => schema["additionalProperties"] = false.into(),
        (Rest::Map(ty, _), _) if !matches!(ty.kind, Kind::Any) => {
            schema["additionalProperties"] = self::schema(ty, way)
        }
        _ => {}
    }
    if let &Rest::Map(_, min @ 1..) = rest {
        schema["minProperties"] = min.into();
    }
    schema
}

fn member(field: &Field, way: Way) -> Value {
    let mut schema = schema(field.ty, way);
    if let Some(words) = field.metadata.label {
        schema["title"] = words.title.into();
        schema["description"] = words.help.into();
        let hints = [
            ("x-advanced", words.advanced && !field.metadata.required),
            ("x-multiline", words.multiline),
            ("x-secret", words.secret),
            ("x-personal", words.personal),
        ];
        if words.file {
            schema["x-file"] = "blob".into();
        }
        for (hint, _) in hints.into_iter().filter(|(_, holds)| *holds) {
            schema[hint] = true.into();
        }
    }
    let Way::In(catalog, input) = way else { return schema };
    if field.metadata.label.is_none() {
        schema["title"] = sentence(field.name).into();
    }
    if catalog.filled_in.contains(&field.name) && input.iter().any(|own| std::ptr::eq(own, field)) {
        schema["x-setting"] = field.name.into();
    }
    if let Some(default) = field.metadata.default {
        schema["default"] = serde_json::from_str(default).unwrap_or_default();
    }
    let offered = |source: &&Source| {
        source.needs.iter().all(|need| input.iter().any(|field| field.name == *need))
    };
    // The last source needs the least.
    if let Some(source) =
        catalog.sources(field.name, field.metadata.location).filter(offered).last()
    {
        schema["x-choices"] = json!(source.needs);
        let list = catalog.actions.iter().find(|action| action.id == source.action);
        schema["x-scopes"] = json!(list.map_or(&[][..], |list| list.scopes));
    }
    schema
}

fn tell_time(schema: &mut Value, time: Time, way: Way) {
    match time {
        Time::Rfc3339 => schema["format"] = "date-time".into(),
        Time::Date => schema["format"] = "date".into(),
        Time::Seconds | Time::SecondsText => schema["x-time"] = "seconds".into(),
        Time::Milliseconds => schema["x-time"] = "milliseconds".into(),
        Time::Magnitude => schema["x-time"] = "seconds or milliseconds".into(),
    }
    if time == Time::Seconds && matches!(way, Way::In(..)) && schema["maximum"].is_null() {
        schema["maximum"] = LAST_SECOND.into();
    }
}

/// The hint that tells what a text or number stands for.
fn hint(meaning: Meaning) -> (&'static str, &'static str) {
    match meaning {
        Meaning::MicroCurrency => ("x-unit", "micro-currency"),
        Meaning::Link => ("x-text", "link"),
        Meaning::Decimal => ("x-text", "decimal"),
        Meaning::Price => ("x-text", "price"),
        Meaning::Currency => ("x-text", "currency"),
        Meaning::IpAddress => ("x-text", "ip-address"),
    }
}

/// `board_section_id` reads as `Board section id`.
fn sentence(name: &str) -> String {
    let mut text = name.replace(['_', '-'], " ").to_ascii_lowercase();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
