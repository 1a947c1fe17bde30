//! The JSON Schema of a manifest, derived from its types. What a schema within a manifest may hold is
//! in `hints.json`: JSON Schema, the contract's hints, and nothing else.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::RestrictFormats;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use crate::{Document, Form, Json, Manifest};

/// What schemas within a manifest are made of.
const HINTS: &str = include_str!("hints.json");

/// The JSON Schema (2020-12) of a [`Manifest`].
pub fn schema() -> Value {
    // Validators do not know formats such as `uint32`, and warn of them.
    let settings = SchemaSettings::draft2020_12().with_transform(RestrictFormats::default());
    let schema = settings.into_generator().into_root_schema_for::<Manifest>().to_value();
    let Value::Object(mut rest) = schema else { return schema };
    if let Some(Value::Object(parts)) = rest.get_mut("$defs") {
        parts.extend(hints());
    }
    // What it is comes first, for people.
    let first = ["$schema", "title", "description"];
    let mut members: Map<_, _> =
        first.iter().filter_map(|name| Some((String::from(*name), rest.remove(*name)?))).collect();
    members.extend(rest);
    Value::Object(members)
}

fn hints() -> Map<String, Value> {
    serde_json::from_str(HINTS).expect("the hints are JSON")
}

/// Of `$defs` in a manifest.
pub(crate) fn definitions(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": { "pattern": r"^[A-Za-z0-9_.-]+$" },
        "additionalProperties": { "$ref": "#/$defs/schema", "type": "object" }
    })
}

macro_rules! leaf {
    ($name:ident, $schema:expr) => {
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

leaf!(Json, json_schema!({ "type": "object" }));
leaf!(Form, json_schema!({ "$ref": "#/$defs/form" }));
leaf!(Document, json_schema!({ "$ref": "#/$defs/document" }));
