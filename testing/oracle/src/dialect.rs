//! The description's schemas as JSON Schema 2020-12, stricter than OpenAPI where the connector can
//! be held to more: a request holds nothing that the description does not know.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::description::Description;
use crate::flat::flat;

/// Which way a value goes.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    /// Closed, and without what Pinterest alone sets.
    Request,
    /// Open.
    Response,
}

/// A validator for `schema`, which asserts formats too.
pub fn judge(description: &Description, schema: &Value, way: Way) -> Validator {
    let dialect = Dialect { description, way };
    let mut whole = dialect.value(schema);
    let mut defs = Map::new();
    let mut waiting = BTreeSet::new();
    references(schema, &mut waiting);
    while let Some(name) = waiting.pop_first() {
        if !defs.contains_key(&name) {
            let component = description.schema(&name);
            references(component, &mut waiting);
            defs.insert(name, dialect.part(component));
        }
    }
    whole["$defs"] = Value::Object(defs);
    compile(&whole).expect("the description's schemas hold together")
}

/// A validator of JSON Schema 2020-12, if the schema is one.
pub fn compile(schema: &Value) -> Result<Validator, String> {
    if let Err(error) = jsonschema::draft202012::meta::validate(schema) {
        return Err(format!("{}: {error}", error.instance_path));
    }
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(schema).map_err(|error| error.to_string())
}

/// What is wrong with `value`, as (place, keyword, message).
pub fn faults(validator: &Validator, value: &Value) -> Vec<(String, String, String)> {
    let fault = |error: jsonschema::ValidationError| {
        let keyword = error.schema_path.as_str().rsplit('/').next().unwrap_or_default().to_owned();
        (error.instance_path.to_string(), keyword, error.to_string())
    };
    let mut faults: Vec<_> = validator.iter_errors(value).map(fault).collect();
    // Where something else is wrong, nothing around it counts as evaluated.
    if faults.iter().any(|(_, keyword, _)| keyword != UNKNOWN) {
        faults.retain(|(_, keyword, _)| keyword != UNKNOWN);
    }
    faults
}

const UNKNOWN: &str = "unevaluatedProperties";

struct Dialect<'a> {
    description: &'a Description,
    way: Way,
}

impl Dialect<'_> {
    /// A schema that a whole value is held against.
    fn value(&self, schema: &Value) -> Value {
        let flat = flat(self.description, schema);
        let converted = self.part(schema);
        let known = flat["properties"].as_object().is_some_and(|properties| !properties.is_empty());
        if self.way == Way::Request && known && flat["additionalProperties"].is_null() {
            if flat["nullable"] == true {
                let closed = json!({ "allOf": [converted], "unevaluatedProperties": false });
                return json!({ "anyOf": [closed, { "type": "null" }] });
            }
            return json!({ "allOf": [converted], "unevaluatedProperties": false });
        }
        converted
    }

    /// A schema that may be one of several that a value is held against: open.
    fn part(&self, schema: &Value) -> Value {
        let Some(members) = schema.as_object() else { return schema.clone() };
        let mut out = Map::new();
        for (key, value) in members {
            match key.as_str() {
                "$ref" => {
                    let name = value.as_str().unwrap_or_default().rsplit('/').next();
                    let name = name.unwrap_or_default();
                    out.insert(key.clone(), format!("#/$defs/{name}").into());
                }
                "properties" => {
                    out.insert(key.clone(), self.properties(value));
                }
                "required" => {
                    let names = value.as_array().into_iter().flatten();
                    let names = names.filter(|name| !self.is_closed_to(members, name));
                    out.insert(key.clone(), names.cloned().collect());
                }
                "items" | "additionalProperties" if value.is_object() => {
                    out.insert(key.clone(), self.value(value));
                }
                "allOf" => {
                    let parts = value.as_array().into_iter().flatten();
                    out.insert(key.clone(), parts.map(|part| self.part(part)).collect());
                }
                "oneOf" | "anyOf" => self.union(&mut out, members, value),
                "minimum" if members.get("exclusiveMinimum") == Some(&json!(true)) => {
                    out.insert("exclusiveMinimum".to_owned(), value.clone());
                }
                "maximum" if members.get("exclusiveMaximum") == Some(&json!(true)) => {
                    out.insert("exclusiveMaximum".to_owned(), value.clone());
                }
                "type"
                | "format"
                | "enum"
                | "pattern"
                | "minLength"
                | "maxLength"
                | "minimum"
                | "maximum"
                | "multipleOf"
                | "minItems"
                | "maxItems"
                | "uniqueItems"
                | "minProperties"
                | "maxProperties"
                | "additionalProperties" => {
                    out.insert(key.clone(), value.clone());
                }
                // Prose, and what is looked at elsewhere.
                _ => {}
            }
        }
        match schema["nullable"] == true {
            true => json!({ "anyOf": [out, { "type": "null" }] }),
            false => Value::Object(out),
        }
    }

    fn properties(&self, properties: &Value) -> Value {
        let properties = properties.as_object().into_iter().flatten();
        let converted = properties.map(|(name, schema)| {
            let closed = self.way == Way::Request && self.is_read_only(schema);
            (name.clone(), if closed { Value::Bool(false) } else { self.value(schema) })
        });
        converted.collect::<Map<_, _>>().into()
    }

    fn is_read_only(&self, schema: &Value) -> bool {
        schema["readOnly"] == true || self.description.resolve(schema)["readOnly"] == true
    }

    /// Whether a required property is one that a request must not hold.
    fn is_closed_to(&self, members: &Map<String, Value>, name: &Value) -> bool {
        let property = members
            .get("properties")
            .map(|properties| &properties[name.as_str().unwrap_or_default()]);
        self.way == Way::Request && property.is_some_and(|property| self.is_read_only(property))
    }

    /// A tag decides alone. Without one, a value may fit several alternatives: servers do not count.
    fn union(&self, out: &mut Map<String, Value>, members: &Map<String, Value>, of: &Value) {
        let discriminator = members.get("discriminator");
        let mapping = discriminator.and_then(|discriminator| discriminator["mapping"].as_object());
        let Some(mapping) = mapping else {
            let alone = !members.contains_key("properties") && !members.contains_key("allOf");
            let alternatives = of.as_array().into_iter().flatten();
            let converted =
                alternatives.map(|one| if alone { self.value(one) } else { self.part(one) });
            out.insert("anyOf".to_owned(), converted.collect());
            return;
        };
        let tag = discriminator.and_then(|discriminator| discriminator["propertyName"].as_str());
        let tag = tag.expect("a discriminator has a name");
        let names: Vec<_> = mapping.keys().collect();
        let mut cases =
            vec![json!({ "required": [tag], "properties": { tag: { "enum": names } } })];
        for (name, target) in mapping {
            let case = json!({ "required": [tag], "properties": { tag: { "const": name } } });
            cases.push(json!({ "if": case, "then": self.value(&json!({ "$ref": target })) }));
        }
        out.insert("allOf".to_owned(), cases.into());
    }
}

fn references(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value.as_str().and_then(|text| text.strip_prefix("#/components/schemas/")) {
                    Some(name) => {
                        found.insert(name.to_owned());
                    }
                    None if key != "example" => references(value, found),
                    None => {}
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
