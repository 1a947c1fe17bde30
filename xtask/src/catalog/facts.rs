//! The facts as a whole, imported from a description.
//!
//! The import turns JSON into JSON, which is then read into the types that everybody reads the
//! catalogue with. So what they do not know fails the import.

use super::description::Description;
use super::{operations, paging, partial, types};
use anyhow::{Context, Result, ensure};
use connector_catalog::files::facts;
use connector_catalog::files::types::Type;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Everything that is known about the API. Sorted, so that two imports give the same bytes.
#[derive(Default)]
pub struct Facts {
    /// What is true of the API as a whole: `version`, `base` and `scopes`.
    pub meta: facts::Facts,
    /// By `operation_id`.
    pub operations: BTreeMap<String, Operation>,
    /// Those that an operation leads to, by name; see [`types`].
    pub types: BTreeMap<String, Type>,
}

/// One operation and the file that it belongs in.
pub struct Operation {
    /// The first tag in the description, fit for a file name.
    pub tag: String,
    /// See [`operations`].
    pub facts: facts::Operation,
}

impl Facts {
    /// Fails when the description uses something that the facts cannot express.
    pub fn import(description: &Description) -> Result<Self> {
        let mut imported = BTreeMap::new();
        for entry in description.entries()? {
            let at = format!("{} {}", entry.method, entry.path);
            let id = entry.operation["operationId"].as_str();
            let id = id.with_context(|| format!("{at} has no operationId"))?;
            let tag = entry.operation["tags"][0].as_str();
            let tag = tag.with_context(|| format!("{at} has no tag"))?;
            let tag = tag.replace('/', "_");
            let facts = operations::import(description, &entry).context(at)?;
            let clash = imported.insert(id.to_owned(), (tag, facts));
            ensure!(clash.is_none(), "operationId {id} occurs twice");
        }
        let reduced = types::reachable(description, imported.values().map(|(_, facts)| facts))?;
        let mut operations = BTreeMap::new();
        for (id, (tag, mut facts)) in imported {
            let paging = paging::paging(&reduced, &facts);
            let partial = partial::partial(&reduced, &facts);
            for (key, derived) in [("paging", paging), ("partial", partial)] {
                if let Some(derived) = derived {
                    facts[key] = derived;
                }
            }
            let facts = facts::Operation::deserialize(facts).with_context(|| id.clone())?;
            operations.insert(id, Operation { tag, facts });
        }
        let typed = |(name, type_)| -> Result<(String, Type)> {
            let read = Type::deserialize(type_).with_context(|| format!("schema {name}"))?;
            Ok((name, read))
        };
        let meta = facts::Facts {
            version: Some(description.text("/info/version")?.to_owned()),
            base: Some(description.text("/servers/0/url")?.to_owned()),
            scopes: description.scopes().into_iter().map(str::to_owned).collect(),
            ..facts::Facts::default()
        };
        let types = reduced.into_iter().map(typed).collect::<Result<_>>()?;
        Ok(Self { meta, operations, types })
    }
}
