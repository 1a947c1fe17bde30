//! A connector's actions, as a connector server offers them, in OpenAPI 3.1 and in 2.0.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod actions;
mod frame;
mod older;

use std::sync::Arc;

use connector_host::contract::actions::Description;
use connector_host::{Connector, Error as HostError};
use serde_json::Value;

pub use actions::segment;
pub use frame::frame;

/// Which form a document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OpenAPI 2.0 (Swagger), for tools that know no newer one. Schemas say less in it: of alternatives
    /// it takes any value.
    V2,
    /// OpenAPI 3.1, with the connector's own schemas.
    V3,
}

/// What a document is about.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The address of the server.
    pub url: String,
    /// The name of the connection in it.
    pub connection: String,
    /// Only actions of these groups; absent: of all.
    pub groups: Option<Vec<String>>,
    /// Only actions that need no other scopes; absent: all.
    pub scopes: Option<Vec<String>>,
}

impl Wanted {
    /// All actions of a connection.
    pub fn new(url: impl Into<String>, connection: impl Into<String>) -> Self {
        Wanted { url: url.into(), connection: connection.into(), groups: None, scopes: None }
    }
}

/// Why there is no document.
#[derive(Debug)]
pub enum Error {
    /// The connector does not say what it can do.
    Connector(HostError),
    /// There is no such group; the others.
    Group(String, Vec<String>),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Connector(error) => error.fmt(f),
            Error::Group(group, known) => {
                write!(f, "there is no group `{group}`, only {}", known.join(", "))
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<HostError> for Error {
    fn from(error: HostError) -> Self {
        Error::Connector(error)
    }
}

/// Describes a connection.
///
/// # Errors
///
/// When a group does not exist, or the connector does not say what it can do.
pub fn document(connector: &Connector, wanted: &Wanted, format: Format) -> Result<Value, Error> {
    let all = connector.instantiate()?.actions()?;
    let mut groups: Vec<String> = Vec::new();
    for action in &all {
        if !groups.contains(&action.group) {
            groups.push(action.group.clone());
        }
    }
    let unknown = wanted.groups.iter().flatten().find(|group| !groups.contains(group));
    if let Some(unknown) = unknown {
        return Err(Error::Group(unknown.clone(), groups));
    }
    let chosen = all.iter().filter(|action| {
        let of_group = wanted.groups.as_ref().is_none_or(|groups| groups.contains(&action.group));
        let lacks = |scope| wanted.scopes.as_ref().is_some_and(|scopes| !scopes.contains(scope));
        of_group && !action.scopes.iter().any(lacks)
    });
    let described = chosen.map(|action| connector.action(&action.id));
    let described = described.collect::<Result<Vec<Arc<Description>>, _>>()?;
    let descriptor = connector.descriptor();
    let mut frame = frame(&wanted.url, &descriptor.title, &descriptor.version);
    frame["info"]["description"] = descriptor.summary.clone().into();
    let document = actions::document(frame, &wanted.connection, &described);
    Ok(match format {
        Format::V3 => document,
        Format::V2 => older::document(&document),
    })
}

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
