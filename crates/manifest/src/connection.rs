//! What a connection consists of.

use serde::{Deserialize, Serialize};

use crate::{Form, Oauth2};

/// What a connection to the service consists of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Descriptor {
    /// A name for programs that never changes.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[a-z][a-z0-9-]*$")))]
    pub id: String,
    /// Something for people to read.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub title: String,
    /// A sentence or two.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub summary: String,
    /// The connector's own version (semver).
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^\d+\.\d+\.\d+([-+].*)?$")))]
    pub version: String,
    /// The version of the service's API.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub api_version: String,
    /// The service's separate worlds; the first is the default.
    pub environments: Vec<Environment>,
    /// Every origin that a request may go to. A host part may start with *. for one or more labels.
    #[cfg_attr(feature = "schema", schemars(length(min = 1), inner(regex(pattern = r"^https://(\*\.)?[^/*]+$")), extend("uniqueItems" = true)))]
    pub origins: Vec<String>,
    /// What requests prove themselves with.
    pub credentials: Vec<Credential>,
    /// What else a connection needs; nothing of it is secret.
    pub settings: Form,
    /// All that a person fills in to connect: the settings, and what stays with the host.
    #[cfg_attr(feature = "schema", schemars(extend("properties" = {"properties": {"additionalProperties": {"required": ["x-role"]}}})))]
    pub form: Form,
    /// What a person has to do once, in order.
    pub setup: Vec<SetupStep>,
    /// Rate limits of the service, for one account and one app.
    pub quotas: Vec<Quota>,
    /// Operations of the service that the connection itself uses, so no action offers them.
    #[cfg_attr(feature = "schema", schemars(inner(length(min = 1)), extend("uniqueItems" = true)))]
    pub operations: Vec<String>,
}

/// One of the service's separate worlds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Environment {
    /// A name for programs that never changes.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[A-Za-z0-9_-]+$")))]
    pub id: String,
    /// Something for people to read.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub title: String,
    /// A sentence or two.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub help: String,
}

/// What requests prove themselves with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Credential {
    /// A name for programs that never changes.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[A-Za-z0-9_-]+$")))]
    pub id: String,
    /// Something for people to read.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub title: String,
    /// Whether a connection is complete only with it.
    pub required: bool,
    /// Where it comes from: an OAuth flow, or a value that a person pastes.
    pub source: CredentialSource,
    /// How it travels: as a bearer token, or alone in the header of a name.
    pub placement: Placement,
    /// Where it may be sent, and in which environment only.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub origins: Vec<BoundOrigin>,
}

/// Where a credential comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CredentialSource {
    /// An OAuth flow.
    Oauth2(Box<Oauth2>),
    /// A value that a person pastes; the text says where to find it.
    Secret(#[cfg_attr(feature = "schema", schemars(length(min = 1)))] String),
}

/// How a credential travels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Placement {
    /// As a bearer token.
    Bearer,
    /// Alone in the header of this name.
    Header(#[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[a-z0-9-]+$")))] String),
}

/// Where a credential may be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BoundOrigin {
    /// Scheme and host without a path.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^https://[^/*]+$")))]
    pub origin: String,
    /// The only environment in which it may; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[A-Za-z0-9_-]+$"))
    )]
    pub environment: Option<String>,
}

/// What a person has to do once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetupStep {
    /// Something for people to read.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub title: String,
    /// What to do.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub text: String,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = r"^https://[^/]+/")))]
    pub url: Option<String>,
}

/// A rate limit of the service, for one account and one app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quota {
    /// A name for programs that never changes.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[A-Za-z0-9_-]+$")))]
    pub id: String,
    /// Calls in each window.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 4_294_967_295_u32)))]
    pub calls: u32,
    /// Milliseconds.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 4_294_967_295_u32)))]
    pub window_ms: u32,
}
