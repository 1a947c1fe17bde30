//! The first steps of webhook cases. The host's library does not call the interface `webhooks`, so
//! they come from the component's own export; from there a case goes on like any other.

use connector_host::Failure;
use connector_host::contract::{Error, Header, PACKAGE, Step, VERSION};
use serde_json::Value;
use wasmtime::component::{Component, ComponentNamedList, ComponentType, Linker, Lower};
use wasmtime::{Engine, Store};

use crate::case;

/// What the service sent to the host's address.
#[derive(ComponentType, Lower)]
#[component(record)]
struct Delivery {
    headers: Vec<Header>,
    body: Vec<u8>,
}

/// A component that exports them.
pub struct Webhooks(Component);

impl Webhooks {
    pub fn of(component: &[u8]) -> Webhooks {
        Webhooks(Component::new(&Engine::default(), component).expect("it is a component"))
    }

    /// None for a call of another kind.
    pub fn start(&self, call: &Value, settings: &str) -> Option<Result<Step, Failure>> {
        let text = |key: &str| call[key].as_str().unwrap_or_default();
        let (id, input) = (text("id"), call["input"].to_string());
        let step = match (text("do"), text("of")) {
            ("subscribe", _) => self.enter("subscribe", (id, input, settings, text("address"))),
            ("unsubscribe", _) => self.enter("unsubscribe", (id, input, settings)),
            ("receive", _) => {
                let (headers, body) = case::message(&call["delivery"]);
                self.enter("receive", (id, input, settings, Delivery { headers, body }))
            }
            ("choices", "webhook") => {
                let query = call["query"].as_str();
                self.enter("choices", (id, text("field"), input, settings, query))
            }
            _ => return None,
        };
        Some(step)
    }

    /// Calls a function in an instance of its own.
    fn enter<Arguments>(&self, function: &str, arguments: Arguments) -> Result<Step, Failure>
    where
        Arguments: ComponentNamedList + Lower,
    {
        let mut store = Store::new(self.0.engine(), ());
        let instance = Linker::new(self.0.engine()).instantiate(&mut store, &self.0);
        let instance = instance.expect("it imports nothing");
        let path = format!("{PACKAGE}/webhooks@{VERSION}");
        let interface = instance.get_export_index(&mut store, None, &path);
        let function = instance
            .get_export_index(&mut store, interface.as_ref(), function)
            .expect("the component has webhooks");
        let function = instance
            .get_typed_func::<Arguments, (Result<Step, Error>,)>(&mut store, function)
            .expect("it has the contract's type");
        let (answer,) = function.call(&mut store, arguments).expect("it returns");
        answer.map_err(Failure::from)
    }
}
