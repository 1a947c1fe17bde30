//! The facts as a whole, imported from a description.

use super::description::Description;
use super::types::{self, Types};
use super::{operations, paging, partial};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Everything that is known about the API. Sorted, so that two imports give the same bytes.
#[derive(Default)]
pub struct Facts {
    /// `version`, `base` (the URL that paths are appended to) and `scopes`.
    pub meta: Value,
    /// By `operation_id`.
    pub operations: BTreeMap<String, Operation>,
    /// Those that an operation leads to, by name; see [`types`].
    pub types: Types,
}

/// One operation and the file that it belongs in.
pub struct Operation {
    /// The first tag in the description, fit for a file name.
    pub tag: String,
    /// See [`operations`].
    pub facts: Value,
}

impl Facts {
    /// Fails when the description uses something that the facts cannot express.
    pub fn import(description: &Description) -> Result<Self> {
        let mut operations = BTreeMap::new();
        for entry in description.entries()? {
            let at = format!("{} {}", entry.method, entry.path);
            let id = entry.operation["operationId"].as_str();
            let id = id.with_context(|| format!("{at} has no operationId"))?;
            let tag = entry.operation["tags"][0].as_str();
            let tag = tag.with_context(|| format!("{at} has no tag"))?;
            let tag = tag.replace('/', "_");
            let facts = operations::import(description, &entry).context(at)?;
            let clash = operations.insert(id.to_owned(), Operation { tag, facts });
            ensure!(clash.is_none(), "operationId {id} occurs twice");
        }
        let types = types::reachable(description, operations.values().map(|o| &o.facts))?;
        for Operation { facts, .. } in operations.values_mut() {
            let paging = paging::paging(&types, facts);
            let partial = partial::partial(&types, facts);
            for (key, derived) in [("paging", paging), ("partial", partial)] {
                if let Some(derived) = derived {
                    facts[key] = derived;
                }
            }
        }
        let meta = json!({
            "version": description.text("/info/version")?,
            "base": description.text("/servers/0/url")?,
            "scopes": description.scopes(),
        });
        Ok(Self { meta, operations, types })
    }
}
