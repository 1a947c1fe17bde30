//! Webhooks: events that the service sends. A flow subscribes and unsubscribes; deliveries are passed
//! on unchanged.

use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, Trigger};
use crate::checkpoint::checksum;
use crate::contract::triggers::Description;
use crate::contract::webhooks::{Delivery, Trigger as Info};
use crate::contract::{Error, Step};
use crate::error::{invalid_field, without};
use crate::input::check;
use crate::job::{self, Job};
use crate::settings::{Settings, object};
use crate::triggers::{description, info};
use crate::{Definition, choices, flow, schema};

pub fn list(catalog: &Catalog) -> Vec<Info> {
    catalog.webhooks.iter().map(info).collect()
}

pub fn describe(catalog: &Catalog, id: &str) -> Result<Description, Error> {
    // Services often do not document what they send.
    let data = schema::anything().to_string();
    Ok(Description { data, ..description(catalog, webhook(catalog, id)?) })
}

pub fn subscribe(
    definition: &'static Definition,
    id: &str,
    config: &str,
    settings: &str,
    address: String,
) -> Result<Step, Error> {
    let catalog = definition.catalog;
    let webhook = webhook(catalog, id)?;
    let (mut config, settings) = checked(catalog, webhook, config, settings)?;
    if !address.starts_with("https://") {
        return Err(invalid_field("address", "must be an https URL"));
    }
    config.insert("address".to_owned(), address.into());
    run(definition, &format!("{id}/subscribe"), config, settings)
}

pub fn unsubscribe(
    definition: &'static Definition,
    id: &str,
    subscription: &str,
    settings: &str,
) -> Result<Step, Error> {
    let catalog = definition.catalog;
    webhook(catalog, id)?;
    let subscription = object(subscription, "subscription")?;
    let settings = Settings::read(catalog, settings)?;
    run(definition, &format!("{id}/unsubscribe"), subscription, settings)
}

pub fn receive(
    definition: &'static Definition,
    id: &str,
    config: &str,
    settings: &str,
    delivery: &Delivery,
) -> Result<Step, Error> {
    let catalog = definition.catalog;
    let (_, settings) = checked(catalog, webhook(catalog, id)?, config, settings)?;
    let event = event(&delivery.body)?;
    let input = Map::from_iter([("event".to_owned(), event)]);
    run(definition, &format!("{id}/receive"), input, settings)
}

pub fn choices(
    catalog: &Catalog,
    id: &str,
    field: &str,
    config: &str,
    settings: &str,
    query: Option<&str>,
) -> Result<Step, Error> {
    let fields = webhook(catalog, id)?.config;
    choices::start(catalog, fields, field, config, settings, query)
}

fn run(
    definition: &'static Definition,
    id: &str,
    input: Map<String, Value>,
    settings: Settings,
) -> Result<Step, Error> {
    let flow = flow::start(definition, id, input, settings, None)?;
    Ok(job::step(definition.catalog, flow, Job::Flow))
}

/// No documented member identifies a delivery, so the id of the event is a checksum of the body.
fn event(body: &[u8]) -> Result<Value, Error> {
    let data: Value = serde_json::from_slice(body)
        .map_err(|cause| invalid_field("delivery.body", format!("is not JSON: {cause}")))?;
    let id = format!("{:016x}", checksum(body));
    Ok(json!({ "id": id, "occurred_at": null, "data": data }))
}

fn checked(
    catalog: &Catalog,
    webhook: &Trigger,
    config: &str,
    settings: &str,
) -> Result<(Map<String, Value>, Settings), Error> {
    let settings = Settings::read(catalog, settings)?;
    let config = settings.input(catalog, config, "configuration", webhook.config)?;
    without(check::object(&config, webhook.config))?;
    Ok((config, settings))
}

fn webhook(catalog: &Catalog, id: &str) -> Result<&'static Trigger, Error> {
    let found = catalog.webhooks.iter().find(|webhook| webhook.id == id);
    found.ok_or_else(|| invalid_field("id", format!("there is no webhook {id}")))
}
