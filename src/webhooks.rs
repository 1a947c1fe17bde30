//! Webhooks: what Pinterest sends by itself. A subscription is made and ended by a flow; what
//! arrives is handed on as it came.

use serde_json::{Map, Value, json};

use crate::Connector;
use crate::catalog::{self, Trigger};
use crate::checkpoint::checksum;
use crate::choices;
use crate::contract::triggers::Description;
use crate::contract::webhooks::{Delivery, Guest, Trigger as Info};
use crate::contract::{Error, Step};
use crate::error::{invalid_field, without};
use crate::flow::{self, Flow, Part, Run};
use crate::input::{self, check};
use crate::schema;
use crate::settings::{Settings, object};
use crate::triggers::{description, info};

impl Guest for Connector {
    fn list() -> Vec<Info> {
        catalog::WEBHOOKS.iter().map(info).collect()
    }

    fn describe(id: String) -> Result<Description, Error> {
        // What Pinterest sends is documented nowhere.
        let data = schema::anything().to_string();
        Ok(Description { data, ..description(webhook(&id)?) })
    }

    fn subscribe(
        id: String,
        config: String,
        settings: String,
        address: String,
    ) -> Result<Step, Error> {
        let webhook = webhook(&id)?;
        let (mut config, settings) = checked(webhook, &config, &settings)?;
        if !address.starts_with("https://") {
            return Err(invalid_field("address", "must be an https URL"));
        }
        config.insert("address".to_owned(), address.into());
        flow::start_other(&format!("{id}/subscribe"), config, settings, None)
    }

    fn unsubscribe(id: String, subscription: String, settings: String) -> Result<Step, Error> {
        webhook(&id)?;
        let subscription = object(&subscription, "subscription")?;
        let settings = Settings::read(&settings)?;
        flow::start_other(&format!("{id}/unsubscribe"), subscription, settings, None)
    }

    fn receive(
        id: String,
        config: String,
        settings: String,
        delivery: Delivery,
    ) -> Result<Step, Error> {
        let (_, settings) = checked(webhook(&id)?, &config, &settings)?;
        let event = event(&delivery.body)?;
        let input = Map::from_iter([("event".to_owned(), event)]);
        flow::start_other(&format!("{id}/receive"), input, settings, None)
    }

    fn choices(
        id: String,
        field: String,
        config: String,
        settings: String,
        query: Option<String>,
    ) -> Result<Step, Error> {
        choices::start(webhook(&id)?.config, &field, &config, &settings, query.as_deref())
    }
}

/// What runs under `webhook/verb`.
pub fn runner(id: &str) -> Option<Run> {
    let (id, verb) = id.split_once('/')?;
    let webhook = webhook(id).ok()?;
    match verb {
        "receive" => Some(hand_on),
        "subscribe" | "unsubscribe" => webhook.flow,
        _ => None,
    }
}

/// Nothing documented tells deliveries apart or says how to open them: the id is a sum of the bytes.
fn event(body: &[u8]) -> Result<Value, Error> {
    let data: Value = serde_json::from_slice(body)
        .map_err(|cause| invalid_field("delivery.body", format!("is not JSON: {cause}")))?;
    let id = format!("{:016x}", checksum(body));
    Ok(json!({ "id": id, "occurred_at": null, "data": data }))
}

fn hand_on(flow: &mut Flow) -> Part<Value> {
    let event = flow.input.get("event").cloned();
    flow.emit(event.as_slice())?;
    Ok(Value::Null)
}

fn checked(
    webhook: &Trigger,
    config: &str,
    settings: &str,
) -> Result<(Map<String, Value>, Settings), Error> {
    let settings = Settings::read(settings)?;
    let config = input::read(config, "configuration", webhook.config, &settings)?;
    without(check::object(&config, webhook.config))?;
    Ok((config, settings))
}

fn webhook(id: &str) -> Result<&'static Trigger, Error> {
    let found = catalog::WEBHOOKS.iter().find(|webhook| webhook.id == id);
    found.ok_or_else(|| invalid_field("id", format!("there is no webhook {id}")))
}
