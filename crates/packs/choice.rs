//! What of a connector goes into a pack.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::said::extension;

/// Which actions and triggers a pack has in it. A default one: those of the groups that the connector names for
/// daily work, or all where it names none.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Groups, as the manifest calls them, in any case.
    pub groups: Vec<String>,
    /// Ids of actions and triggers, beside those of the groups.
    pub actions: Vec<String>,
    /// Everything.
    pub all: bool,
}

impl Choice {
    /// Takes from the manifest what was not chosen. Fails when a group or an id is not in it.
    pub(crate) fn apply(&self, manifest: &mut Value) -> Result<()> {
        let chosen = !self.groups.is_empty() || !self.actions.is_empty();
        let groups = match chosen {
            true => self.groups.clone(),
            false => daily(manifest),
        };
        if self.all || (groups.is_empty() && !chosen) {
            return Ok(());
        }
        self.check(manifest, &groups)?;
        let is_chosen = |about: &Value| {
            let group = about["group"].as_str().unwrap_or_default();
            groups.iter().any(|it| it.eq_ignore_ascii_case(group))
                || self.actions.iter().any(|id| about["id"] == **id)
        };
        for (list, member) in LISTS {
            if let Some(Value::Array(entries)) = manifest.get_mut(list) {
                entries.retain(|entry| is_chosen(&entry[member]));
            }
        }
        Ok(())
    }

    fn check(&self, manifest: &Value, groups: &[String]) -> Result<()> {
        let mut known = Vec::new();
        for group in described(manifest).filter_map(|it| it["group"].as_str()) {
            if !known.contains(&group) {
                known.push(group);
            }
        }
        for group in groups {
            let found = known.iter().any(|it| it.eq_ignore_ascii_case(group));
            ensure!(found, "there is no group `{group}`; there are {}", known.join(", "));
        }
        for id in &self.actions {
            let found = described(manifest).any(|it| it["id"] == **id);
            ensure!(found, "there is no action or trigger `{id}`; `connector actions` lists them");
        }
        Ok(())
    }
}

/// The lists of a manifest, and the member of their entries that says what is in it.
const LISTS: [(&str, &str); 3] =
    [("actions", "action"), ("triggers", "trigger"), ("webhooks", "trigger")];

fn described(manifest: &Value) -> impl Iterator<Item = &Value> {
    LISTS.iter().flat_map(|(list, member)| {
        manifest[list].as_array().into_iter().flatten().map(move |entry| &entry[member])
    })
}

fn daily(manifest: &Value) -> Vec<String> {
    let packs = extension(manifest, "packs");
    let groups = packs["groups"].as_array().into_iter().flatten();
    groups.filter_map(Value::as_str).map(str::to_owned).collect()
}
