//! What the pages use of `connector.json`. The schema of all of it is `connector.schema.json`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub struct Manifest {
    pub actions: Vec<Action>,
    pub triggers: Vec<Trigger>,
    #[serde(default)]
    pub webhooks: Vec<Trigger>,
    #[serde(default)]
    pub resources: Vec<Resource>,
}

#[derive(Deserialize)]
pub struct Action {
    #[serde(rename = "action")]
    pub about: About,
    pub input: Value,
    pub output: Value,
    pub examples: Vec<Example>,
}

#[derive(Deserialize)]
pub struct About {
    pub id: String,
    pub operation_id: Option<String>,
    pub title: String,
    pub summary: String,
    pub group: String,
    pub scopes: Vec<String>,
    pub effect: Effect,
    pub shape: Shape,
    pub notes: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    Read,
    Idempotent,
    Write,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    Single,
    Items,
}

#[derive(Deserialize)]
pub struct Example {
    pub title: String,
    pub input: Value,
}

#[derive(Deserialize)]
pub struct Trigger {
    pub trigger: Watch,
    pub config: Value,
    pub data: Value,
    pub sample: Value,
}

#[derive(Deserialize)]
pub struct Watch {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub scopes: Vec<String>,
}

#[derive(Deserialize)]
pub struct Resource {
    pub id: String,
    pub title: String,
    pub fields: Vec<Field>,
    pub key: Vec<String>,
    pub parents: Vec<String>,
    pub analytic: bool,
    pub incremental: Option<String>,
    pub list_action: Option<String>,
    pub get_action: Option<String>,
    pub create_action: Option<String>,
    pub update_action: Option<String>,
    pub delete_action: Option<String>,
}

#[derive(Deserialize)]
pub struct Field {
    pub name: String,
    pub kind: String,
}

impl Manifest {
    /// Reads `connector.json` in the folder `root`.
    pub fn read(root: &Path) -> Result<Self> {
        let path = root.join("connector.json");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}: run `make manifest`", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} is not a manifest", path.display()))
    }

    /// With self-contained schemas.
    fn parse(text: &str) -> Result<Self> {
        let manifest: connector_manifest::Manifest = text.parse()?;
        Ok(serde_json::from_value(serde_json::to_value(manifest.inlined()?)?)?)
    }

    /// The groups in the order of their first action, each with its actions.
    pub fn groups(&self) -> Vec<(&str, Vec<&Action>)> {
        let mut groups: Vec<(&str, Vec<&Action>)> = Vec::new();
        for action in &self.actions {
            let name = action.about.group.as_str();
            match groups.iter_mut().find(|(group, _)| *group == name) {
                Some((_, actions)) => actions.push(action),
                None => groups.push((name, vec![action])),
            }
        }
        groups
    }
}
