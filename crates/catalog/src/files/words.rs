//! `words/*.toml`: the actions, as people see them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::types::Type;

/// A group of actions.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The heading to list them under.
    pub group: String,
    /// Groups are listed in this order.
    pub rank: u64,
    /// In the order to show them.
    #[serde(default)]
    pub action: Vec<Action>,
}

/// An action: an operation of the service, or one that is composed of others.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// `resource.verb`. It never changes.
    pub id: String,
    /// The operation that it is, by the service's own name.
    pub operation_id: Option<String>,
    /// Its name, for people.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// What else people say who want this, for those who look for an action by words.
    pub search: Option<String>,
    /// What it does costs money, or may begin to.
    pub chargeable: Option<Chargeable>,
    /// What running it twice does; left out, the method tells.
    pub effect: Option<Effect>,
    /// Takes something away or ends it; left out, DELETE does.
    pub destructive: Option<bool>,
    /// Only for flows and the connection test: it is not listed.
    pub internal: Option<bool>,
    /// Input fields that come first, in this order.
    #[serde(default)]
    pub order: Vec<String>,
    /// Input fields of the operation that it does not have.
    #[serde(default)]
    pub leave_out: Vec<String>,
    /// The function that runs it, by its name among the connector's flows.
    pub flow: Option<String>,
    /// What the flow must know of this action: texts, or lists of them.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// Ids of all actions that the flow calls. It needs their scopes.
    #[serde(default)]
    pub uses: Vec<String>,
    /// The id of the action whose fields it has as well.
    pub like: Option<String>,
    /// Of `like`: fields that need not be given.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Of `like`: lists may have any length.
    pub unlimited: Option<bool>,
    /// The list in the input whose items are read one by one: one that is wrong fails alone.
    pub each: Option<String>,
    /// The field that, when it is true, makes the call a question: what the answer then says against
    /// it is the output, and no error.
    pub asks: Option<String>,
    /// Fields that its operation, or `like`, does not have.
    #[serde(default)]
    pub fields: Vec<OwnField>,
    /// What a composed action answers with: one thing, unless it says otherwise.
    pub shape: Option<Shape>,
    /// The type of the output of a composed action, or of an item of it.
    pub output: Option<Type>,
    /// Words such as `beta`.
    #[serde(default)]
    pub notes: Vec<String>,
    /// That it is about to go.
    pub deprecated: Option<Deprecated>,
    /// The header with which the service knows a request that it had before.
    pub idempotency: Option<String>,
    /// Inputs that work.
    #[serde(default)]
    pub example: Vec<Example>,
}

/// When an action costs money.
#[derive(Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Chargeable {
    /// Fields of the input, or of the items of a list in it, that cost nothing by themselves; with the
    /// values for which this is so, or with none where it is so for all values.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub free: Map<String, Value>,
    /// What a host may fill in where it is left out, so that nothing is spent yet.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub start: Map<String, Value>,
}

/// What running an action twice does.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It only reads.
    Read,
    /// The same as running it once.
    Idempotent,
    /// It acts twice.
    Write,
}

/// When an action ends.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Deprecated {
    /// RFC 3339, or a date.
    pub ends: Option<String>,
    /// The id of the action to use instead.
    pub instead: Option<String>,
}

/// What a composed action answers with.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Pages of items.
    Items,
    /// Whatever the caller asks for: method, path, query and body are its input.
    Raw,
}

/// A field of an action's own.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnField {
    /// The name in the input, and in the request where it goes there.
    pub name: String,
    /// Whether it must be filled in; left out, it need not be.
    pub required: Option<bool>,
    /// The id of the action whose field of this name it is.
    pub from: Option<String>,
    /// Its type, where it is of none.
    pub schema: Option<Type>,
}

/// An input that works.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What the example does.
    pub title: String,
    /// JSON.
    pub input: String,
}
