//! The schemas of a manifest.

use crate::{Json, Manifest};

/// A schema of a manifest.
pub(crate) struct SchemaOf<'a> {
    pub json: &'a mut Json,
    /// What one would call it.
    pub label: String,
}

impl Manifest {
    /// Those of actions, triggers and webhooks, in their order.
    pub(crate) fn schemas_mut(&mut self) -> Vec<SchemaOf<'_>> {
        let mut schemas = Vec::new();
        let mut add = |json, id: &str, suffix: &str| {
            let thing = id.split('.').next().unwrap_or_default();
            schemas.push(SchemaOf { json, label: format!("{thing}{suffix}") });
        };
        for described in &mut self.actions {
            add(&mut described.input.0, &described.action.id, "-input");
            add(&mut described.output.0, &described.action.id, "");
        }
        for described in &mut self.triggers {
            add(&mut described.config.0, &described.trigger.id, "-config");
            add(&mut described.data.0, &described.trigger.id, "");
        }
        for described in self.webhooks.iter_mut().flatten() {
            add(&mut described.config.0, &described.trigger.id, "-config");
            add(&mut described.data.0, &described.trigger.id, "");
        }
        schemas
    }
}
