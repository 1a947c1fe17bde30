//! Which rate limit an action counts against. Only a request names one, so the component is asked
//! for the first request of the action's first example.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use connector_host::Call;
use connector_host::contract::Step;
use serde_json::Value;

use crate::Source;

/// The limits by the ids of actions. What has no example, or sends nothing at first, has none; nor
/// has what names a limit that the connector does not declare: nobody could say how much it allows.
pub fn quotas(source: &Source) -> Result<BTreeMap<String, String>> {
    let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let declared = list(&source.manifest["connector"]["quotas"]);
    let declared: BTreeSet<&str> = declared.iter().filter_map(|it| it["id"].as_str()).collect();
    let mut quotas = BTreeMap::new();
    for entry in list(&source.manifest["actions"]) {
        let (id, example) = (&entry["action"]["id"], &entry["examples"][0]["input"]);
        let Some(id) = id.as_str() else { continue };
        let call = Call::Action { id: id.to_owned(), input: example.to_string() };
        let mut instance = source.connector.instantiate()?;
        if let Ok(Step::Send(pending)) = instance.start(&call, &"{}".to_owned())
            && let Some(quota) = pending.request.quota
            && declared.contains(quota.as_str())
        {
            quotas.insert(id.to_owned(), quota);
        }
    }
    Ok(quotas)
}
