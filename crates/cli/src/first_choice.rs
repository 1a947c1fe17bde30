//! Settings whose first choice is a good default: the hint `x-first-choice`.

use std::ops::ControlFlow;

use connector_host::{Call, Connection, Observer};
use serde_json::{Map, Value};

use crate::error::Error;

/// The settings with what can be chosen by itself, and a line about each; none when nothing can.
/// Settings that are there already stay, and what lacks a scope is left open.
pub async fn fill(
    connection: &Connection,
    settings: &str,
    granted: Option<&[String]>,
) -> Result<Option<(String, Vec<String>)>, Error> {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_default();
    let schema: Value = read(&connection.connector().descriptor().form);
    let mut settings: Map<String, Value> = serde_json::from_str(settings).unwrap_or_default();
    let mut lines = Vec::new();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let known = |scope: &Value| {
            granted.is_some_and(|granted| granted.iter().any(|has| scope == has.as_str()))
        };
        let scopes = field["x-scopes"].as_array().into_iter().flatten();
        let open = field["x-first-choice"] == true && !settings.contains_key(name);
        if !open || !scopes.into_iter().all(known) {
            continue;
        }
        let mut first = First(None);
        let call = Call::ConnectionChoices { field: name.clone(), query: None };
        connection.run(call, &mut first).await?;
        if let Some(choice) = first.0 {
            let title = choice["title"].as_str().unwrap_or_default();
            let value = &choice["value"];
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            lines.push(format!("{}: {title} ({shown}), the first one", text(field, name)));
            settings.insert(name.clone(), value.clone());
        }
    }
    let settings = Value::Object(settings).to_string();
    Ok((!lines.is_empty()).then_some((settings, lines)))
}

fn text<'a>(field: &'a Value, name: &'a str) -> &'a str {
    field["title"].as_str().unwrap_or(name)
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
