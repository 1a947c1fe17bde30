//! Tries what was granted before it is stored: whose account it is, what it lacks, and which settings can
//! be chosen by themselves.

use std::ops::ControlFlow;

use connector_host::{Call, Connection, Error, NoopObserver, Observer};
use serde_json::{Map, Value};

use crate::vault::Account;

/// What a connector's test of a connection found out.
#[derive(Clone, Debug)]
pub struct Tested {
    /// As the connector says it.
    pub output: Value,
    /// The scopes that were granted, when they are known.
    pub granted: Option<Vec<String>>,
}

impl Tested {
    /// Runs the test. A token of another environment is recognised as such.
    pub async fn of(connection: &Connection, granted: Option<Vec<String>>) -> Result<Self, Error> {
        let call = Call::Test { granted: granted.clone() };
        let outcome = match connection.run(call, &mut NoopObserver).await {
            Ok(outcome) => outcome,
            Err(failure) => return Err(connection.diagnose(failure).await),
        };
        let output = serde_json::from_str(&outcome.output);
        let output =
            output.map_err(|error| Error::trap(format!("its output is not JSON: {error}")))?;
        Ok(Tested { output, granted })
    }

    /// Whom the connection belongs to.
    pub fn account(&self) -> Account {
        let text = |key: &str| match &self.output["account"][key] {
            Value::String(text) => text.clone(),
            Value::Null => Account::UNKNOWN.into(),
            other => other.to_string(),
        };
        Account { id: text("id"), name: text("name") }
    }
}

/// A setting that was chosen by itself.
#[derive(Clone, Debug)]
pub struct FirstChoice {
    /// Its name.
    pub setting: String,
    /// What it is called, for people.
    pub title: String,
    /// The choice, for people.
    pub choice: String,
    /// The choice itself.
    pub value: Value,
}

/// The settings whose first choice is a good default, by the hint `x-first-choice`. Settings that are there
/// already stay, and what lacks a scope is left open.
pub async fn first_choices(
    connection: &Connection,
    settings: &Map<String, Value>,
    granted: Option<&[String]>,
) -> Result<Vec<FirstChoice>, Error> {
    let form = &connection.connector().descriptor().form;
    let schema: Value = serde_json::from_str(form).unwrap_or_default();
    let mut found = Vec::new();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let known = |scope: &Value| {
            granted.is_some_and(|granted| granted.iter().any(|has| scope == has.as_str()))
        };
        let mut scopes = field["x-scopes"].as_array().into_iter().flatten();
        let open = field["x-first-choice"] == true && !settings.contains_key(name);
        if !open || !scopes.all(known) {
            continue;
        }
        let mut first = First(None);
        let call = Call::ConnectionChoices { field: name.clone(), query: None };
        connection.run(call, &mut first).await?;
        if let Some(choice) = first.0 {
            found.push(FirstChoice {
                setting: name.clone(),
                title: field["title"].as_str().unwrap_or(name).to_owned(),
                choice: choice["title"].as_str().unwrap_or_default().to_owned(),
                value: choice["value"].clone(),
            });
        }
    }
    Ok(found)
}

/// Stops at the first choice.
struct First(Option<Value>);

impl Observer for First {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        let items: Vec<Value> = serde_json::from_str(items).unwrap_or_default();
        self.0 = items.into_iter().next();
        match self.0 {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }
}
