//! Webhooks.

use serde::{Deserialize, Serialize};

use crate::{Document, Extension, Form, Json, Trigger};

/// Events that the service sends by itself, after a host has subscribed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookDescription {
    /// What it is.
    pub trigger: Trigger,
    /// Whether the address is one for all connections of the app.
    pub shared: bool,
    /// The service's ways to sign; empty: it does not.
    pub signatures: Vec<Signature>,
    /// What it takes.
    pub config: Form,
    /// Of the data of an event.
    pub data: Document,
    /// One event as it is emitted.
    pub sample: Json,
}

/// How a host knows that a delivery is the service's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Signature {
    /// The header that holds it; lower case.
    pub header: String,
    /// The name of the elements of the header that are signatures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub element: Option<String>,
    /// The text before the signature.
    pub prefix: String,
    /// How it is written.
    pub encoding: Encoding,
    /// How it is made.
    pub algorithm: Algorithm,
    /// Where the key is.
    pub key: SigningKey,
    /// How the key is written.
    pub key_encoding: Encoding,
    /// What is signed, as a template.
    pub signed: String,
    /// The time that is part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "SignedTime"))]
    pub time: Option<SignedTime>,
}

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Encoding {
    /// They are the text itself.
    Plain,
    /// In any case.
    Hex,
    /// RFC 4648.
    Base64,
}

/// How a signature is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Algorithm {
    /// HMAC with SHA-256.
    HmacSha256,
    /// HMAC with SHA-1.
    HmacSha1,
    /// HMAC with SHA-512.
    HmacSha512,
    /// RFC 8032.
    Ed25519,
    /// It is the key itself.
    Token,
    /// What the contract has no case for.
    Other(Extension),
}

/// Where the key of a signature is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SigningKey {
    /// The client secret of the OAuth app.
    ClientSecret,
    /// The credential with this id.
    Credential(String),
    /// A JSON pointer into the subscription.
    Subscription(String),
    /// The same for everybody.
    Constant(String),
}

/// The time that is part of a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignedTime {
    /// Where it is, as a template.
    pub time: String,
    /// How far it may be off, in milliseconds.
    pub tolerance_ms: u32,
}
