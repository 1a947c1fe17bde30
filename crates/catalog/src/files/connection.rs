//! `connection.toml`: the service and how to connect to it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::triggers::OneOrMore;
use super::types::Type;

/// The descriptor of the contract, and what else is true of all requests.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// Of the connector. It never changes.
    pub id: String,
    /// The connector's name, for people.
    pub title: String,
    /// What the service is called in messages; left out, it is the title.
    pub service: Option<String>,
    /// One sentence about what the connector does.
    pub summary: String,
    /// The version of the service's API, as the service writes it.
    pub api_version: String,
    /// Every origin that a request may go to.
    pub origins: Vec<String>,
    /// Operations that the connection itself uses.
    #[serde(default)]
    pub operations: Vec<String>,
    /// The header of an answer with the id of the request.
    pub request_id: Option<String>,
    /// Operations that take another credential than the first as well.
    pub credential_choice: Option<CredentialChoice>,
    /// Headers of every request.
    #[serde(default)]
    pub headers: Map<String, Value>,
    /// The call that tests a connection.
    pub test: Test,
    /// Base URLs by environment, without a slash at the end. The first one is the default.
    pub bases: Map<String, Value>,
    #[serde(default)]
    /// The environments that a person can choose from; left out, there is no choice.
    pub environments: Vec<Environment>,
    /// What a person fills in, in the order to ask for it.
    #[serde(default)]
    pub field: Vec<FormField>,
    #[serde(default)]
    /// The secrets that the host adds to requests; left out, requests carry none.
    pub credentials: Vec<Credential>,
    /// What a person has to do once, in order.
    #[serde(default)]
    pub setup: Vec<SetupStep>,
    /// The service's rate limits.
    #[serde(default)]
    pub quotas: Vec<Quota>,
    /// Names of extensions without which the connector is of no use.
    #[serde(default)]
    pub requires: Vec<String>,
    /// What the contract has no member for.
    #[serde(default)]
    pub extensions: Vec<Extension>,
}

/// What the contract has no member for.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Its name, as `docs/contract.md` has it.
    pub name: String,
    /// What it says.
    pub value: Value,
}

/// Which credential an operation with this security takes.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CredentialChoice {
    /// The security scheme, as the facts have it.
    pub scheme: String,
    /// The setting whose value is the id of the credential.
    pub setting: String,
}

/// How a connection is tested, and whom it belongs to.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// The id of the action that is called.
    pub action: String,
    /// Its input.
    #[serde(default)]
    pub input: Map<String, Value>,
    /// The account's id: a JSON pointer into the answer, or a text without a slash.
    pub id: String,
    /// The account's name in the same way; the first that is not blank.
    pub name: OneOrMore,
    /// What else is told of the account, by JSON pointers.
    #[serde(default)]
    pub also: Map<String, Value>,
}

/// One of the service's separate worlds.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// A key of `bases`.
    pub id: String,
    /// Its name, for people.
    pub title: String,
    /// When to choose it.
    pub help: String,
}

/// A field of the form.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its name in the form, and that of a setting in the settings object.
    pub name: String,
    /// What its value is used for.
    pub role: Role,
    /// Whether it must be filled in; left out, it need not be.
    pub required: Option<bool>,
    /// Its type; that of scopes is made of the credential's.
    pub schema: Option<Type>,
    /// As a setting it fills in the fields of inputs that have its name.
    pub fills_in: Option<bool>,
    /// Left open, the first choice is a good default.
    pub first_choice: Option<bool>,
}

/// What a field of the form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Not secret: every call gets it.
    Setting,
    /// The id of the OAuth 2.0 client.
    ClientId,
    /// The secret of the OAuth 2.0 client.
    ClientSecret,
    /// The scopes to ask for.
    Scopes,
    /// A credential, such as a token, that is not an OAuth 2.0 client's.
    Credential,
}

/// A credential. Variants are spelled as in the contract's Rust types.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// Requests name it by this id.
    pub id: String,
    /// Its name, for people.
    pub title: String,
    /// A connection is not complete without it. The first such is that of the requests.
    pub required: bool,
    /// Of the credentials of one group a connection has one.
    pub group: Option<String>,
    /// `Bearer`, `Basic`, `{ Header = { name = "x-key", prefix = "" } }`, `{ Query = "key" }`, or
    /// `{ Other = { name = "aws-sigv4", value = {} } }`.
    pub placement: Value,
    /// Where it may be sent.
    pub origins: Vec<BoundOrigin>,
    /// `{ Secret = "where to find it" }`, `{ Pair = { user = "…", password = "…", help = "…" } }`, or one of
    /// the tables `Oauth2`, `SharedConsent` and `Other`.
    pub source: Value,
}

/// An origin that a credential may be sent to.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BoundOrigin {
    /// Scheme, host and port, without a path.
    pub origin: String,
    /// Only in this environment.
    pub environment: Option<String>,
}

/// One thing that a person has to do once.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SetupStep {
    /// What to do, in a few words.
    pub title: String,
    /// How to do it.
    pub text: String,
    /// The page where it is done.
    pub url: Option<String>,
}

/// A rate limit.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Operations name it by this id.
    pub id: String,
    /// Calls in each window.
    pub calls: u32,
    /// The length of a window, in milliseconds.
    pub window_ms: u32,
}
