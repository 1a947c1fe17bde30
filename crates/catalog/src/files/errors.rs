//! `errors.toml`: what refusals mean.

use serde::Deserialize;

/// The rules, of which the first that fits is used.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Errors {
    /// The members of a refusal. With a status of success it is one all the same.
    pub envelope: Option<Envelope>,
    /// The first rule that fits an answer is used.
    #[serde(default)]
    pub rule: Vec<Rule>,
}

/// The members of a refusal.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Holds a whole number.
    pub code: String,
    /// Holds a text.
    pub message: String,
}

/// What some refusals mean.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// One status or a range.
    pub status: Option<Status>,
    /// The service's own code.
    pub code: Option<i64>,
    /// One of these is in the message, in any case.
    #[serde(default)]
    pub says: Vec<String>,
    /// The message says how long to wait.
    pub waits: Option<bool>,
    /// The contract's kind, such as `rate-limited`.
    pub kind: Kind,
    /// The error's stable code.
    pub word: String,
    /// What to do, for people. `{scopes}` stands for the scopes of the action.
    pub advice: Option<String>,
    /// An answer that the rule is for: the build fails when another rule takes it first.
    pub example: Answer,
}

/// One status, or the first and the last.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Status {
    /// This status.
    One(u16),
    /// From the first to the last, both included.
    Range([u16; 2]),
}

/// The kinds of errors of the contract.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The input is wrong.
    InvalidInput,
    /// The credential is missing, wrong or expired.
    Unauthenticated,
    /// The credential is not allowed to do this.
    Forbidden,
    /// What was asked for is not there.
    NotFound,
    /// It does not fit the present state, or exists already.
    Conflict,
    /// There were too many requests.
    RateLimited,
    /// The service refused for another reason.
    Rejected,
    /// The service is not available for the moment.
    Unavailable,
    /// The answer is not what the service promises.
    Unexpected,
}

/// An answer.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The HTTP status, 100 to 599.
    pub status: u16,
    /// The service's own code.
    pub code: Option<i64>,
    /// What the service says.
    pub message: Option<String>,
}
