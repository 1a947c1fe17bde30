//! Writes types as Rust tables. Tables that are equal are written once.

use std::collections::HashMap;
use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::{Number, Value};

use crate::files::fields::Label;
use crate::files::types::{Additional, Format, Kind, Meaning, Time, Type};
use crate::load::{Catalog, option, texts};

/// Whether a value of the type is sent or received.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    /// Sent: with limits, options and labels, and without the members that only the service sets.
    In,
    /// Received: without limits, because the service adds options without notice and exceeds the
    /// limits that it documents.
    Out,
}

/// Writes tables for types, and remembers those that it has written.
pub struct Types<'a> {
    catalog: &'a Catalog,
    /// The names of the statics, by their source.
    known: HashMap<String, String>,
    /// The statics of named types, and whether each is zoned; by name, nullability and direction.
    named: HashMap<(String, bool, bool), (String, bool)>,
    source: String,
}

/// A field of an object that is to be written.
pub struct Field<'a> {
    pub name: &'a str,
    pub schema: &'a Type,
    pub required: bool,
    /// Where the value goes, as Rust source.
    pub place: &'a str,
    /// Under which keys its label may be, the most specific first.
    pub keys: Vec<String>,
}

impl<'a> Types<'a> {
    pub fn new(catalog: &'a Catalog) -> Types<'a> {
        Types { catalog, known: HashMap::new(), named: HashMap::new(), source: String::new() }
    }

    /// The source of all statics.
    pub fn finish(self) -> String {
        self.source
    }

    /// The name of the static for `source`, which is written unless it has been already.
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

    /// The type that a reference names, or the type itself.
    pub fn resolve<'b>(&'b self, schema: &'b Type) -> Result<&'b Type> {
        match &schema.reference {
            Some(name) => self.catalog.types.get(name).with_context(|| format!("no type {name}")),
            None => Ok(schema),
        }
    }

    /// The name of a type's static, and whether the type is zoned: whether a time without a zone may be
    /// in a value of it.
    pub fn write(&mut self, schema: &Type, way: Way) -> Result<(String, bool)> {
        let nullable = schema.nullable;
        let Some(name) = &schema.reference else {
            return self.inline(schema, "", nullable, way);
        };
        let key = (name.clone(), nullable, way == Way::In);
        if let Some(known) = self.named.get(&key) {
            return Ok(known.clone());
        }
        let facts = self.catalog.types.get(name).with_context(|| format!("no type {name}"))?;
        let written = match facts.reference {
            Some(_) => self.write(facts, way)?,
            None => self.inline(facts, name, nullable || facts.nullable, way)?,
        };
        self.named.insert(key, written.clone());
        Ok(written)
    }

    fn inline(
        &mut self,
        schema: &Type,
        name: &str,
        nullable: bool,
        way: Way,
    ) -> Result<(String, bool)> {
        // All keys by name, so that one added to `Type` must be decided on here: either it is carried into
        // the tables, below or by `kind`, or it says nothing that a value can be checked for.
        let Type {
            reference: _,
            kind: _,
            format: _,
            time,
            meaning,
            options: _,
            pattern: _,
            min_length: _,
            max_length: _,
            minimum: _,
            exclusive_minimum: _,
            maximum: _,
            exclusive_maximum: _,
            items: _,
            min_items: _,
            max_items: _,
            properties: _,
            required: _,
            additional_properties: _,
            min_properties: _,
            one_of: _,
            any_of: _,
            discriminator: _,
            default: _,
            nullable: _,
            read_only: _,
            write_only: _,
            deprecated: _,
        } = schema;
        let is_time = *time == Some(Time::Rfc3339);
        let time = match time {
            None => "None",
            Some(Time::Rfc3339) => "Some(Time::Rfc3339)",
            Some(Time::Date) => "Some(Time::Date)",
            Some(Time::Seconds) => "Some(Time::Seconds)",
            Some(Time::Milliseconds) => "Some(Time::Milliseconds)",
            Some(Time::SecondsString) => "Some(Time::SecondsText)",
            Some(Time::Magnitude) => "Some(Time::Magnitude)",
        };
        let meaning = match (meaning, way) {
            (Some(Meaning::MicroCurrency), _) => "Some(Meaning::MicroCurrency)",
            (None, _) | (_, Way::Out) => "None",
            (Some(Meaning::Link), _) => "Some(Meaning::Link)",
            (Some(Meaning::Decimal), _) => "Some(Meaning::Decimal)",
            (Some(Meaning::Price), _) => "Some(Meaning::Price)",
            (Some(Meaning::Currency), _) => "Some(Meaning::Currency)",
            (Some(Meaning::IpAddress), _) => "Some(Meaning::IpAddress)",
        };
        let (kind, inner) = self.kind(schema, name, way)?;
        let zoned = inner || (way == Way::Out && is_time);
        let source = format!(
            "Type {{ kind: {kind}, nullable: {nullable}, time: {time}, meaning: {meaning}, zoned: {zoned} }}"
        );
        Ok((self.intern("T", "Type", source), zoned))
    }

    fn kind(&mut self, schema: &Type, name: &str, way: Way) -> Result<(String, bool)> {
        if !schema.one_of.is_empty() {
            return self.union(schema, way);
        }
        if !schema.options.is_empty() && way == Way::In {
            return self.options(schema);
        }
        // What has no limit is as large as can be.
        let count = |limit: Option<usize>, none: &str| match (limit, way) {
            (None, _) | (_, Way::Out) => none.to_owned(),
            (Some(limit), _) => limit.to_string(),
        };
        Ok(match schema.kind {
            None if schema.properties.is_empty() => ("Kind::Any".to_owned(), false),
            Some(Kind::Boolean) => ("Kind::Boolean".to_owned(), false),
            Some(Kind::Integer) => (integer(schema, way), false),
            Some(Kind::Number) => (number(schema, way), false),
            Some(Kind::String) => {
                let pattern = match (&schema.pattern, way) {
                    (Some(source), Way::In) => format!("Some(pattern(PATTERNS, {source:?}))"),
                    _ => "None".to_owned(),
                };
                let min = count(schema.min_length, "0");
                let max = count(schema.max_length, "u32::MAX");
                (format!("Kind::Text {{ min: {min}, max: {max}, pattern: {pattern} }}"), false)
            }
            Some(Kind::Array) => {
                let anything = Type::default();
                let items = schema.items.as_deref().unwrap_or(&anything);
                let (of, zoned) = self.write(items, way)?;
                let (min, max) =
                    (count(schema.min_items, "0"), count(schema.max_items, "u32::MAX"));
                (format!("Kind::List {{ of: &{of}, min: {min}, max: {max} }}"), zoned)
            }
            Some(Kind::Object) | None => self.object(schema, name, way)?,
        })
    }

    fn options(&mut self, schema: &Type) -> Result<(String, bool)> {
        if schema.kind == Some(Kind::String) {
            let options = texts(schema.options.iter().filter_map(Value::as_str));
            let options = self.intern("C", "&[&str]", options);
            return Ok((format!("Kind::Choice({options})"), false));
        }
        let numbers: Option<Vec<_>> = schema.options.iter().map(whole_number).collect();
        let numbers =
            numbers.with_context(|| format!("not all whole numbers: {:?}", schema.options))?;
        Ok((format!("Kind::Numbers(&{numbers:?})"), false))
    }

    fn union(&mut self, schema: &Type, way: Way) -> Result<(String, bool)> {
        let alternatives: Vec<(String, Type)> = match &schema.discriminator {
            Some(discriminator) => {
                let mapping = discriminator.mapping.iter();
                mapping.map(|(value, name)| (value.clone(), Type::named(name))).collect()
            }
            None => {
                let name = |one: &Type| one.reference.clone().unwrap_or_default();
                schema.one_of.iter().map(|one| (name(one), one.clone())).collect()
            }
        };
        let mut variants = String::new();
        let mut zoned = false;
        for (name, alternative) in &alternatives {
            let (ty, inner) = self.write(alternative, way)?;
            zoned |= inner;
            write!(variants, "Variant {{ name: {name:?}, ty: &{ty} }}, ")?;
        }
        let tag = option(schema.discriminator.as_ref().map(|it| it.property.as_str()));
        let of = self.intern("V", "&[Variant]", format!("&[{variants}]"));
        Ok((format!("Kind::Union {{ tag: {tag}, of: {of} }}"), zoned))
    }

    fn object(&mut self, schema: &Type, name: &str, way: Way) -> Result<(String, bool)> {
        let properties = &schema.properties;
        let fields: Vec<_> = properties
            .iter()
            .filter(|(_, schema)| way == Way::Out || !schema.read_only)
            .map(|(field, schema_of)| Field {
                name: field,
                schema: schema_of,
                required: schema.requires(field),
                place: "Location::Body",
                keys: vec![format!("{name}.{field}"), field.clone()],
            })
            .collect();
        let (fields, mut zoned) = self.fields(&fields, way)?;
        let min = match way {
            Way::In => schema.min_properties.unwrap_or(0),
            Way::Out => 0,
        };
        let rest = match &schema.additional_properties {
            Some(Additional::Of(type_)) => {
                let (ty, inner) = self.write(type_, way)?;
                zoned |= inner;
                format!("Rest::Map(&{ty}, {min})")
            }
            Some(Additional::Allowed(true)) => self.anything(min)?,
            None if properties.is_empty() => self.anything(min)?,
            _ => "Rest::Unknown".to_owned(),
        };
        Ok((format!("Kind::Object {{ fields: {fields}, rest: {rest} }}"), zoned))
    }

    fn anything(&mut self, min: usize) -> Result<String> {
        let (anything, _) = self.write(&Type::default().or_null(), Way::Out)?;
        Ok(format!("Rest::Map(&{anything}, {min})"))
    }

    /// The static for `fields`, and whether one of them is zoned.
    pub fn fields(&mut self, fields: &[Field], way: Way) -> Result<(String, bool)> {
        let mut source = String::new();
        let mut zoned = false;
        for field in fields {
            let (ty, inner) =
                self.write(field.schema, way).with_context(|| field.name.to_owned())?;
            zoned |= inner;
            let label = self.label(&field.keys, way);
            if way == Way::In {
                self.tells_its_unit(field)?;
            }
            let default = match (&field.schema.default, way) {
                (None, _) | (_, Way::Out) => "None".to_owned(),
                (Some(default), _) => format!("Some({:?})", default.to_string()),
            };
            let metadata = format!(
                "Metadata {{ label: {label}, default: {default}, location: {}, required: {} }}",
                field.place,
                way == Way::In && field.required
            );
            let metadata = self.intern("M", "Metadata", metadata);
            write!(
                source,
                "Field {{ name: {:?}, ty: &{ty}, metadata: &{metadata} }}, ",
                field.name
            )?;
        }
        Ok((self.intern("F", "&[Field]", format!("&[{source}]")), zoned))
    }

    /// The label under the most specific of the keys that has one.
    fn labelled(&self, keys: &[String]) -> Option<&'a Label> {
        keys.iter().find_map(|key| self.catalog.fields.get(key))
    }

    /// The help for an amount in micro currency must say so, or people enter whole units.
    fn tells_its_unit(&self, field: &Field) -> Result<()> {
        let is_micro = self.resolve(field.schema)?.meaning == Some(Meaning::MicroCurrency);
        if is_micro
            && let Some(label) = self.labelled(&field.keys)
            && !label.help.to_lowercase().contains("micro")
        {
            bail!("the help of {} does not say that it is in micro currency", field.keys[0]);
        }
        Ok(())
    }

    /// Labels are for forms. Of the fields of an answer only those are kept that mark something secret or
    /// personal.
    fn label(&mut self, keys: &[String], way: Way) -> String {
        let is_set = |flag: Option<bool>| flag == Some(true);
        let Some(label) = self
            .labelled(keys)
            .filter(|label| way == Way::In || is_set(label.secret) || is_set(label.personal))
        else {
            return "None".to_owned();
        };
        let source = format!(
            "Label {{ title: {:?}, help: {:?}, advanced: {}, multiline: {}, secret: {}, \
             personal: {}, file: {} }}",
            label.title,
            label.help,
            is_set(label.advanced),
            is_set(label.multiline),
            is_set(label.secret),
            is_set(label.personal),
            is_set(label.file)
        );
        format!("Some(&{})", self.intern("L", "Label", source))
    }
}

/// An integer with its limits, both included.
fn integer(schema: &Type, way: Way) -> String {
    let (min, max) = match (schema.format, way) {
        (Some(Format::Int32), Way::In) => ("-2147483648", "2147483647"),
        _ => ("i64::MIN", "i64::MAX"),
    };
    let whole = |limit: &Number| {
        let limit = limit.to_string();
        limit.strip_suffix(".0").map_or(limit.clone(), str::to_owned)
    };
    // An integer that is greater than a limit is at least the next one.
    let min = match (&schema.exclusive_minimum, &schema.minimum, way) {
        (Some(limit), _, Way::In) => format!("{} + 1", whole(limit)),
        (None, Some(limit), Way::In) => whole(limit),
        _ => min.to_owned(),
    };
    let max = match (&schema.exclusive_maximum, &schema.maximum, way) {
        (Some(limit), _, Way::In) => format!("{} - 1", whole(limit)),
        (None, Some(limit), Way::In) => whole(limit),
        _ => max.to_owned(),
    };
    format!("Kind::Integer {{ min: {min}, max: {max} }}")
}

/// A number with its limits, and whether each is excluded.
fn number(schema: &Type, way: Way) -> String {
    let bound = |limit: &Option<Number>, exclusive: &Option<Number>, none: &str| match (
        exclusive, limit, way,
    ) {
        (Some(limit), _, Way::In) => (limit.to_string(), true),
        (None, Some(limit), Way::In) => (limit.to_string(), false),
        _ => (none.to_owned(), false),
    };
    let (min, above) = bound(&schema.minimum, &schema.exclusive_minimum, "f64::NEG_INFINITY");
    let (max, below) = bound(&schema.maximum, &schema.exclusive_maximum, "f64::INFINITY");
    format!(
        "Kind::Number {{ min: {min} as f64, above: {above}, max: {max} as f64, below: {below} }}"
    )
}

fn whole_number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        value.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i64)
    })
}
