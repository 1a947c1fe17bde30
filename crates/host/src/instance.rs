//! The functions of the contract on one instance of a connector.

use std::fmt;

use wasmtime::{PoolConcurrencyLimitError, Store, Trap};

use crate::call::Call;
use crate::contract::operations::{Base, Operation};
use crate::contract::types::{Checkpoint, Json};
use crate::contract::{self, Descriptor, Reply, Step, actions, triggers};
use crate::engine::{Engine, InstancePermit, Limits, MemoryExceeded};
use crate::error::Error;
use crate::plugin::{NotExported, Plugin, PluginPre};
use crate::rule;

/// Where the paths of a service's operations begin, and the operations.
pub type ListedOperations = (Vec<Base>, Vec<Operation>);

/// One instance. A call that ends in a trap, at the deadline or over its memory is a [`Error`],
/// and the instance is of no further use. What the connector itself refuses is
/// [`Error::Connector`].
pub struct Instance {
    engine: Engine,
    store: Store<Limits>,
    plugin: Plugin,
    /// Given back when the instance has gone.
    _place: Option<InstancePermit>,
}

impl Instance {
    pub(crate) fn new(
        engine: &Engine,
        pre: &PluginPre,
        place: Option<InstancePermit>,
    ) -> Result<Self, Error> {
        let mut store = engine.store();
        let plugin = pre.instantiate(&mut store).map_err(|error| failure(error, engine))?;
        Ok(Instance { engine: engine.clone(), store, plugin, _place: place })
    }

    /// What the connector says about itself.
    pub fn descriptor(&mut self) -> Result<Descriptor, Error> {
        self.guest(|plugin, store| plugin.connection.call_describe(store))
    }

    /// All actions, in the order to show them.
    pub fn actions(&mut self) -> Result<Vec<actions::Action>, Error> {
        self.guest(|plugin, store| plugin.actions.call_list(store))
    }

    /// Everything about one action.
    pub fn action(&mut self, id: &str) -> Result<actions::Description, Error> {
        self.guest(|plugin, store| plugin.actions.call_describe(store, id))?.map_err(Error::from)
    }

    /// All triggers, in the order to show them.
    pub fn triggers(&mut self) -> Result<Vec<triggers::Trigger>, Error> {
        self.guest(|plugin, store| plugin.triggers.call_list(store))
    }

    /// Everything about one trigger.
    pub fn trigger(&mut self, id: &str) -> Result<triggers::Description, Error> {
        self.guest(|plugin, store| plugin.triggers.call_describe(store, id))?.map_err(Error::from)
    }

    /// All webhooks, in the order to show them; none when the connector does not export them.
    pub fn webhooks(&mut self) -> Result<Vec<triggers::Trigger>, Error> {
        match self.plugin.has_webhooks() {
            true => self.guest(|plugin, store| plugin.webhooks(&mut *store)?.call_list(store)),
            false => Ok(Vec::new()),
        }
    }

    /// Everything about one webhook.
    pub fn webhook(&mut self, id: &str) -> Result<triggers::Description, Error> {
        self.guest(|plugin, store| plugin.webhooks(&mut *store)?.call_describe(store, id))?
            .map_err(Error::from)
    }

    /// The operations of the service and where their paths begin, when the connector exports them.
    pub fn operations(&mut self) -> Result<Option<ListedOperations>, Error> {
        self.guest(|plugin, store| {
            let Some(operations) = plugin.operations(&mut *store)? else { return Ok(None) };
            Ok(Some((operations.call_bases(&mut *store)?, operations.call_all(store)?)))
        })
    }

    /// Begins a call. `settings` is a JSON object.
    pub fn start(&mut self, call: &Call, settings: &Json) -> Result<Step, Error> {
        self.step(|plugin, store| {
            let Plugin { connection, actions, triggers, steps, .. } = plugin;
            match call {
                Call::Action { id, input } => actions.call_start(store, id, input, settings),
                Call::ActionChoices { id, field, input, query } => {
                    actions.call_choices(store, id, field, input, settings, query.as_deref())
                }
                Call::Resume { checkpoint } => {
                    steps.call_resume(store, checkpoint, &Reply::Proceed)
                }
                Call::Poll { trigger, config, cursor, now } => {
                    let cursor = cursor.as_ref();
                    triggers.call_start(store, trigger, config, settings, cursor, now)
                }
                Call::TriggerChoices { trigger, field, config, query } => {
                    triggers.call_choices(store, trigger, field, config, settings, query.as_deref())
                }
                Call::Subscribe { webhook, config, address } => {
                    let webhooks = plugin.webhooks(&mut *store)?;
                    webhooks.call_subscribe(store, webhook, config, settings, address)
                }
                Call::Unsubscribe { webhook, subscription } => {
                    let webhooks = plugin.webhooks(&mut *store)?;
                    webhooks.call_unsubscribe(store, webhook, subscription, settings)
                }
                Call::Receive { webhook, config, delivery } => {
                    let webhooks = plugin.webhooks(&mut *store)?;
                    webhooks.call_receive(store, webhook, config, settings, delivery)
                }
                Call::WebhookChoices { webhook, field, config, query } => {
                    let webhooks = plugin.webhooks(&mut *store)?;
                    webhooks.call_choices(store, webhook, field, config, settings, query.as_deref())
                }
                Call::ConnectionChoices { field, query } => {
                    connection.call_choices(store, field, settings, query.as_deref())
                }
                Call::Test { granted } => connection.call_test(store, settings, granted.as_deref()),
            }
        })
    }

    /// Goes on after a step.
    pub fn resume(&mut self, checkpoint: &Checkpoint, reply: &Reply) -> Result<Step, Error> {
        self.step(|plugin, store| plugin.steps.call_resume(store, checkpoint, reply))
    }

    fn step(
        &mut self,
        call: impl FnOnce(
            &Plugin,
            &mut Store<Limits>,
        ) -> wasmtime::Result<Result<Step, contract::Error>>,
    ) -> Result<Step, Error> {
        self.guest(call)?.map_err(Error::from)
    }

    /// Every entry into the guest goes through here.
    fn guest<T>(
        &mut self,
        call: impl FnOnce(&Plugin, &mut Store<Limits>) -> wasmtime::Result<T>,
    ) -> Result<T, Error> {
        self.store.set_epoch_deadline(self.engine.deadline_ticks());
        call(&self.plugin, &mut self.store).map_err(|error| failure(error, &self.engine))
    }
}

/// Sorts what wasmtime says about a guest that did not return.
pub(crate) fn failure(error: wasmtime::Error, engine: &Engine) -> Error {
    if let Some(MemoryExceeded(limit)) = error.downcast_ref() {
        return Error::Memory(*limit);
    }
    if error.is::<PoolConcurrencyLimitError>() {
        return Error::Busy(engine.options.instances);
    }
    if let Some(missing) = error.downcast_ref::<NotExported>() {
        return Error::refused(rule::CONTRACT, missing.to_string());
    }
    // With the guest's backtrace, for the connector's author.
    tracing::debug!("the guest failed: {error:?}");
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => Error::Deadline(engine.options.deadline),
        Some(trap) => Error::Trap(trap.to_string()),
        None => Error::Trap(error.root_cause().to_string()),
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").finish_non_exhaustive()
    }
}
