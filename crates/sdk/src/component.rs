//! The interfaces of the contract for any connector.

use crate::contract::{
    Error, Reply, Step, actions as action, connection as connected, steps, triggers as trigger,
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

    fn test(settings: String, granted: Option<Vec<String>>) -> Started {
        connection::test(C::definition().catalog, &settings, granted)
    }

    fn choices(field: String, settings: String, query: Option<String>) -> Started {
        connection::choices(C::definition().catalog, &field, &settings, query.as_deref())
    }
}

impl<C: Component> action::Guest for C {
    fn list() -> Vec<action::Action> {
        actions::list(C::definition().catalog)
    }

    fn describe(id: String) -> Result<action::Description, Error> {
        actions::describe(C::definition().catalog, &id)
    }

    fn start(id: String, input: String, settings: String) -> Started {
        actions::start(C::definition(), &id, &input, &settings)
    }

    fn choices(
        id: String,
        field: String,
        input: String,
        settings: String,
        query: Option<String>,
    ) -> Started {
        let catalog = C::definition().catalog;
        actions::choices(catalog, &id, &field, &input, &settings, query.as_deref())
    }
}

impl<C: Component> trigger::Guest for C {
    fn list() -> Vec<trigger::Trigger> {
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
        now: String,
    ) -> Started {
        triggers::start(C::definition(), &id, &config, &settings, cursor, now)
    }

    fn choices(
        id: String,
        field: String,
        config: String,
        settings: String,
        query: Option<String>,
    ) -> Started {
        let catalog = C::definition().catalog;
        triggers::choices(catalog, &id, &field, &config, &settings, query.as_deref())
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
    fn list() -> Vec<webhook::Trigger> {
        webhooks::list(C::definition().catalog)
    }

    fn describe(id: String) -> Result<trigger::Description, Error> {
        webhooks::describe(C::definition().catalog, &id)
    }

    fn subscribe(id: String, config: String, settings: String, address: String) -> Started {
        webhooks::subscribe(C::definition(), &id, &config, &settings, address)
    }

    fn unsubscribe(id: String, subscription: String, settings: String) -> Started {
        webhooks::unsubscribe(C::definition(), &id, &subscription, &settings)
    }

    fn receive(
        id: String,
        config: String,
        settings: String,
        delivery: webhook::Delivery,
    ) -> Started {
        webhooks::receive(C::definition(), &id, &config, &settings, &delivery)
    }

    fn choices(
        id: String,
        field: String,
        config: String,
        settings: String,
        query: Option<String>,
    ) -> Started {
        let catalog = C::definition().catalog;
        webhooks::choices(catalog, &id, &field, &config, &settings, query.as_deref())
    }
}
