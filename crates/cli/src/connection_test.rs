//! The connection test, and what it tells a person.

use std::collections::BTreeMap;

use connector_auth::Account;
use connector_host::{Call, Connection, NoopObserver};
use serde_json::Value;

use crate::error::Error;

/// Ids that are named for each scope that is lacking; the rest is counted.
const NAMED: usize = 3;

/// What the connector's test found out.
pub struct Tested {
    /// As the connector says it.
    pub output: Value,
    granted: Option<Vec<String>>,
}

/// Runs the test. A token of another environment is recognised as such.
pub async fn test(connection: &Connection, granted: Option<Vec<String>>) -> Result<Tested, Error> {
    let call = Call::Test { granted: granted.clone() };
    let outcome = match connection.run(call, &mut NoopObserver).await {
        Ok(outcome) => outcome,
        Err(failure) => return Err(connection.diagnose(failure).await.into()),
    };
    let output = serde_json::from_str(&outcome.output)
        .map_err(|error| Error::Unexpected(format!("the output is not JSON: {error}")))?;
    Ok(Tested { output, granted })
}

impl Tested {
    /// Whom the connection belongs to.
    pub fn account(&self) -> Account {
        let text = |key: &str| match &self.output["account"][key] {
            Value::String(text) => text.clone(),
            Value::Null => "?".into(),
            other => other.to_string(),
        };
        Account { id: text("id"), name: text("name") }
    }

    /// Who is connected, what was granted, and what for lack of scopes cannot be done.
    pub fn lines(&self) -> Vec<String> {
        let Account { id, name } = self.account();
        let mut lines = vec![format!("Connected as {name} (id {id})")];
        lines.push(match &self.granted {
            Some(granted) => format!("Granted: {}", granted.join(" ")),
            None => "Which scopes were granted is not known".into(),
        });
        lines.extend(self.lacking().into_iter().map(|(scope, ids)| {
            let named = ids[..ids.len().min(NAMED)].join(", ");
            match ids.len().saturating_sub(NAMED) {
                0 => format!("Without {scope} no {named}"),
                more => format!("Without {scope} no {named} and {more} more"),
            }
        }));
        lines
    }

    /// What each scope that was not granted would allow.
    fn lacking(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut by_scope: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for entry in self.output["lacking"].as_array().into_iter().flatten() {
            for scope in entry["scopes"].as_array().into_iter().flatten() {
                let (Some(scope), Some(id)) = (scope.as_str(), entry["id"].as_str()) else {
                    continue;
                };
                by_scope.entry(scope).or_default().push(id);
            }
        }
        by_scope
    }
}
