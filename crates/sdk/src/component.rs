//! The interfaces of the contract for any connector.

use crate::contract::{
    Context, Error, Reply, Step, actions as action, connection as connected, steps,
    triggers as trigger,
};
#[cfg(feature = "full")]
use crate::contract::{data as tables, operations as operation, webhooks as webhook};
use crate::{Component, actions, connection, job, triggers};
#[cfg(feature = "full")]
use crate::{data, operations, webhooks};

type Started = Result<Step, Error>;

impl<C: Component> connected::Guest for C {
    fn describe() -> connected::Descriptor {
        connection::describe(C::definition().catalog)
    }

    fn test(settings: String, granted: Option<Vec<String>>, context: Context) -> Started {
        connection::test(C::definition(), &settings, granted, context)
    }

    fn choices(
        field: String,
        settings: String,
        query: Option<String>,
        context: Context,
    ) -> Started {
        connection::choices(C::definition().catalog, &field, &settings, query.as_deref(), &context)
    }
}

impl<C: Component> action::Guest for C {
    fn list_actions() -> Vec<action::Action> {
        actions::list(C::definition().catalog)
    }

    fn describe(id: String) -> Result<action::Description, Error> {
        actions::describe(C::definition().catalog, &id)
    }

    fn start(id: String, input: String, settings: String, context: Context) -> Started {
        actions::start(C::definition(), &id, &input, &settings, context)
    }

    fn choices(
        id: String,
        field: String,
        input: String,
        settings: String,
        query: Option<String>,
        context: Context,
    ) -> Started {
        let catalog = C::definition().catalog;
        actions::choices(catalog, &id, &field, &input, &settings, query.as_deref(), &context)
    }
}

impl<C: Component> trigger::Guest for C {
    fn list_triggers() -> Vec<trigger::Trigger> {
        triggers::list(C::definition().catalog)
    }

    fn describe(id: String) -> Result<trigger::Description, Error> {
        triggers::describe(C::definition().catalog, &id)
    }

    fn start(
        id: String,
        config: String,
        settings: String,
        cursor: Option<String>,
        context: Context,
    ) -> Started {
        triggers::start(C::definition(), &id, &config, &settings, cursor, context)
    }

    fn choices(
        id: String,
        field: String,
        config: String,
        settings: String,
        query: Option<String>,
        context: Context,
    ) -> Started {
        let catalog = C::definition().catalog;
        triggers::choices(catalog, &id, &field, &config, &settings, query.as_deref(), &context)
    }
}

impl<C: Component> steps::Guest for C {
    fn resume(checkpoint: Vec<u8>, reply: Reply) -> Started {
        job::resume(C::definition(), &checkpoint, reply)
    }
}

#[cfg(feature = "full")]
impl<C: Component> tables::Guest for C {
    fn resources() -> Vec<tables::Resource> {
        data::resources(C::definition().catalog)
    }
}

#[cfg(feature = "full")]
impl<C: Component> operation::Guest for C {
    fn bases() -> Vec<operation::Base> {
        operations::bases(C::definition().catalog)
    }

    fn all() -> Vec<operation::Operation> {
        operations::all(C::definition().catalog)
    }
}

#[cfg(feature = "full")]
impl<C: Component> webhook::Guest for C {
    fn list_webhooks() -> Vec<webhook::Webhook> {
        webhooks::list(C::definition().catalog)
    }

    fn describe(id: String) -> Result<trigger::Description, Error> {
        webhooks::describe(C::definition().catalog, &id)
    }

    fn subscribe(
        id: String,
        config: String,
        settings: String,
        address: String,
        context: Context,
    ) -> Started {
        webhooks::subscribe(C::definition(), &id, &config, &settings, address, context)
    }

    fn renew(
        id: String,
        config: String,
        settings: String,
        subscription: String,
        context: Context,
    ) -> Started {
        webhooks::renew(C::definition(), &id, &config, &settings, &subscription, context)
    }

    fn unsubscribe(
        id: String,
        subscription: String,
        settings: String,
        context: Context,
    ) -> Started {
        webhooks::unsubscribe(C::definition(), &id, &subscription, &settings, context)
    }

    fn acknowledge(
        id: String,
        subscription: Option<String>,
        delivery: webhook::Delivery,
    ) -> Result<webhook::Acknowledgement, Error> {
        webhooks::acknowledge(C::definition().catalog, &id, subscription.as_deref(), &delivery)
    }

    fn accounts(id: String, delivery: webhook::Delivery) -> Result<Vec<String>, Error> {
        webhooks::accounts(C::definition().catalog, &id, &delivery)
    }

    fn receive(
        id: String,
        config: String,
        settings: String,
        subscription: String,
        delivery: webhook::Delivery,
        cursor: Option<String>,
        context: Context,
    ) -> Started {
        let known = webhooks::Known { config: &config, subscription: &subscription, cursor };
        webhooks::receive(C::definition(), &id, known, &settings, &delivery, context)
    }

    fn choices(
        id: String,
        field: String,
        config: String,
        settings: String,
        query: Option<String>,
        context: Context,
    ) -> Started {
        let catalog = C::definition().catalog;
        webhooks::choices(catalog, &id, &field, &config, &settings, query.as_deref(), &context)
    }
}
