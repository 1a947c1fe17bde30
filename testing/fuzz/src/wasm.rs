//! The same calls through wasmtime: a fresh instance for each, as the host has it. What comes of a
//! call must be what comes of it natively.

mod same;

use std::path::Path;

use connector_host::contract::{Context, Delivery, Header, Method, Reply};
use connector_host::{Call, Connector, Engine, EngineOptions, Error};
use serde_json::Value;

use crate::check;
use crate::input::{ADDRESS, Input};
use crate::targets::Work;

/// The component, compiled.
pub struct Wasm(Connector);

impl Wasm {
    /// Compiles a component. Fails when it is not of the code that is called natively: it is older
    /// than a file that it was built of, or describes itself in another way.
    pub fn load(component: &Path) -> anyhow::Result<Wasm> {
        same::is_up_to_date(component)?;
        same::is_up_to_date(&std::env::current_exe()?)?;
        let engine = Engine::new(EngineOptions::default())?;
        let connector = Connector::load(&engine, component)?;
        same::describes_itself_alike(&connector)?;
        Ok(Wasm(connector))
    }

    /// Does one thing natively and in wasm, and says what is wrong with it and where they differ.
    pub fn run(&self, work: Work) -> Result<(), String> {
        let Work::Component(input) = work else { return work.run() };
        let native = input.clone().call();
        check::outcome(&native)?;
        let native = match native {
            Ok(step) => Ok(serde_json::to_value(step).map_err(|error| error.to_string())?),
            Err(error) => Err(serde_json::to_value(error).map_err(|error| error.to_string())?),
        };
        let guest = self.call(input)?;
        let place = match (&native, &guest) {
            (Ok(native), Ok(guest)) => same::difference(native, guest),
            (Err(native), Err(guest)) => same::difference(native, guest),
            (Ok(_), Err(_)) => Some(", an error".to_owned()),
            (Err(_), Ok(_)) => Some(", no error".to_owned()),
        };
        match place {
            None => Ok(()),
            Some(place) => Err(format!("a call gives something else in wasm{place}")),
        }
    }

    fn call(&self, input: Input) -> Result<Result<Value, Value>, String> {
        let mut instance = self.0.instantiate().map_err(|failure| failure.to_string())?;
        let json = |value: serde_json::Result<Value>| value.map_err(|error| error.to_string());
        let outcome = match input {
            Input::Resume { checkpoint, reply } => {
                let reply: Reply = serde_json::to_value(reply)
                    .and_then(serde_json::from_value)
                    .map_err(|error| error.to_string())?;
                instance.resume(&checkpoint, &reply)
            }
            other => {
                let (now, wanted) = other.asked();
                let (call, settings) = call(other);
                instance.start(&call, &settings, &Context::new("fuzz", now).wanting(wanted))
            }
        };
        match outcome {
            Ok(step) => Ok(Ok(json(serde_json::to_value(step))?)),
            Err(Error::Connector(error)) => Ok(Err(json(serde_json::to_value(error))?)),
            Err(failure) => Err(format!("trap: {failure}")),
        }
    }
}

fn call(input: Input) -> (Call, String) {
    match input {
        Input::Start { id, input, settings, .. } => (Call::Action { id, input }, settings),
        Input::Choices { of, id, field, input, settings, query } => {
            let call = match of.as_str() {
                "trigger" => Call::TriggerChoices { trigger: id, field, config: input, query },
                "webhook" => Call::WebhookChoices { webhook: id, field, config: input, query },
                "connection" => Call::ConnectionChoices { field, query },
                _ => Call::ActionChoices { id, field, input, query },
            };
            (call, settings)
        }
        Input::Poll { id, config, settings, cursor, .. } => {
            (Call::Poll { trigger: id, config, cursor }, settings)
        }
        Input::Subscribe { id, config, settings, address } => {
            (Call::Subscribe { webhook: id, config, address }, settings)
        }
        Input::Renew { id, config, settings, subscription } => {
            (Call::Renew { webhook: id, config, subscription }, settings)
        }
        Input::Unsubscribe { id, subscription, settings } => {
            (Call::Unsubscribe { webhook: id, subscription }, settings)
        }
        Input::Receive { id, config, settings, headers, body } => {
            let headers = headers.into_iter().map(|(name, value)| Header { name, value });
            let (method, url) = (Method::Post, ADDRESS.to_owned());
            let delivery = Delivery { method, url, headers: headers.collect(), body };
            let subscription = "{}".to_owned();
            (Call::Receive { webhook: id, config, subscription, delivery, cursor: None }, settings)
        }
        Input::Test { settings, granted } => (Call::Test { granted }, settings),
        Input::Resume { checkpoint, .. } => (Call::Resume { checkpoint }, "{}".to_owned()),
    }
}
