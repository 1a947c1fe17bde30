//! The facts of the API, as the catalogue has them: this crate's own reading.
//!
//! They are embedded when this crate is built, and read once, at the first look.

mod pattern;
mod types;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use url::Url;

pub use types::{Extra, Kind, Time, Type};

/// Every operation, and the types that they lead to.
pub static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    let text = include_str!(concat!(env!("OUT_DIR"), "/facts.json"));
    let mut facts: Facts = serde_json::from_str(text).expect("the catalogue's facts can be read");
    let base = Url::parse(facts.base).expect("the base is an address");
    for operation in &mut facts.operations {
        operation.path.insert_str(0, base.path());
    }
    facts
});

/// Every operation, and the types that they lead to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    base: &'static str,
    /// In no order that counts.
    pub operations: Vec<Operation>,
    /// By name.
    pub types: BTreeMap<String, Type>,
}

/// One operation.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Operation {
    /// Its name in the description.
    #[serde(rename = "operation_id")]
    pub id: String,
    /// `GET`, `POST`, `PATCH` or `DELETE`.
    pub method: String,
    /// The whole path on a server; `{name}` stands for a parameter.
    pub path: String,
    /// Those in the path and those in the query.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// What it takes.
    pub body: Option<Body>,
    /// What it answers; nothing without one.
    pub response: Option<Type>,
    /// The statuses of success, rising.
    pub success: Vec<u16>,
    /// Who may call it: any one of these suffices.
    pub security: Vec<Security>,
    /// The rate category.
    pub quota: String,
    /// Whether the sandbox has it.
    #[serde(default)]
    pub sandbox: bool,
    /// How the answer is read as a list.
    pub paging: Option<Paging>,
    /// Where a successful answer hides failures.
    pub partial: Option<Partial>,
}

/// A value in the path or the query.
#[derive(Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it stands.
    #[serde(rename = "in")]
    pub place: Place,
    /// Whether leaving it out is refused.
    #[serde(default)]
    pub required: bool,
    /// How a value that is no scalar is written.
    pub style: Option<Style>,
    /// What it must be.
    pub schema: Type,
}

/// Where a parameter stands.
#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
}

/// How a parameter that is no scalar is written.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// `a=1,2`
    Comma,
    /// `a=1&a=2`
    Repeat,
    /// `a[b]=1`
    Deep,
}

/// What an operation takes.
#[derive(Deserialize)]
pub struct Body {
    /// Whether leaving it out is refused.
    #[serde(default)]
    pub required: bool,
    /// What it must be.
    pub schema: Type,
}

/// One way to be let in.
#[derive(Deserialize)]
pub struct Security {
    /// What kind of credential.
    pub scheme: Scheme,
    /// All of them are needed.
    #[serde(borrow, default)]
    pub scopes: Vec<&'static str>,
}

/// A kind of credential.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
pub enum Scheme {
    /// A token that a user gave.
    #[serde(rename = "pinterest_oauth2")]
    User,
    /// A token that an app took for itself.
    #[serde(rename = "client_credentials")]
    App,
    /// A token for conversion events alone.
    #[serde(rename = "conversion_token")]
    Conversion,
    /// An app that proves itself.
    #[serde(rename = "basic")]
    Basic,
}

/// How an answer is read as a list.
#[derive(Deserialize)]
pub struct Paging {
    /// In pages or at once.
    pub kind: PagingKind,
    /// The key of the array, where it is not `items`.
    pub key: Option<String>,
}

/// In pages or at once.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum PagingKind {
    /// In pages, each with the bookmark of the next.
    Bookmark,
    /// At once, in an array that a key names.
    Items,
    /// At once: the answer is the array.
    Array,
}

/// Where a successful answer hides failures.
#[derive(Deserialize)]
pub struct Partial {
    /// The key of the array of items, empty when the answer is that array; none when the error
    /// stands in the answer itself.
    pub items: Option<String>,
    /// The path from an item, or the answer, to the error, with dots.
    pub error: String,
}

impl Operation {
    /// The parameters that stand in the query.
    pub fn query(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.place == Place::Query)
    }
}
