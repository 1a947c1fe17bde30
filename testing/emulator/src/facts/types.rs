//! What a value may look like.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::FACTS;
use super::pattern::Pattern;

/// What a value may look like. One without any key takes anything.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Type {
    /// The name of the type that this one is.
    #[serde(rename = "$ref")]
    pub reference: Option<String>,
    /// The kind of JSON.
    #[serde(rename = "type")]
    pub kind: Option<Kind>,
    /// A hint that is not checked; what is checked is in `time` and `pattern`.
    #[serde(rename = "format")]
    _format: Option<String>,
    /// How it encodes a point in time.
    pub time: Option<Time>,
    /// What else it stands for: the connector checks that, the service need not.
    #[serde(rename = "meaning")]
    _meaning: Option<String>,
    /// The values that there are; empty for any.
    #[serde(rename = "enum")]
    pub choices: Vec<Value>,
    /// Part of the text must match.
    pub pattern: Option<Pattern>,
    /// In characters.
    pub min_length: usize,
    /// In characters.
    pub max_length: Option<usize>,
    /// The lowest number.
    pub minimum: Option<f64>,
    /// Below the lowest number.
    pub exclusive_minimum: Option<f64>,
    /// The highest number.
    pub maximum: Option<f64>,
    /// What an array holds.
    pub items: Option<Box<Type>>,
    /// Of an array.
    pub min_items: usize,
    /// Of an array.
    pub max_items: Option<usize>,
    /// The known keys of an object.
    pub properties: BTreeMap<String, Type>,
    /// The keys that an object must have.
    pub required: Vec<String>,
    /// Other keys of an object.
    pub additional_properties: Option<Extra>,
    /// How many keys an object has at least.
    pub min_properties: usize,
    /// Alternatives, of which a value is one, or with `any_of` one or more.
    pub one_of: Vec<Type>,
    /// Whether more than one alternative may fit.
    pub any_of: bool,
    /// The key that chooses the alternative.
    pub discriminator: Option<Discriminator>,
    /// What leaving it out means.
    pub default: Option<Value>,
    /// Whether null is accepted.
    pub nullable: bool,
    /// Whether only the server sets it.
    pub read_only: bool,
    /// Whether only the client sees it.
    pub write_only: bool,
    /// Whether it is on its way out.
    pub deprecated: bool,
}

/// A kind of JSON.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "JSON has them")]
pub enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
}

/// How a value encodes a point in time.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Time {
    /// `2026-07-09T09:33:55`, in UTC when there is no zone.
    Rfc3339,
    /// `2026-07-09`
    Date,
    /// A number since 1970.
    Seconds,
    /// A number since 1970.
    Milliseconds,
    /// Seconds since 1970 as digits in a string.
    SecondsString,
    /// Seconds or milliseconds since 1970; from 10^11 on the latter.
    Magnitude,
}

/// Keys of an object beyond the known ones.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Extra {
    /// Of any type, or none at all.
    Allowed(bool),
    /// Of this type.
    Of(Box<Type>),
}

/// The key that chooses an alternative.
#[derive(Deserialize)]
pub struct Discriminator {
    /// Its name.
    pub property: String,
    /// The name of a type by the value of the key.
    pub mapping: BTreeMap<String, String>,
}

impl Type {
    /// The type that a reference leads to, or itself.
    pub fn resolve(&'static self) -> &'static Type {
        match &self.reference {
            Some(name) => Type::named(name),
            None => self,
        }
    }

    /// The type with this name. The import has seen that there is one.
    pub fn named(name: &str) -> &'static Type {
        FACTS.types.get(name).expect("a reference leads to a type").resolve()
    }

    /// Whether null fits, here or where a reference leads.
    pub fn takes_null(&'static self) -> bool {
        self.nullable || self.resolve().nullable
    }

    /// The types that a value may have, unions taken apart.
    pub fn alternatives(&'static self) -> Vec<&'static Type> {
        let type_ = self.resolve();
        match type_.one_of.is_empty() {
            true => vec![type_],
            false => type_.one_of.iter().flat_map(Type::alternatives).collect(),
        }
    }

    /// The type of a key, in whichever alternative has it.
    pub fn property(&'static self, name: &str) -> Option<&'static Type> {
        self.alternatives().into_iter().find_map(|type_| type_.properties.get(name))
    }
}
