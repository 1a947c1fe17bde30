//! Which rate limits actions count against. Only a request names one, so the component is asked for
//! the first request of each action's first example.

use std::collections::BTreeSet;

use connector_manifest::Manifest;

use crate::call::Call;
use crate::connector::Connector;
use crate::contract::{Context, Step};
use crate::error::Error;

/// A manifest must not depend on the day.
const NOW: &str = "2026-01-31T12:00:00Z";

/// Adds them. What has no example, or sends nothing at first, has none; nor has what names a limit
/// that the connector does not declare: nobody could say how much it allows.
pub fn add(manifest: &mut Manifest, connector: &Connector) -> Result<(), Error> {
    let declared: BTreeSet<&str> =
        manifest.connector.quotas.iter().map(|quota| quota.id.as_str()).collect();
    let context = Context::new("manifest", NOW);
    for described in &mut manifest.actions {
        let Some(example) = described.examples.first() else { continue };
        let call =
            Call::Action { id: described.action.id.clone(), input: example.input.get().to_owned() };
        // An instance of its own: one that failed takes no other call.
        let mut instance = connector.look()?;
        if let Ok(Step::Send(pending)) = instance.start(&call, &"{}".to_owned(), &context) {
            let named = pending.request.costs.into_iter().map(|cost| cost.quota);
            described.quotas.extend(named.filter(|quota| declared.contains(quota.as_str())));
        }
    }
    Ok(())
}
