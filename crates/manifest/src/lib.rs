//! The types of `connector.json`, in which a connector says everything about itself.
//!
//! Names are those of the contract in `wit/`, in snake case; an absent option is left out, and a case
//! with a value is an object with one key. Schemas, examples and samples are kept as they are
//! written, with the order of their keys: see [`Json`].
//!
//! In the file schemas that repeat are in `$defs` and referred to. [`Manifest::inlined`] gives the
//! manifest with self-contained schemas, [`Manifest::schema`] one of them, and [`Manifest::shared`] does
//! the reverse.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod actions;
mod connection;
mod dialect;
mod inline;
mod json;
mod layout;
mod names;
mod node;
mod oauth;
mod places;
mod resources;
#[cfg(feature = "schema")]
mod schema;
mod schemas;
mod share;
mod text;
mod triggers;
mod webhooks;

pub use actions::{Action, ActionDescription, Deprecation, Effect, Example, Shape};
pub use connection::{
    BoundOrigin, Credential, CredentialHeader, CredentialSource, Descriptor, Environment,
    Extension, Pair, Placement, Quota, SetupStep, SharedConsent,
};
pub use inline::InlineError;
pub use json::{Document, Form, Json};
pub use oauth::{
    ClientAuthentication, Endpoints, Grant, Oauth2, OauthFault, OauthRule, RedirectUri, Scope,
    TokenAnswer, TokenBody, TokenParameter,
};
pub use resources::{DataField, FieldKind, Resource};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use triggers::{Trigger, TriggerDescription};
pub use webhooks::{Algorithm, Encoding, Signature, SignedTime, SigningKey, WebhookDescription};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of this format.
pub const FORMAT: u32 = 2;

/// Everything that a connector component says about itself, for platforms that read it without running
/// WebAssembly. Names are those of the contract in wit/, in snake case. What is absent is left out;
/// nothing is null.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "Manifest of a connector"))]
pub struct Manifest {
    /// Which command wrote it.
    #[serde(rename = "$comment", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub comment: Option<String>,
    /// The version of this format.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 2)))]
    pub format: u32,
    /// The WIT package that the component exports, with its version.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[a-z-]+:[a-z-]+@\d+\.\d+\.\d+$")))]
    pub contract: String,
    /// What a connection to the service consists of.
    pub connector: Descriptor,
    /// All actions, in the order to show them.
    pub actions: Vec<ActionDescription>,
    /// All triggers, in the order to show them.
    pub triggers: Vec<TriggerDescription>,
    /// Triggers for which the service calls the host, in the order to show them. Absent when the
    /// component does not export them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<WebhookDescription>"))]
    pub webhooks: Option<Vec<WebhookDescription>>,
    /// The service's data as tables of rows. Absent when the component does not export it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Resource>"))]
    pub resources: Option<Vec<Resource>>,
    /// What the schemas of actions, triggers and webhooks are written in, unless they say it themselves
    /// (`$schema`). Absent when all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = r"^https://")))]
    pub json_schema_dialect: Option<String>,
    /// What repeats in the schemas of actions, triggers and webhooks, which refer to it as
    /// `#/$defs/NAME`. What stands beside such a `$ref` holds as well. Absent when nothing is shared.
    #[serde(rename = "$defs", default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::definitions"))]
    pub defs: BTreeMap<String, Json>,
}

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
