//! An action, run by its id and with its input as JSON.

use std::fmt;

use serde_json::{Map, Value};

use crate::call::Call;
use crate::connection::Connection;
use crate::error::Error;
use crate::items::Items;
use crate::observer::{NoopObserver, Observer};

impl Connection {
    /// An action of the connector, to be given its input and run.
    ///
    /// ```no_run
    /// # async fn example(connection: connector_host::Connection) -> Result<(), connector_host::Error> {
    /// use serde_json::json;
    ///
    /// let board = connection.action("boards.create").input(json!({"name": "Recipes"})).run().await?;
    /// println!("{}", board["id"]);
    /// # Ok(()) }
    /// ```
    pub fn action(&self, id: impl Into<String>) -> ActionCall<'_> {
        ActionCall { connection: self, id: id.into(), input: Value::Object(Map::new()) }
    }

    /// The items of an action that lists, one after the other: [`ActionCall::items`] of
    /// [`Connection::action`].
    pub fn list(&self, id: impl Into<String>, input: Value) -> Items<'_> {
        self.action(id).input(input).items()
    }
}

/// An action that is about to run: see [`Connection::action`].
#[must_use = "it does nothing until it is run"]
pub struct ActionCall<'a> {
    connection: &'a Connection,
    id: String,
    input: Value,
}

impl<'a> ActionCall<'a> {
    /// The input, an object by the schema of the action. Without it the input is empty.
    pub fn input(mut self, input: Value) -> Self {
        self.input = input;
        self
    }

    /// Runs the action to its end, and gives its output. The items of a list are not in it: take
    /// [`ActionCall::items`] for them.
    pub async fn run(self) -> Result<Value, Error> {
        self.observed(&mut NoopObserver).await
    }

    /// The same with somebody who is told what happens, and gets the pages.
    pub async fn observed(self, observer: &mut dyn Observer) -> Result<Value, Error> {
        let connection = self.connection;
        let outcome = connection.run(self.into_call(), observer).await?;
        serde_json::from_str(&outcome.output)
            .map_err(|error| Error::trap(format!("the output is not JSON: {error}")))
    }

    /// The items that the action lists. Pages are asked for as they are read.
    pub fn items(self) -> Items<'a> {
        let connection = self.connection;
        Items::new(connection, self.into_call())
    }

    /// The call, for [`Connection::run`], a journal or an engine of its own.
    pub fn into_call(self) -> Call {
        Call::Action { id: self.id, input: self.input.to_string() }
    }
}

impl fmt::Debug for ActionCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The input may hold secrets.
        f.debug_struct("ActionCall").field("id", &self.id).finish_non_exhaustive()
    }
}
