//! What stands behind a type: references followed, unions taken apart.

use super::{FACTS, Type};

/// Looks at a type of [`FACTS`].
pub trait Lookup {
    /// The type that a reference leads to, or itself.
    fn resolve(&'static self) -> &'static Type;

    /// Whether null fits, here or where a reference leads.
    fn takes_null(&'static self) -> bool;

    /// The types that a value may have, unions taken apart.
    fn alternatives(&'static self) -> Vec<&'static Type>;

    /// The type of a key, in whichever alternative has it.
    fn property(&'static self, name: &str) -> Option<&'static Type>;
}

impl Lookup for Type {
    fn resolve(&'static self) -> &'static Type {
        match &self.reference {
            Some(name) => named(name),
            None => self,
        }
    }

    fn takes_null(&'static self) -> bool {
        self.nullable || self.resolve().nullable
    }

    fn alternatives(&'static self) -> Vec<&'static Type> {
        let type_ = self.resolve();
        match type_.one_of.is_empty() {
            true => vec![type_],
            false => type_.one_of.iter().flat_map(Type::alternatives).collect(),
        }
    }

    fn property(&'static self, name: &str) -> Option<&'static Type> {
        self.alternatives().into_iter().find_map(|type_| type_.properties.get(name))
    }
}

/// The type with this name. The import has seen that there is one.
pub fn named(name: &str) -> &'static Type {
    FACTS.types.get(name).expect("a reference leads to a type").resolve()
}
