//! Turns the facts about types into tables. Equal tables are written once.

use std::collections::HashMap;
use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::load::{Catalog, texts};

/// Whether a value of the type is sent or received.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    /// With limits, options and words, without what only the service sets.
    In,
    /// Without limits: the service adds options without notice and exceeds its own limits.
    Out,
}

/// What a schema of an input may hold. Each is carried into the tables, and from there to checks and
/// published schemas, or says nothing that could be checked: `format` is carried as a time or as a
/// range, `anyOf` marks a `oneOf`, and the last row is for readers and for this build.
const CARRIED: &str = "$ref type format time meaning enum pattern minLength maxLength minimum \
    exclusiveMinimum maximum exclusiveMaximum items minItems maxItems properties required \
    additionalProperties minProperties oneOf anyOf discriminator default nullable readOnly \
    writeOnly deprecated owner";

pub struct Types<'a> {
    catalog: &'a Catalog,
    /// Source of a static, to its name.
    known: HashMap<String, String>,
    /// Named types that were asked for, to (name of the static, zoned).
    named: HashMap<(String, bool, bool), (String, bool)>,
    source: String,
}

/// A field of an object, before it is written.
pub struct Field<'a> {
    pub name: &'a str,
    pub schema: &'a Value,
    pub required: bool,
    pub place: &'a str,
    /// Keys into the words, the most special first.
    pub keys: Vec<String>,
}

impl<'a> Types<'a> {
    pub fn new(catalog: &'a Catalog) -> Types<'a> {
        Types { catalog, known: HashMap::new(), named: HashMap::new(), source: String::new() }
    }

    pub fn finish(self) -> String {
        self.source
    }

    /// The name of a static that holds `source`.
    pub fn intern(&mut self, kind: &str, rust_type: &str, source: String) -> String {
        let source = format!("{rust_type} = {source}");
        if let Some(name) = self.known.get(&source) {
            return name.clone();
        }
        let name = format!("{kind}{}", self.known.len());
        writeln!(self.source, "static {name}: {source};").expect("writing to a text");
        self.known.insert(source, name.clone());
        name
    }

    /// The facts behind a schema, through a reference.
    pub fn resolve<'b>(&'b self, schema: &'b Value) -> Result<&'b Value> {
        match schema["$ref"].as_str() {
            Some(name) => self.catalog.types.get(name).with_context(|| format!("no type {name}")),
            None => Ok(schema),
        }
    }

    /// The static for a schema, and whether it is zoned.
    pub fn write(&mut self, schema: &Value, way: Way) -> Result<(String, bool)> {
        let nullable = schema["nullable"] == true;
        let Some(name) = schema["$ref"].as_str() else {
            return self.inline(schema, "", nullable, way);
        };
        let key = (name.to_owned(), nullable, way == Way::In);
        if let Some(known) = self.named.get(&key) {
            return Ok(known.clone());
        }
        let facts = self.catalog.types.get(name).with_context(|| format!("no type {name}"))?;
        let written = match facts["$ref"].as_str() {
            Some(_) => self.write(facts, way)?,
            None => self.inline(facts, name, nullable || facts["nullable"] == true, way)?,
        };
        self.named.insert(key, written.clone());
        Ok(written)
    }

    fn inline(
        &mut self,
        schema: &Value,
        name: &str,
        nullable: bool,
        way: Way,
    ) -> Result<(String, bool)> {
        let mut keys = schema.as_object().into_iter().flat_map(Map::keys);
        if let Some(key) = keys.find(|key| !CARRIED.split(' ').any(|known| known == *key)) {
            bail!("{key} is not carried into the tables: {schema}");
        }
        let time = match schema["time"].as_str() {
            None => "None",
            Some("rfc3339") => "Some(Time::Rfc3339)",
            Some("date") => "Some(Time::Date)",
            Some("seconds") => "Some(Time::Seconds)",
            Some("milliseconds") => "Some(Time::Milliseconds)",
            Some("seconds-string") => "Some(Time::SecondsText)",
            Some("magnitude") => "Some(Time::Magnitude)",
            Some(other) => bail!("unknown time {other}"),
        };
        let meaning = match (schema["meaning"].as_str(), way) {
            (Some("micro-currency"), _) => "Some(Meaning::MicroCurrency)",
            (None, _) | (_, Way::Out) => "None",
            (Some("link"), _) => "Some(Meaning::Link)",
            (Some("decimal"), _) => "Some(Meaning::Decimal)",
            (Some("price"), _) => "Some(Meaning::Price)",
            (Some("currency"), _) => "Some(Meaning::Currency)",
            (Some("ip-address"), _) => "Some(Meaning::IpAddress)",
            (Some(other), _) => bail!("unknown meaning {other}"),
        };
        let (kind, inner) = self.kind(schema, name, way)?;
        let zoned = inner || (way == Way::Out && time == "Some(Time::Rfc3339)");
        let source = format!(
            "Type {{ kind: {kind}, nullable: {nullable}, time: {time}, meaning: {meaning}, zoned: {zoned} }}"
        );
        Ok((self.intern("T", "Type", source), zoned))
    }

    fn kind(&mut self, schema: &Value, name: &str, way: Way) -> Result<(String, bool)> {
        if let Some(alternatives) = schema["oneOf"].as_array() {
            return self.union(schema, alternatives, way);
        }
        if let (Some(options), Way::In) = (schema["enum"].as_array(), way)
            && schema["type"] == "string"
        {
            let options = texts(options.iter().filter_map(Value::as_str));
            let options = self.intern("C", "&[&str]", options);
            return Ok((format!("Kind::Choice({options})"), false));
        }
        if let (Some(options), Way::In) = (schema["enum"].as_array(), way) {
            let numbers: Option<Vec<_>> = options.iter().map(whole_number).collect();
            let numbers = numbers.with_context(|| format!("not all whole numbers: {schema}"))?;
            return Ok((format!("Kind::Numbers(&{numbers:?})"), false));
        }
        let count = |key: &str, or: &str| match (&schema[key], way) {
            (Value::Null, _) | (_, Way::Out) => or.to_owned(),
            (limit, _) => limit.to_string(),
        };
        Ok(match schema["type"].as_str() {
            None if schema["properties"].is_null() => ("Kind::Any".to_owned(), false),
            Some("boolean") => ("Kind::Boolean".to_owned(), false),
            Some("integer") => {
                let (min, max) = match (schema["format"].as_str(), way) {
                    (Some("int32"), Way::In) => ("-2147483648", "2147483647"),
                    _ => ("i64::MIN", "i64::MAX"),
                };
                // For whole numbers, an exclusive limit is the next number included.
                let min = match count("exclusiveMinimum", "") {
                    none if none.is_empty() => whole(count("minimum", min)),
                    limit => format!("{} + 1", whole(limit)),
                };
                let max = match count("exclusiveMaximum", "") {
                    none if none.is_empty() => whole(count("maximum", max)),
                    limit => format!("{} - 1", whole(limit)),
                };
                (format!("Kind::Integer {{ min: {min}, max: {max} }}"), false)
            }
            Some("number") => {
                let bound = |key: &str, exclusive: &str, none: &str| match count(exclusive, "") {
                    inclusive if inclusive.is_empty() => (count(key, none), false),
                    limit => (limit, true),
                };
                let (min, above) = bound("minimum", "exclusiveMinimum", "f64::NEG_INFINITY");
                let (max, below) = bound("maximum", "exclusiveMaximum", "f64::INFINITY");
                let kind = format!(
                    "Kind::Number {{ min: {min} as f64, above: {above}, max: {max} as f64, below: {below} }}"
                );
                (kind, false)
            }
            Some("string") => {
                let pattern = match (schema["pattern"].as_str(), way) {
                    (Some(source), Way::In) => format!("Some(pattern(PATTERNS, {source:?}))"),
                    _ => "None".to_owned(),
                };
                let (min, max) = (count("minLength", "0"), count("maxLength", "u32::MAX"));
                (format!("Kind::Text {{ min: {min}, max: {max}, pattern: {pattern} }}"), false)
            }
            Some("array") => {
                let (of, zoned) = self.write(&schema["items"], way)?;
                let (min, max) = (count("minItems", "0"), count("maxItems", "u32::MAX"));
                (format!("Kind::List {{ of: &{of}, min: {min}, max: {max} }}"), zoned)
            }
            Some("object") | None => self.object(schema, name, way)?,
            Some(other) => bail!("unknown type {other}"),
        })
    }

    fn union(
        &mut self,
        schema: &Value,
        alternatives: &[Value],
        way: Way,
    ) -> Result<(String, bool)> {
        let mut variants = String::new();
        let mut zoned = false;
        let mut variant = |types: &mut Self, name: &str, schema: &Value| -> Result<()> {
            let (ty, inner) = types.write(schema, way)?;
            zoned |= inner;
            write!(variants, "Variant {{ name: {name:?}, ty: &{ty} }}, ")?;
            Ok(())
        };
        let discriminator = &schema["discriminator"];
        if let Some(mapping) = discriminator["mapping"].as_object() {
            for (value, name) in mapping {
                variant(self, value, &json!({ "$ref": name }))?;
            }
        } else {
            for alternative in alternatives {
                variant(self, alternative["$ref"].as_str().unwrap_or_default(), alternative)?;
            }
        }
        let tag = crate::load::option(&discriminator["property"]);
        let of = self.intern("V", "&[Variant]", format!("&[{variants}]"));
        Ok((format!("Kind::Union {{ tag: {tag}, of: {of} }}"), zoned))
    }

    fn object(&mut self, schema: &Value, name: &str, way: Way) -> Result<(String, bool)> {
        let none = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        let fields: Vec<_> = properties
            .iter()
            .filter(|(_, schema)| way == Way::Out || schema["readOnly"] != true)
            .map(|(field, schema_of)| Field {
                name: field,
                schema: schema_of,
                required: is_required(schema, field),
                place: "Location::Body",
                keys: vec![format!("{name}.{field}"), field.clone()],
            })
            .collect();
        let (fields, mut zoned) = self.fields(&fields, way)?;
        let min = match way {
            Way::In => schema["minProperties"].as_u64().unwrap_or(0),
            Way::Out => 0,
        };
        let rest = match &schema["additionalProperties"] {
            Value::Object(_) => {
                let (ty, inner) = self.write(&schema["additionalProperties"], way)?;
                zoned |= inner;
                format!("Rest::Map(&{ty}, {min})")
            }
            Value::Bool(true) => self.anything(min)?,
            Value::Null if properties.is_empty() => self.anything(min)?,
            _ => "Rest::Unknown".to_owned(),
        };
        Ok((format!("Kind::Object {{ fields: {fields}, rest: {rest} }}"), zoned))
    }

    fn anything(&mut self, min: u64) -> Result<String> {
        Ok(format!("Rest::Map(&{}, {min})", self.write(&json!({ "nullable": true }), Way::Out)?.0))
    }

    /// The static that holds `fields`, and whether one of them is zoned.
    pub fn fields(&mut self, fields: &[Field], way: Way) -> Result<(String, bool)> {
        let mut source = String::new();
        let mut zoned = false;
        for field in fields {
            let (ty, inner) =
                self.write(field.schema, way).with_context(|| field.name.to_owned())?;
            zoned |= inner;
            let words = self.words(&field.keys, way)?;
            if way == Way::In {
                self.tells_its_unit(field)?;
            }
            let default = match (&field.schema["default"], way) {
                (Value::Null, _) | (_, Way::Out) => "None".to_owned(),
                (default, _) => format!("Some({:?})", default.to_string()),
            };
            let about = format!(
                "Metadata {{ label: {words}, default: {default}, location: {}, required: {} }}",
                field.place,
                way == Way::In && field.required
            );
            let about = self.intern("M", "Metadata", about);
            write!(source, "Field {{ name: {:?}, ty: &{ty}, metadata: &{about} }}, ", field.name)?;
        }
        Ok((self.intern("F", "&[Field]", format!("&[{source}]")), zoned))
    }

    /// Whoever reads the help of an amount must learn that it is not in whole units.
    fn tells_its_unit(&self, field: &Field) -> Result<()> {
        let is_micro = self.resolve(field.schema)?["meaning"] == "micro-currency";
        let mut words = field.keys.iter().map(|key| &self.catalog.fields[key]);
        if is_micro
            && let Some(words) = words.find(|words| words.is_object())
            && !words["help"].as_str().unwrap_or_default().to_lowercase().contains("micro")
        {
            bail!("the help of {} does not say that it is in micro currency", field.keys[0]);
        }
        Ok(())
    }

    /// Of an answer, only what marks a secret or something personal is kept.
    fn words(&mut self, keys: &[String], way: Way) -> Result<String> {
        let Some(words) =
            keys.iter().map(|key| &self.catalog.fields[key]).find(|words| words.is_object())
        else {
            return Ok("None".to_owned());
        };
        if way == Way::Out && words["secret"] != true && words["personal"] != true {
            return Ok("None".to_owned());
        }
        let text = |key: &str| words[key].as_str().unwrap_or_default();
        let flag = |key: &str| words[key] == true;
        let source = format!(
            "Label {{ title: {:?}, help: {:?}, advanced: {}, multiline: {}, secret: {}, \
             personal: {}, file: {} }}",
            text("title"),
            text("help"),
            flag("advanced"),
            flag("multiline"),
            flag("secret"),
            flag("personal"),
            flag("file")
        );
        Ok(format!("Some(&{})", self.intern("L", "Label", source)))
    }
}

pub fn is_required(schema: &Value, field: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|name| name == field))
}

/// A whole number's limit without the fraction that JSON may give it.
fn whole(limit: String) -> String {
    limit.strip_suffix(".0").map_or(limit.clone(), str::to_owned)
}

fn whole_number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        value.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i64)
    })
}
