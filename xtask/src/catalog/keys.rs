//! The keys of a type, which [`super::types`] describes.

use connector_catalog::files;
use connector_catalog::files::types::Type;
use serde_json::{Map, Value};

/// All keys of a type, in the order in which they are written. The catalogue's own type has them, and the
/// tables carry each: so a keyword is added there first, and what is not there fails the import.
pub fn keys() -> &'static [&'static str] {
    files::keys::<Type>()
}

/// A type with its keys in the order of [`keys`].
pub fn ordered(mut type_: Map<String, Value>) -> Value {
    keys().iter().filter_map(|key| type_.remove_entry(*key)).collect::<Map<_, _>>().into()
}
