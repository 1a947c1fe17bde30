//! `test`: whether the connection works, and what it may not do.

use std::collections::BTreeMap;

use clap::Args;
use connector_host::{Call, Quiet};
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output;

/// With --json: what the connector answers.
#[derive(Args)]
pub struct Test {}

impl Test {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let granted = app.granted()?;
        let call = Call::Test { granted: granted.clone() };
        let outcome = app.connection()?.run(call, &mut Quiet).await?;
        let outcome: Value = serde_json::from_str(&outcome.output)
            .map_err(|error| Error::Unexpected(format!("the output is not JSON: {error}")))?;
        if app.options.json {
            return output::json(&outcome);
        }
        let account = &outcome["account"];
        let text = |key: &str| account[key].as_str().unwrap_or("?");
        let mut lines = vec![format!("Connected as {} (id {})", text("name"), text("id"))];
        lines.push(match granted {
            Some(granted) => format!("Granted: {}", granted.join(" ")),
            None => "Which scopes were granted is not known".into(),
        });
        let lacking = lacking(&outcome["lacking"]);
        lines.extend(
            lacking
                .into_iter()
                .map(|(scope, ids)| format!("Without {scope} no {}", ids.join(", "))),
        );
        output::lines(lines)
    }
}

/// What each scope that was not granted would allow.
fn lacking(list: &Value) -> BTreeMap<&str, Vec<&str>> {
    let mut by_scope: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in list.as_array().into_iter().flatten() {
        for scope in entry["scopes"].as_array().into_iter().flatten() {
            let (Some(scope), Some(id)) = (scope.as_str(), entry["id"].as_str()) else {
                continue;
            };
            by_scope.entry(scope).or_default().push(id);
        }
    }
    by_scope
}
