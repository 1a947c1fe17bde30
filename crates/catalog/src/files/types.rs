//! Types: what a value may look like. They stand in `facts/` by name, in `types.toml`, and wherever a
//! field or an answer has a type of its own.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// Types by name. In `types.toml` they are the connector's own, for composed actions.
pub type Types = IndexMap<String, Type>;

/// What a value may look like. A type without any key accepts every value.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Type {
    /// The name of another type, which this one is. Only keys that say nothing about the shape of a
    /// value, such as `nullable`, have a meaning beside it.
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The kind of JSON. Left out, any.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The format, as the API's description names it. Of these only `int32` limits a value; times are
    /// in `time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// How the value encodes a point in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// What else a text or a number stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Meaning>,
    /// The values that there are. Left out, any.
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Value>,
    /// A regular expression that part of the text must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The least length of a text, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// The greatest length of a text, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// What a number must be greater than.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_minimum: Option<Number>,
    /// The greatest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// What a number must be less than.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_maximum: Option<Number>,
    /// The type of the items of an array.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Type>>,
    /// The least number of items of an array.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    /// The greatest number of items of an array.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    /// The known members of an object, in the order to show them.
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, Type>"))]
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub properties: IndexMap<String, Type>,
    /// The members that an object must have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// Whether an object may have other members, and of which type. Left out, one with `properties` may
    /// not, and one without them may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_properties: Option<Additional>,
    /// The least number of members of an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_properties: Option<usize>,
    /// The alternatives, one of which a value is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<Type>,
    /// A value may be several of the alternatives in `oneOf` at once.
    #[serde(skip_serializing_if = "is_false")]
    pub any_of: bool,
    /// The member that says which of the alternatives a value is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discriminator: Option<Discriminator>,
    /// The value that stands for one that is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Null is accepted as well.
    #[serde(skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// Only the service sets it: it is in answers and not in inputs.
    #[serde(skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Only the caller sets it: it is in inputs and not in answers.
    #[serde(skip_serializing_if = "is_false")]
    pub write_only: bool,
    /// The service is about to drop it.
    #[serde(skip_serializing_if = "is_false")]
    pub deprecated: bool,
}

impl Type {
    /// The type of any value of this kind.
    pub fn of(kind: Kind) -> Type {
        Type { kind: Some(kind), ..Type::default() }
    }

    /// A reference to the type of this name.
    pub fn named(name: impl Into<String>) -> Type {
        Type { reference: Some(name.into()), ..Type::default() }
    }

    /// The same type, which accepts null as well.
    pub fn or_null(self) -> Type {
        Type { nullable: true, ..self }
    }

    /// Whether an object of this type must have the member.
    pub fn requires(&self, member: &str) -> bool {
        self.required.iter().any(|name| name == member)
    }

    /// The types that stand in this one: of members, items and alternatives.
    pub fn inner(&self) -> impl Iterator<Item = &Type> {
        let additional = match &self.additional_properties {
            Some(Additional::Of(type_)) => Some(&**type_),
            _ => None,
        };
        self.properties.values().chain(self.items.as_deref()).chain(additional).chain(&self.one_of)
    }

    /// The types that stand in this one, to be changed.
    pub fn inner_mut(&mut self) -> impl Iterator<Item = &mut Type> {
        let additional = match &mut self.additional_properties {
            Some(Additional::Of(type_)) => Some(&mut **type_),
            _ => None,
        };
        let items = self.items.as_deref_mut();
        self.properties.values_mut().chain(items).chain(additional).chain(&mut self.one_of)
    }
}

/// A kind of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// A format, as OpenAPI names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A date, which `time` says too.
    Date,
    /// A date and a time, which `time` says too.
    DateTime,
    /// An integer of 32 bits with a sign.
    Int32,
    /// An integer of 64 bits with a sign.
    Int64,
    /// A floating-point number of 32 bits.
    Float,
    /// A floating-point number of 64 bits.
    Double,
    /// Any text.
    Password,
}

/// How a value encodes a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Time {
    /// `2026-07-09T09:33:55Z`; without a zone it is UTC.
    Rfc3339,
    /// `2026-07-09`.
    Date,
    /// A number of seconds since 1970.
    Seconds,
    /// A number of milliseconds since 1970.
    Milliseconds,
    /// Seconds since 1970, as digits in a text.
    SecondsString,
    /// A number whose unit is not certain: from 10^11 on milliseconds since 1970, below it seconds.
    Magnitude,
}

/// What else a text or a number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// The address of a page or a file on the web.
    Link,
    /// Millionths of a unit of the account's currency.
    MicroCurrency,
    /// An amount of money, as a number in a text.
    Decimal,
    /// An amount of money, perhaps followed by the code of its currency.
    Price,
    /// The code of a currency, three letters.
    Currency,
    /// An IP address, version 4 or 6.
    IpAddress,
}

/// Members of an object beyond the known ones.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Additional {
    /// Of any type, or none at all.
    Allowed(bool),
    /// Of this type.
    Of(Box<Type>),
}

/// The member that says which of several alternatives an object is.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Discriminator {
    /// The name of the member.
    pub property: String,
    /// The names of types, by the value of the member.
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, String>"))]
    pub mapping: IndexMap<String, String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) fn is_false(flag: &bool) -> bool {
    !flag
}
