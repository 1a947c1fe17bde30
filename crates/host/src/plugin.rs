//! The interfaces that a component exports: those that it must, and those that it may.

use wasmtime::component::{Instance, InstancePre};
use wasmtime::{AsContextMut, Engine, Result};

use crate::contract::{actions, connection, export, operations, steps, triggers, webhooks};
use crate::guest_state::GuestState;
use crate::signatures;

/// Where a component has the interfaces; looked up once.
pub(crate) struct PluginPre {
    pre: InstancePre<GuestState>,
    connection: connection::GuestIndices,
    actions: actions::GuestIndices,
    triggers: triggers::GuestIndices,
    steps: steps::GuestIndices,
    webhooks: Option<webhooks::GuestIndices>,
    operations: Option<operations::GuestIndices>,
}

/// The interfaces of one instance.
pub(crate) struct Plugin {
    pub connection: connection::Guest,
    pub actions: actions::Guest,
    pub triggers: triggers::Guest,
    pub steps: steps::Guest,
    instance: Instance,
    webhooks: Option<webhooks::GuestIndices>,
    operations: Option<operations::GuestIndices>,
}

/// A call of an interface that the connector does not export.
#[derive(Debug, thiserror::Error)]
#[error("this connector has no {0}")]
pub(crate) struct NotExported(&'static str);

impl PluginPre {
    /// Fails when something is missing that a connector must export, or in an interface that it may.
    pub fn new(pre: InstancePre<GuestState>) -> Result<Self> {
        signatures::check(&pre)?;
        let exports = |name| pre.component().get_export_index(None, export(name)).is_some();
        let webhooks =
            exports("webhooks").then(|| webhooks::GuestIndices::new(&pre)).transpose()?;
        let operations =
            exports("operations").then(|| operations::GuestIndices::new(&pre)).transpose()?;
        Ok(PluginPre {
            connection: connection::GuestIndices::new(&pre)?,
            actions: actions::GuestIndices::new(&pre)?,
            triggers: triggers::GuestIndices::new(&pre)?,
            steps: steps::GuestIndices::new(&pre)?,
            webhooks,
            operations,
            pre,
        })
    }

    /// The engine that it was compiled by.
    pub fn engine(&self) -> &Engine {
        self.pre.engine()
    }

    /// The component, ready to be instantiated.
    pub fn instance_pre(&self) -> &InstancePre<GuestState> {
        &self.pre
    }

    /// Makes an instance.
    pub fn instantiate(&self, mut store: impl AsContextMut<Data = GuestState>) -> Result<Plugin> {
        let instance = self.pre.instantiate(&mut store)?;
        Ok(Plugin {
            connection: self.connection.load(&mut store, &instance)?,
            actions: self.actions.load(&mut store, &instance)?,
            triggers: self.triggers.load(&mut store, &instance)?,
            steps: self.steps.load(&mut store, &instance)?,
            instance,
            webhooks: self.webhooks.clone(),
            operations: self.operations.clone(),
        })
    }
}

impl Plugin {
    /// Whether the connector exports webhooks.
    pub fn has_webhooks(&self) -> bool {
        self.webhooks.is_some()
    }

    /// The interface, loaded when it is asked for: few calls need it. Fails with [`NotExported`].
    pub fn webhooks(&self, store: impl AsContextMut<Data = GuestState>) -> Result<webhooks::Guest> {
        let indices = self.webhooks.as_ref().ok_or(NotExported("webhooks"))?;
        indices.load(store, &self.instance)
    }

    /// The interface, when the connector exports it.
    pub fn operations(
        &self,
        store: impl AsContextMut<Data = GuestState>,
    ) -> Result<Option<operations::Guest>> {
        let indices = self.operations.as_ref();
        indices.map(|indices| indices.load(store, &self.instance)).transpose()
    }
}
