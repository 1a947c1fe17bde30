//! `triggers.toml`: what can be watched for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Triggers and webhooks, in the order to show them.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Triggers {
    /// What a host polls.
    #[serde(default)]
    pub trigger: Vec<Trigger>,
    /// What the service sends by itself. `flow` subscribes and unsubscribes.
    #[serde(default)]
    pub webhook: Vec<Webhook>,
}

/// Something to watch for: the new items of a list.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// `resource.event`. It never changes.
    pub id: String,
    /// Its name, for people.
    pub title: String,
    /// One sentence about when it fires.
    pub summary: String,
    /// The heading to list it under.
    pub group: String,
    /// The id of the list action.
    pub action: String,
    /// The fields of the action that a person fills in.
    pub config: Vec<String>,
    /// JSON pointers into an item: what tells items apart. Without any it is the whole item.
    pub key: OneOrMore,
    /// A JSON pointer to the time at which it came to be.
    pub time: Option<String>,
    /// JSON pointers to what makes an item an event again when it changes.
    #[serde(default)]
    pub changed: Vec<String>,
    /// Only items in these states count.
    pub when: Option<When>,
    /// Whether the first poll tells what is there, unless the configuration says otherwise.
    pub existing: Option<bool>,
    /// The function that polls it, by its name among the connector's flows.
    pub flow: Option<String>,
    /// What the flow must know of this trigger: texts, or lists of them.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// Whose business the cursor is; left out, it holds what is known of each item.
    pub cursor: Option<Cursor>,
    /// An event, as JSON.
    pub sample: String,
}

/// Events that the service sends by itself.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// `resource.event`. It never changes.
    pub id: String,
    /// Its name, for people.
    pub title: String,
    /// One sentence about when the service sends something.
    pub summary: String,
    /// The heading to list it under.
    pub group: String,
    /// The id of the action whose fields the configuration has, and whose scopes it needs.
    pub action: String,
    /// The fields of the action that a person fills in.
    pub config: Vec<String>,
    /// JSON pointers into an item of a delivery: what tells items apart. Without any it is the whole.
    pub key: OneOrMore,
    /// A JSON pointer to the time at which it came to be.
    pub time: Option<String>,
    /// The function that subscribes, renews and unsubscribes.
    pub flow: Option<String>,
    /// What the flow must know of this webhook: texts, or lists of them.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// The address is one for all connections of the app.
    #[serde(default)]
    pub shared: bool,
    /// A JSON pointer into an item of a delivery: the id of the account that it is for.
    pub account: Option<String>,
    /// The service's ways to sign, members as in the contract's `signature`.
    #[serde(default)]
    pub signatures: Vec<Signature>,
    /// What the service sends to find out whether somebody is there.
    pub challenge: Option<Challenge>,
    /// A delivery whose item has this is a greeting: it is accepted, and holds no events.
    pub greeting: Option<ChallengeWhen>,
    /// Where deliveries have no body that counts: the members of an item, and the names of the headers
    /// that hold them.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The function that makes events of a delivery, such as one that only says that there is something
    /// new. It gets `items`, `subscription` and `cursor`, and its cursor is its own.
    pub receive: Option<String>,
    /// An event, as JSON.
    pub sample: String,
}

impl Webhook {
    /// What it has in common with triggers.
    pub fn as_trigger(&self) -> Trigger {
        Trigger {
            id: self.id.clone(),
            title: self.title.clone(),
            summary: self.summary.clone(),
            group: self.group.clone(),
            action: self.action.clone(),
            config: self.config.clone(),
            key: self.key.clone(),
            time: self.time.clone(),
            changed: Vec::new(),
            when: None,
            existing: None,
            flow: self.flow.clone(),
            parameters: self.parameters.clone(),
            cursor: None,
            sample: self.sample.clone(),
        }
    }
}

/// A delivery without events, whose answer repeats a text of it. One of `body`, `query` and `header` says
/// where the text is; without it there, a delivery is no challenge.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// A JSON pointer into the body.
    pub body: Option<String>,
    /// The name of a parameter of the address, such as `hub.challenge`.
    pub query: Option<String>,
    /// The name of a header, which the answer has as well.
    pub header: Option<String>,
    /// Only a delivery with this text in its body is a challenge.
    pub when: Option<ChallengeWhen>,
    /// The member of the subscription that is to hold the text: it is the key of the signatures.
    pub keep: Option<String>,
}

/// What tells a challenge or a greeting from events.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChallengeWhen {
    /// A JSON pointer into the body; for a greeting, into an item.
    pub at: String,
    /// The text that is there.
    pub is: String,
}

/// How a host knows that a delivery is the service's. Variants are spelled as in the contract's Rust
/// types.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The header that holds it; lower case.
    pub header: String,
    /// The name of the elements of the header that are signatures, where it is a list of `name=value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// The text before the signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// `Plain`, `Hex` or `Base64`; left out, it is `Hex`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// `HmacSha256` and so on, or `{ Other = { name = "…", value = {} } }`.
    pub algorithm: Value,
    /// `ClientSecret`, or `{ Credential = "id" }`, `{ Subscription = "/pointer" }`, `{ Constant = "…" }`.
    pub key: Value,
    /// How the key is written; left out, it is `Plain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_encoding: Option<String>,
    /// What is signed; left out, it is `{body}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
    /// The time that is part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<SignedTime>,
}

/// The time that is part of a signature.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignedTime {
    /// Where it is: a template such as `{header:x-timestamp}`.
    pub time: String,
    /// How far it may be off, in milliseconds.
    pub tolerance_ms: u32,
}

/// Whose business a cursor is.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Cursor {
    /// The flow's.
    Own,
}

/// A state that items must be in.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct When {
    /// A JSON pointer into an item.
    pub at: String,
    /// The texts that count.
    pub is: Vec<String>,
}

/// One text, or several.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum OneOrMore {
    /// A text by itself.
    One(String),
    /// A list of texts, in order.
    More(Vec<String>),
}

impl OneOrMore {
    /// All of them, in order.
    pub fn all(&self) -> &[String] {
        match self {
            OneOrMore::One(text) => std::slice::from_ref(text),
            OneOrMore::More(texts) => texts,
        }
    }
}
