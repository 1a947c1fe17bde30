//! The types of a connector's catalogue: tables in the component's data segment, so that nothing is
//! parsed or built when it is instantiated. `connector-catalog` writes them.

mod fields;
mod webhooks;

use crate::contract::connection::Descriptor;
use crate::contract::{Effect, Error, Method};
use crate::error::{invalid_field, unexpected};

pub use fields::*;
pub use webhooks::*;

/// All that a connector knows of its service.
pub struct Catalog {
    /// The connector's id. Its checkpoints begin with it.
    pub id: &'static str,
    /// How the service answers.
    pub service: Service,
    /// The connection as data, with the JSON Schemas of the settings and the form.
    pub descriptor: fn(settings: String, form: String) -> Descriptor,
    /// In the order to show them.
    pub actions: &'static [Action],
    /// In the order to show them.
    pub triggers: &'static [Trigger],
    /// In the order to show them.
    pub webhooks: &'static [Webhook],
    /// Where choices come from, the best first.
    pub sources: &'static [Source],
    /// In the order to show them.
    pub resources: &'static [Resource],
    /// The fields of the settings object.
    pub settings: &'static [Field],
    /// The names of the settings that fill in the fields of inputs that have their name.
    pub filled_in: &'static [&'static str],
    /// The fields of all that a person fills in.
    pub form: &'static [Field],
    /// Members of the form's fields that `Field` has no place for: field, keyword, JSON.
    pub form_hints: &'static [(&'static str, &'static str, &'static str)],
    /// Environments and their base URLs, without a slash at the end. The first one is the default.
    pub bases: &'static [(&'static str, &'static str)],
    /// Headers of every request, besides those of its body.
    pub headers: &'static [(&'static str, &'static str)],
    /// How a connection is tested.
    pub test: Test,
}

impl Catalog {
    /// The action with this id.
    ///
    /// # Errors
    ///
    /// `invalid-input` when there is none.
    pub fn action(&self, id: &str) -> Result<&'static Action, Error> {
        let found = self.actions.iter().find(|action| action.id == id);
        found.ok_or_else(|| invalid_field("id", format!("there is no action {id}")))
    }

    /// Where the choices for a field of this name can come from, the best first. `location` is where
    /// it goes in the request.
    pub(crate) fn sources(
        &self,
        field: &str,
        location: Location,
    ) -> impl Iterator<Item = &'static Source> + Clone {
        let here = move |source: &&Source| !source.path_only || location == Location::Path;
        self.sources.iter().filter(move |source| source.fields.contains(&field)).filter(here)
    }
}

/// How a service answers.
#[derive(Debug)]
pub struct Service {
    /// What it is called in messages.
    pub name: &'static str,
    /// The name of the header of an answer that holds the id of the request.
    pub request_id: Option<&'static str>,
    /// What refusals mean. The first rule that fits is used.
    pub errors: &'static [ErrorRule],
    /// What the states of jobs and of items of batches mean.
    pub states: States,
    /// The members of an error, a whole number and a text, that also comes with a status of success.
    pub envelope: Option<(&'static str, &'static str)>,
}

/// The words for states, in lower case and with `_` between words.
#[derive(Debug)]
pub struct States {
    /// Words for what has been done.
    pub done: &'static [&'static str],
    /// Words for what is not finished.
    pub waiting: &'static [&'static str],
    /// Parts of the words for what went wrong.
    pub failed: &'static [&'static str],
}

/// How a connection is tested, and whom it belongs to.
#[derive(Debug)]
pub struct Test {
    /// The id of the action that is called.
    pub action: &'static str,
    /// Its input, as JSON.
    pub input: &'static str,
    /// The account's id: a JSON pointer into the answer, or a text without a slash.
    pub id: &'static str,
    /// The account's name in the same way; the first that is not blank.
    pub name: &'static [&'static str],
    /// Other members of the account in the test's output, as names and JSON pointers into the answer.
    pub also: &'static [(&'static str, &'static str)],
}

/// One action: most are exactly one operation of the API.
#[derive(Debug)]
pub struct Action {
    /// `resource.verb`.
    pub id: &'static str,
    /// The service's own name of the operation that it is, if it is one.
    pub operation_id: Option<&'static str>,
    /// Its name, for people.
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The heading to list it under.
    pub group: &'static str,
    /// The method of its request; of a composed action it is not used.
    pub method: Method,
    /// Below the base URL, with `{name}` for path fields; `{+name}` for one that holds several segments.
    pub path: &'static str,
    /// What running it twice does.
    pub effect: Effect,
    /// Whether it takes something away or ends it.
    pub destructive: bool,
    /// The scopes that must be granted, all of them.
    pub scopes: &'static [&'static str],
    /// The credential of its requests, if they have one.
    pub credential: Option<&'static CredentialUse>,
    /// Whether it is for flows and the connection test only, and not listed.
    pub internal: bool,
    /// The name of the rate limit it counts against.
    pub quota: Option<&'static str>,
    /// `beta`, `no-sandbox`.
    pub notes: &'static [&'static str],
    /// That it is about to go.
    pub deprecation: Option<Deprecation>,
    /// The header with which the service knows a request that it had before.
    pub idempotency: Option<&'static str>,
    /// How its body, where that is a form (`application/x-www-form-urlencoded`) and not JSON, holds lists
    /// and objects.
    pub form: Option<Style>,
    /// The input, in the order to show it.
    pub input: &'static [Field],
    /// What it answers with; for lists, one item.
    pub output: &'static Type,
    /// How the answer holds its items, if it is a list.
    pub listing: Listing,
    /// How an answer with a status of success reports inputs that failed.
    pub partial: Option<Partial>,
    /// The list in the input whose items are checked one by one: a wrong one fails alone.
    pub each: Option<&'static str>,
    /// The field that, when it is true, makes the call a question: the answer is then the output, also
    /// where it says that the call would fail.
    pub asks: Option<&'static str>,
    /// What runs it, when it is composed of several operations.
    pub flow: Option<&'static Composed>,
    /// Inputs that work, as (title, JSON).
    pub examples: &'static [(&'static str, &'static str)],
}

/// When an action ends.
#[derive(Debug, Clone, Copy)]
pub struct Deprecation {
    /// RFC 3339, or a date.
    pub ends: Option<&'static str>,
    /// The id of the action to use instead.
    pub instead: Option<&'static str>,
}

/// The credential that the requests of an action name.
#[derive(Debug)]
pub struct CredentialUse {
    /// Its id.
    pub id: &'static str,
    /// The setting whose value is the id instead, where it is given.
    pub chosen_by: Option<&'static str>,
}

/// What runs a composed action, or a trigger that is more than one list.
#[derive(Debug)]
pub struct Composed {
    /// The name of the flow.
    pub flow: &'static str,
    /// What the flow must know of this action, as names and values.
    pub parameters: &'static [(&'static str, &'static str)],
}

impl Composed {
    /// The parameter of this name, if the catalogue has it.
    pub fn parameter(&self, name: &str) -> Option<&'static str> {
        self.parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// As `parameter`, for a flow that cannot do without it.
    ///
    /// # Errors
    ///
    /// `unexpected` when the catalogue does not have it.
    pub fn required(&self, name: &str) -> Result<&'static str, Error> {
        self.parameter(name).ok_or_else(|| {
            let message = format!("the catalogue gives the flow {} no {name}", self.flow);
            unexpected("invalid-catalog", message)
        })
    }
}

/// How an answer holds its items.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Listing {
    /// It is a single output.
    Single,
    /// `{"items": […], "bookmark": …}`, page by page.
    Bookmark {
        /// The query field that sets the page size, and the largest size.
        size: Option<(&'static str, u32)>,
    },
    /// `[…]`, page by page, as long as the header `link` names a next one. Pages count from 1.
    Numbered {
        /// The query field with the number of the page.
        page: &'static str,
        /// The query field that sets the page size, and the largest size.
        size: Option<(&'static str, u32)>,
    },
    /// `{"items": […]}`, all at once, under this name.
    Items(&'static str),
    /// `[…]`
    Array,
    /// As a flow emits it.
    Emitted,
    /// Whatever the caller asks for: the input is a method, a path, a query and a body.
    Raw,
}

/// How an answer with a status of success reports inputs that failed.
#[derive(Debug, Clone, Copy)]
pub enum Partial {
    /// A list in the order of the input, under the name `items` or by itself; in each item, this
    /// JSON pointer leads to its error. `several`: an error may speak of several inputs.
    Each {
        /// The name of the list; empty, it is `items`. The answer may also be the list itself.
        items: &'static str,
        /// A JSON pointer into an item.
        error: &'static str,
        /// Whether one error may be about several inputs.
        several: bool,
    },
    /// Successes and errors in a list each. The input of an error is in its `data`, or is the error
    /// itself.
    Matched {
        /// The name of the list of errors.
        errors: &'static str,
    },
    /// An error that says why the whole request failed.
    Whole {
        /// A JSON pointer into the answer.
        error: &'static str,
    },
}

/// Where the choices for a field come from.
#[derive(Debug)]
pub struct Source {
    /// The names of the fields that it serves.
    pub fields: &'static [&'static str],
    /// The id of the list action that answers.
    pub action: &'static str,
    /// The name means this only where it is part of the path.
    pub path_only: bool,
    /// A JSON pointer into an item; `*` where the item's members are the choices.
    pub value: &'static str,
    /// JSON pointers into an item.
    pub title: &'static [&'static str],
    /// Fields that must be filled in first; they are given to the action under these names.
    pub needs: &'static [&'static str],
    /// Fields that narrow the list when they are filled in.
    pub may: &'static [&'static str],
    /// What else is given to the action, as names and JSON.
    pub fixed: &'static [(&'static str, &'static str)],
}

/// One kind of thing that the service keeps, or figures about one.
#[derive(Debug)]
pub struct Resource {
    /// Lower case, plural, such as `boards`.
    pub id: &'static str,
    /// Its name, for people.
    pub title: &'static str,
    /// The fields that tell rows apart.
    pub key: &'static [&'static str],
    /// Input fields that the actions need to know whose rows are meant.
    pub parents: &'static [&'static str],
    /// Whether the rows are figures that are computed about other resources.
    pub analytic: bool,
    /// The field that grows when a row is made or changed.
    pub incremental: Option<&'static str>,
    /// The input of the list that takes a value of that field.
    pub since: Option<&'static str>,
    /// The action that lists the rows. Actions are given by their ids.
    pub list: Option<&'static str>,
    /// The action that reads one row.
    pub get: Option<&'static str>,
    /// The action that makes a row.
    pub create: Option<&'static str>,
    /// The action that changes a row.
    pub update: Option<&'static str>,
    /// The action that removes a row.
    pub delete: Option<&'static str>,
}

/// What an error of the API means. The first rule that fits an answer is used.
#[derive(Debug)]
pub struct ErrorRule {
    /// The first and the last HTTP status that it is for, both included; absent, any.
    pub status: Option<(u16, u16)>,
    /// The service's own code; absent, any.
    pub code: Option<i64>,
    /// One of these is in what the service says, in any case; empty: whatever it says.
    pub says: &'static [&'static str],
    /// The service says how long to wait.
    pub waits: bool,
    /// The contract's kind of error.
    pub kind: crate::contract::ErrorKind,
    /// The error's stable code.
    pub word: &'static str,
    /// What to do, for people. `{scopes}` stands for the scopes of the action.
    pub advice: Option<&'static str>,
}

/// What the cursors of a trigger hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Memory {
    /// Fingerprints of the items that polls have found.
    Fingerprints,
    /// What its flow set.
    Own,
}

/// Something to watch for: the new items of a list.
#[derive(Debug)]
pub struct Trigger {
    /// `resource.event`.
    pub id: &'static str,
    /// Its name, for people.
    pub title: &'static str,
    /// One sentence about when it fires.
    pub summary: &'static str,
    /// The heading to list it under.
    pub group: &'static str,
    /// The list that it reads.
    pub action: &'static Action,
    /// The fields of the action that a person fills in, and the trigger's own.
    pub config: &'static [Field],
    /// JSON pointers into an item: what tells items apart. Without any it is the whole item.
    pub key: &'static [&'static str],
    /// A JSON pointer to the time at which an item came to be; absent where it tells none.
    pub time: Option<&'static str>,
    /// JSON pointers to what makes an item an event again when it changes.
    pub changed: &'static [&'static str],
    /// A JSON pointer and texts: only items with one of these texts there count.
    pub when: Option<(&'static str, &'static [&'static str])>,
    /// Whether the first poll emits what is there, unless the configuration says otherwise.
    pub existing: bool,
    /// What its cursors hold.
    pub memory: Memory,
    /// The flow that polls it, where it is more than one list; for a webhook, the flow that subscribes.
    pub flow: Option<&'static Composed>,
    /// An event, as JSON.
    pub sample: &'static str,
}
