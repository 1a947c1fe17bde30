//! The functions of the contract on one instance of a connector.

use std::fmt;
use std::time::Duration;

use wasmtime::{PoolConcurrencyLimitError, Store, Trap};

use crate::call::Call;
use crate::contract::operations::{Base, Operation};
use crate::contract::types::{Checkpoint, Json};
use crate::contract::{self, Context, Descriptor, Reply, Step, actions, triggers, webhooks};
use crate::crash::Crash;
use crate::engine::{self, Engine};
use crate::error::Error;
use crate::guest_state::{GuestState, MemoryExceeded};
use crate::places::Place;
use crate::plugin::{NotExported, Plugin, PluginPre};
use crate::redact;
use crate::rule;

/// Where the paths of a service's operations begin, and the operations.
pub type ListedOperations = (Vec<Base>, Vec<Operation>);

/// One instance. A call that ends in a trap, at the deadline or over its memory is a [`Error`],
/// and the instance is of no further use. What the connector itself refuses is
/// [`Error::Connector`].
pub struct Instance {
    engine: Engine,
    store: Store<GuestState>,
    plugin: Plugin,
    /// How long the next call may take.
    deadline: Duration,
    /// Given back when the instance has gone.
    place: Place,
}

impl Instance {
    pub(crate) fn new(engine: &Engine, pre: &PluginPre, place: Place) -> Result<Self, Error> {
        let mut store = engine.store(pre.engine());
        let plugin = pre.instantiate(&mut store);
        let plugin = plugin.map_err(|error| failure(error, engine, &mut store))?;
        let deadline = engine.options.first_deadline;
        Ok(Instance { engine: engine.clone(), store, plugin, deadline, place })
    }

    /// Gives its first call no more time than any other.
    pub(crate) fn expect_no_start(&mut self) {
        self.deadline = self.engine.options.deadline;
    }

    /// Ends the instance, and keeps its place.
    pub(crate) fn into_place(self) -> Place {
        self.place
    }

    /// Bytes of linear memory that the guest has taken so far.
    pub fn memory_bytes(&self) -> usize {
        self.store.data().taken()
    }

    /// How many instructions of WebAssembly the guest has executed so far, where
    /// [`EngineOptions::metered`](crate::EngineOptions::metered) has them counted. It is the same on each machine.
    pub fn instructions(&self) -> Option<u64> {
        self.store.get_fuel().ok().map(|left| u64::MAX - left)
    }

    /// What the connector says about itself.
    pub fn descriptor(&mut self) -> Result<Descriptor, Error> {
        self.guest(|plugin, store| plugin.connection.call_describe(store))
    }

    /// All actions, in the order to show them.
    pub fn actions(&mut self) -> Result<Vec<actions::Action>, Error> {
        self.guest(|plugin, store| plugin.actions.call_list_actions(store))
    }

    /// Everything about one action.
    pub fn action(&mut self, id: &str) -> Result<actions::Description, Error> {
        self.guest(|plugin, store| plugin.actions.call_describe(store, id))?.map_err(Error::from)
    }

    /// All triggers, in the order to show them.
    pub fn triggers(&mut self) -> Result<Vec<triggers::Trigger>, Error> {
        self.guest(|plugin, store| plugin.triggers.call_list_triggers(store))
    }

    /// Everything about one trigger.
    pub fn trigger(&mut self, id: &str) -> Result<triggers::Description, Error> {
        self.guest(|plugin, store| plugin.triggers.call_describe(store, id))?.map_err(Error::from)
    }

    /// All webhooks, in the order to show them; none when the connector does not export them.
    pub fn webhooks(&mut self) -> Result<Vec<webhooks::Webhook>, Error> {
        match self.plugin.has_webhooks() {
            true => {
                self.guest(|plugin, store| plugin.webhooks(&mut *store)?.call_list_webhooks(store))
            }
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
    pub fn start(
        &mut self,
        call: &Call,
        settings: &Json,
        context: &Context,
    ) -> Result<Step, Error> {
        self.step(|plugin, store| {
            let Plugin { connection, actions, triggers, steps, .. } = plugin;
            match call {
                Call::Action { id, input } => {
                    actions.call_start(store, id, input, settings, context)
                }
                Call::ActionChoices { id, field, input, query } => {
                    let query = query.as_deref();
                    actions.call_choices(store, id, field, input, settings, query, context)
                }
                Call::Resume { checkpoint } => {
                    steps.call_resume(store, checkpoint, &Reply::Proceed)
                }
                Call::Poll { trigger, config, cursor } => {
                    let cursor = cursor.as_ref();
                    triggers.call_start(store, trigger, config, settings, cursor, context)
                }
                Call::TriggerChoices { trigger, field, config, query } => {
                    let query = query.as_deref();
                    triggers.call_choices(store, trigger, field, config, settings, query, context)
                }
                Call::Subscribe { webhook, config, address } => {
                    let webhooks = plugin.webhooks(&mut *store)?;
                    webhooks.call_subscribe(store, webhook, config, settings, address, context)
                }
                Call::Renew { webhook, config, subscription } => {
                    let webhooks = plugin.webhooks(&mut *store)?;
                    webhooks.call_renew(store, webhook, config, settings, subscription, context)
                }
                Call::Unsubscribe { webhook, subscription } => {
                    let webhooks = plugin.webhooks(&mut *store)?;
                    webhooks.call_unsubscribe(store, webhook, subscription, settings, context)
                }
                Call::Receive { webhook, config, subscription, delivery, cursor } => {
                    let (webhooks, cursor) = (plugin.webhooks(&mut *store)?, cursor.as_ref());
                    webhooks.call_receive(
                        store,
                        webhook,
                        config,
                        settings,
                        subscription,
                        delivery,
                        cursor,
                        context,
                    )
                }
                Call::WebhookChoices { webhook, field, config, query } => {
                    let webhooks = plugin.webhooks(&mut *store)?;
                    let query = query.as_deref();
                    webhooks.call_choices(store, webhook, field, config, settings, query, context)
                }
                Call::ConnectionChoices { field, query } => {
                    connection.call_choices(store, field, settings, query.as_deref(), context)
                }
                Call::Test { granted } => {
                    connection.call_test(store, settings, granted.as_deref(), context)
                }
            }
        })
    }

    /// What to answer the service at once: see `webhooks.acknowledge` in the contract.
    pub fn acknowledge(
        &mut self,
        webhook: &str,
        subscription: Option<&Json>,
        delivery: &webhooks::Delivery,
    ) -> Result<webhooks::Acknowledgement, Error> {
        let call = |plugin: &Plugin, store: &mut Store<GuestState>| {
            let webhooks = plugin.webhooks(&mut *store)?;
            webhooks.call_acknowledge(store, webhook, subscription, delivery)
        };
        self.guest(call)?.map_err(Error::from)
    }

    /// Which accounts a delivery is for: see `webhooks.accounts` in the contract.
    pub fn accounts(
        &mut self,
        webhook: &str,
        delivery: &webhooks::Delivery,
    ) -> Result<Vec<String>, Error> {
        let call = |plugin: &Plugin, store: &mut Store<GuestState>| {
            plugin.webhooks(&mut *store)?.call_accounts(store, webhook, delivery)
        };
        self.guest(call)?.map_err(Error::from)
    }

    /// Goes on after a step.
    pub fn resume(&mut self, checkpoint: &Checkpoint, reply: &Reply) -> Result<Step, Error> {
        self.step(|plugin, store| plugin.steps.call_resume(store, checkpoint, reply))
    }

    fn step(
        &mut self,
        call: impl FnOnce(
            &Plugin,
            &mut Store<GuestState>,
        ) -> wasmtime::Result<Result<Step, contract::Error>>,
    ) -> Result<Step, Error> {
        self.guest(call)?.map_err(Error::from)
    }

    /// Every entry into the guest goes through here.
    fn guest<T>(
        &mut self,
        call: impl FnOnce(&Plugin, &mut Store<GuestState>) -> wasmtime::Result<T>,
    ) -> Result<T, Error> {
        let steps = self.engine.options.deadline;
        let deadline = std::mem::replace(&mut self.deadline, steps);
        self.store.set_epoch_deadline(engine::ticks(deadline));
        let result = call(&self.plugin, &mut self.store);
        result.map_err(|error| match failure(error, &self.engine, &mut self.store) {
            Error::Deadline(_) => Error::Deadline(deadline),
            failure => failure,
        })
    }
}

/// Sorts what wasmtime says about a guest that did not return.
pub(crate) fn failure(
    error: wasmtime::Error,
    engine: &Engine,
    store: &mut Store<GuestState>,
) -> Error {
    if let Some(MemoryExceeded(limit)) = error.downcast_ref() {
        return Error::Memory(*limit);
    }
    if error.is::<PoolConcurrencyLimitError>() {
        return engine.places.busy();
    }
    if let Some(missing) = error.downcast_ref::<NotExported>() {
        return Error::refused(rule::CONTRACT, missing.to_string());
    }
    // With the guest's backtrace, for the connector's author.
    tracing::debug!("the guest failed: {error:?}");
    let cause = match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => return Error::Deadline(engine.options.first_deadline),
        Some(trap) => trap.to_string(),
        None => error.root_cause().to_string(),
    };
    let last_words = store.data_mut().take_last_words().map(redact::everywhere);
    Error::Trap(Crash { cause, last_words })
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").finish_non_exhaustive()
    }
}
