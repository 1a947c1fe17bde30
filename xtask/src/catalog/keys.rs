//! The keys of a type, which [`super::types`] describes.

use serde_json::{Map, Value};

/// All keys of a type, in the order in which they are written. `crates/catalog/src/types.rs` carries each of them
/// into the tables, so a keyword is added there first: what is not here fails the import.
pub const KEYS: &str = "$ref type format time meaning enum pattern minLength maxLength minimum \
    exclusiveMinimum maximum exclusiveMaximum items minItems maxItems properties required \
    additionalProperties minProperties oneOf anyOf discriminator default nullable readOnly \
    writeOnly deprecated";

/// A type with its keys in the order of [`KEYS`].
pub fn ordered(mut keys: Map<String, Value>) -> Value {
    KEYS.split(' ').filter_map(|key| keys.remove_entry(key)).collect::<Map<_, _>>().into()
}
