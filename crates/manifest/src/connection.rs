//! What a connection consists of.

use serde::{Deserialize, Serialize};

use crate::{Form, Json, Oauth2, TokenAnswer};

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
    /// Extensions without which the connector is of no use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
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
    /// What the contract has no member for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
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
    /// Whether a connection is complete only with it, or with another one of its group.
    pub required: bool,
    /// Of the credentials of one group a connection has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1)))]
    pub group: Option<String>,
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
    /// Two values that a person pastes.
    Pair(Pair),
    /// A second token of another credential's consent.
    SharedConsent(Box<SharedConsent>),
    /// What the contract has no case for.
    Other(Extension),
}

/// Two values that belong together; the second one is secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pair {
    /// What the first one is called.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub user: String,
    /// What the second one is called.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub password: String,
    /// Where to find them.
    pub help: String,
}

/// A second token that the same consent gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SharedConsent {
    /// The id of the credential whose consent it is.
    pub credential: String,
    /// Where the values are in the answers of its token endpoint.
    pub token_answer: TokenAnswer,
}

/// What the contract has no case or member for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Extension {
    /// Its name: see docs/contract.md.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub name: String,
    /// What it says.
    pub value: Json,
}

/// How a credential travels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Placement {
    /// As a bearer token.
    Bearer,
    /// In a header.
    Header(CredentialHeader),
    /// As HTTP Basic.
    Basic,
    /// In the query parameter of this name.
    Query(#[cfg_attr(feature = "schema", schemars(length(min = 1)))] String),
    /// What the contract has no case for, such as a signature of the whole request.
    Other(Extension),
}

/// A header that holds a credential.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CredentialHeader {
    /// Its name, in lower case.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[a-z0-9-]+$")))]
    pub name: String,
    /// The text before the value; often empty.
    pub prefix: String,
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
