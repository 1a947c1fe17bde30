//! A manifest as a file.

use std::str::FromStr;

use serde::Serialize;
use serde_json::{Result, Value};

use crate::Manifest;

impl Manifest {
    /// The manifest as JSON with a line for each entry of its lists, so that a change is a short
    /// difference and the file a third of an indented one.
    pub fn text(&self) -> Result<String> {
        let mut members = vec![
            ("format", self.format.to_string()),
            ("contract", serde_json::to_string(&self.contract)?),
            ("connector", serde_json::to_string(&self.connector)?),
            ("actions", lines(&self.actions)?),
            ("triggers", lines(&self.triggers)?),
        ];
        if let Some(webhooks) = &self.webhooks {
            members.push(("webhooks", lines(webhooks)?));
        }
        if let Some(resources) = &self.resources {
            members.push(("resources", lines(resources)?));
        }
        let line = |(name, value): (&str, String)| format!("{}: {value}", Value::from(name));
        let members: Vec<_> = members.into_iter().map(line).collect();
        Ok(format!("{{\n{}\n}}", members.join(",\n")))
    }
}

fn lines<T: Serialize>(items: &[T]) -> Result<String> {
    let items: Vec<_> = items.iter().map(serde_json::to_string).collect::<Result<_>>()?;
    Ok(format!("[\n{}\n]", items.join(",\n")))
}

impl FromStr for Manifest {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self> {
        serde_json::from_str(text)
    }
}
