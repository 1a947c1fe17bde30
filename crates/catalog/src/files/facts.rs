//! `facts/`: the operations of the service's API, and the types that they lead to. A folder may spread
//! them over any number of files, in JSON or in TOML.

use std::path::Path;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use super::types::{Type, Types, is_false};

/// A file of facts, or all files of a folder together.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// The version of the description that the facts were imported from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The URL that the paths of operations are appended to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// All OAuth scopes of the service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// The operations, in no particular order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<Operation>,
    /// The types, by the names that references use.
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, Type>"))]
    #[serde(skip_serializing_if = "Types::is_empty")]
    pub types: Types,
}

impl Facts {
    /// All facts in a folder. A folder that is not there has none.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, has a key that there is not, or repeats a fact of another file.
    pub fn read(folder: &Path) -> Result<Facts> {
        let mut all = Facts::default();
        for file in super::in_folder(folder, &["json", "toml"])? {
            all.add(super::read(&file)?)?;
        }
        Ok(all)
    }

    fn add(&mut self, other: Facts) -> Result<()> {
        self.version = other.version.or(self.version.take());
        self.base = other.base.or(self.base.take());
        self.scopes.extend(other.scopes);
        for operation in &other.operations {
            if self.operations.iter().any(|known| known.id == operation.id) {
                bail!("facts: the operation {} is in two files", operation.id);
            }
        }
        self.operations.extend(other.operations);
        for (name, type_) in other.types {
            if self.types.contains_key(&name) {
                bail!("facts: the type {name} is in two files");
            }
            self.types.insert(name, type_);
        }
        Ok(())
    }
}

/// One operation of the API.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The service's own name for it.
    #[serde(rename = "operation_id")]
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base; `{name}` stands for a parameter.
    pub path: String,
    /// Those in the path and those in the query.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// What it takes as a body; left out, nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// What it answers; left out, nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<Type>,
    /// The documented statuses of success, in ascending order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub success: Vec<u16>,
    /// The documented statuses of refusals, in ascending order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<u16>,
    /// Alternatives, any one of which suffices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security: Vec<Security>,
    /// The rate limit that it counts against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<String>,
    /// It works in the service's sandbox.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sandbox: bool,
    /// The service is about to drop it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// It is not open to every app, or not with every value.
    #[serde(default, skip_serializing_if = "is_false")]
    pub beta: bool,
    /// How the answer is read as a list; left out, it is one thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
    /// Where an answer with a status of success reports failures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<Partial>,
}

impl Operation {
    /// The parameters in the query.
    pub fn query(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.place == Place::Query)
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "HTTP has them")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

impl Method {
    /// As it is written in a request, such as `GET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
        }
    }
}

/// A value in the path or in the query.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name in the request.
    pub name: String,
    /// Where it goes.
    #[serde(rename = "in")]
    pub place: Place,
    /// It must be given.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// How a list or an object is written in the query; left out, it is neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// What it must be.
    pub schema: Type,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
}

/// How a list or an object is written in a query or a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// `a=1,2`
    Comma,
    /// `a=1&a=2`
    Repeat,
    /// `a[b]=1`, and a list as with `repeat`.
    Deep,
    /// `a[b]=1`, and a list as `a[0]=1&a[1]=2`.
    Indexed,
}

/// What an operation takes as a body.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The media type; left out, JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// It must be given.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// How a list or an object is written where it is a form; left out, it is `deep`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// What it must be.
    pub schema: Type,
}

/// One way to be let in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// The kind of credential, by the description's name for it.
    pub scheme: String,
    /// The scopes, all of which are needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}

/// How an answer is read as a list.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// In pages or at once.
    pub kind: PagingKind,
    /// The member that holds the items; left out, `items`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The parameter for the number of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The parameter for the size of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The largest size of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
}

/// In pages or at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PagingKind {
    /// In pages, each with the bookmark of the next one.
    Bookmark,
    /// In pages with numbers; the header `link` of an answer says whether there is another one.
    Numbered,
    /// At once, in a member of the answer.
    Items,
    /// At once: the answer is the list.
    Array,
}

/// Where an answer with a status of success reports failures.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Partial {
    /// The member that holds the items, empty when the answer is the list of them; left out, the error
    /// is in the answer itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
    /// The path from an item, or from the answer, to the error, with dots.
    pub error: String,
    /// What the error is when something failed. Null, absent and empty always mean success.
    pub shape: PartialShape,
    /// The member with the texts in each error of an `array` that has no `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<String>,
}

/// What reports a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PartialShape {
    /// A list of errors.
    Array,
    /// An error with `code` and `message`.
    Object,
    /// The message.
    Text,
    /// The description does not say.
    Any,
}
