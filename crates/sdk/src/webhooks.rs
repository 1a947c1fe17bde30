//! Webhooks: events that the service sends. A flow subscribes, renews and unsubscribes; the items of a
//! delivery are passed on unchanged, or another flow makes events of them.

use serde_json::{Map, Value};

use crate::catalog::{Catalog, Challenge, Place, Webhook};
use crate::contract::triggers::Description;
use crate::contract::webhooks::{self, Acknowledgement, Delivery};
use crate::contract::{Context, Error, Header, Step};
use crate::error::{invalid_field, without};
use crate::flow::deliveries::id_text;
use crate::input::check;
use crate::job::{self, Job};
use crate::settings::{Settings, object};
use crate::triggers::{description, info};
use crate::{Definition, choices, flow, schema};

pub fn list(catalog: &Catalog) -> Vec<webhooks::Webhook> {
    let webhook = |webhook: &Webhook| webhooks::Webhook {
        trigger: info(&webhook.trigger),
        shared: webhook.shared,
        signatures: (webhook.signatures)(),
    };
    catalog.webhooks.iter().map(webhook).collect()
}

pub fn describe(catalog: &Catalog, id: &str) -> Result<Description, Error> {
    // Services often do not document what they send.
    let data = schema::anything().to_string();
    Ok(Description { data, ..description(catalog, &webhook(catalog, id)?.trigger) })
}

pub fn subscribe(
    definition: &'static Definition,
    id: &str,
    config: &str,
    settings: &str,
    address: String,
    context: Context,
) -> Result<Step, Error> {
    let webhook = webhook(definition.catalog, id)?;
    let (mut config, settings) = checked(definition.catalog, webhook, config, settings)?;
    if !address.starts_with("https://") {
        return Err(invalid_field("address", "must be an https URL"));
    }
    config.insert("address".to_owned(), address.into());
    run(definition, &format!("{id}/subscribe"), config, settings, context)
}

pub fn renew(
    definition: &'static Definition,
    id: &str,
    config: &str,
    settings: &str,
    subscription: &str,
    context: Context,
) -> Result<Step, Error> {
    let webhook = webhook(definition.catalog, id)?;
    let (mut config, settings) = checked(definition.catalog, webhook, config, settings)?;
    let subscription = object(subscription, "subscription")?;
    config.insert("subscription".to_owned(), subscription.into());
    run(definition, &format!("{id}/renew"), config, settings, context)
}

pub fn unsubscribe(
    definition: &'static Definition,
    id: &str,
    subscription: &str,
    settings: &str,
    context: Context,
) -> Result<Step, Error> {
    let catalog = definition.catalog;
    webhook(catalog, id)?;
    let subscription = object(subscription, "subscription")?;
    let settings = Settings::read(catalog, settings)?;
    run(definition, &format!("{id}/unsubscribe"), subscription, settings, context)
}

/// A challenge gets its text back. Of what else comes, that which can be read is accepted; no other will
/// be readable when it is sent again.
pub fn acknowledge(
    catalog: &Catalog,
    id: &str,
    subscription: Option<&str>,
    delivery: &Delivery,
) -> Result<Acknowledgement, Error> {
    let webhook = webhook(catalog, id)?;
    let challenge = webhook.challenge.as_ref();
    if let Some((challenge, text)) = challenge.and_then(|it| Some((it, challenged(it, delivery)?)))
    {
        return repeated(challenge, text, subscription);
    }
    let items = items(webhook, delivery);
    let is_greeting = items.as_ref().is_ok_and(|items| {
        let is = |(at, is): (&str, &str)| {
            items.iter().all(|item| item.pointer(at).and_then(Value::as_str) == Some(is))
        };
        webhook.greeting.is_some_and(is)
    });
    Ok(Acknowledgement {
        status: if items.is_ok() { 200 } else { 400 },
        headers: Vec::new(),
        body: Vec::new(),
        last: items.is_err() || is_greeting,
        subscription: None,
    })
}

/// The text of a challenge; none when the delivery is something else.
fn challenged(challenge: &Challenge, delivery: &Delivery) -> Option<String> {
    let read = |at: &str| -> Option<String> {
        let body: Value = serde_json::from_slice(&delivery.body).ok()?;
        Some(body.pointer(at)?.as_str()?.to_owned())
    };
    if challenge.when.is_some_and(|(at, is)| read(at).as_deref() != Some(is)) {
        return None;
    }
    let text = match challenge.text {
        Place::Body(at) => read(at),
        Place::Query(name) => {
            let (_, query) = delivery.url.split_once('?')?;
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        }
        Place::Header(name) => {
            let mut headers = delivery.headers.iter();
            headers.find(|header| header.name == name).map(|header| header.value.clone())
        }
    };
    text.filter(|text| !text.is_empty())
}

/// The text is the service's and not to be taken for a page.
fn repeated(
    challenge: &Challenge,
    text: String,
    subscription: Option<&str>,
) -> Result<Acknowledgement, Error> {
    let mut kept = None;
    if let Some(member) = challenge.keep {
        let mut subscription = object(subscription.unwrap_or("{}"), "subscription")?;
        subscription.insert(member.to_owned(), text.clone().into());
        kept = Some(Value::from(subscription).to_string());
    }
    let header =
        |name: &str, value: &str| Header { name: name.to_owned(), value: value.to_owned() };
    let (headers, body) = match challenge.text {
        Place::Header(name) => (vec![header(name, &text)], Vec::new()),
        _ => (
            vec![
                header("content-type", "text/plain; charset=utf-8"),
                header("x-content-type-options", "nosniff"),
            ],
            text.into_bytes(),
        ),
    };
    Ok(Acknowledgement { status: 200, headers, body, last: true, subscription: kept })
}

pub fn accounts(catalog: &Catalog, id: &str, delivery: &Delivery) -> Result<Vec<String>, Error> {
    let webhook = webhook(catalog, id)?;
    let mut accounts = Vec::new();
    for item in items(webhook, delivery)? {
        let account = webhook.account.and_then(|at| item.pointer(at)).and_then(id_text);
        accounts.extend(account.filter(|account| !accounts.contains(account)));
    }
    Ok(accounts)
}

/// What a host keeps of a subscription.
pub struct Known<'a> {
    pub config: &'a str,
    pub subscription: &'a str,
    pub cursor: Option<String>,
}

pub fn receive(
    definition: &'static Definition,
    id: &str,
    known: Known,
    settings: &str,
    delivery: &Delivery,
    context: Context,
) -> Result<Step, Error> {
    let webhook = webhook(definition.catalog, id)?;
    let (config, settings) = checked(definition.catalog, webhook, known.config, settings)?;
    let items = items(webhook, delivery)?;
    let input = match webhook.receive {
        Some(_) => {
            let mut input = config;
            input.insert("items".to_owned(), items.into());
            let subscription = object(known.subscription, "subscription")?;
            input.insert("subscription".to_owned(), subscription.into());
            input.insert("cursor".to_owned(), known.cursor.into());
            input
        }
        None => Map::from_iter([("events".to_owned(), webhook.events(&items).into())]),
    };
    run(definition, &format!("{id}/receive"), input, settings, context)
}

pub fn choices(
    catalog: &Catalog,
    id: &str,
    field: &str,
    config: &str,
    settings: &str,
    query: Option<&str>,
    context: &Context,
) -> Result<Step, Error> {
    let fields = webhook(catalog, id)?.trigger.config;
    choices::start(catalog, fields, field, config, settings, query, context)
}

fn run(
    definition: &'static Definition,
    id: &str,
    input: Map<String, Value>,
    settings: Settings,
    context: Context,
) -> Result<Step, Error> {
    let flow = flow::start(definition, id, input, settings, context, None)?;
    Ok(job::step(definition.catalog, flow, Job::Flow))
}

/// The items of a delivery: those of a list, or the whole; or one that is made of its headers.
fn items(webhook: &Webhook, delivery: &Delivery) -> Result<Vec<Value>, Error> {
    if !webhook.headers.is_empty() {
        return from_headers(webhook, delivery).map(|item| vec![item]);
    }
    let read = serde_json::from_slice(&delivery.body)
        .map_err(|cause| invalid_field("delivery.body", format!("is not JSON: {cause}")))?;
    Ok(match read {
        Value::Array(items) => items,
        one => vec![one],
    })
}

/// The headers that are there, under the names that the catalogue gives them.
fn from_headers(webhook: &Webhook, delivery: &Delivery) -> Result<Value, Error> {
    let found = webhook.headers.iter().filter_map(|(member, name)| {
        let header = delivery.headers.iter().find(|header| header.name == *name)?;
        Some(((*member).to_owned(), header.value.clone().into()))
    });
    let item: Map<_, _> = found.collect();
    match item.is_empty() {
        true => Err(invalid_field("delivery.headers", "has none of those that the service sends")),
        false => Ok(item.into()),
    }
}

fn checked(
    catalog: &Catalog,
    webhook: &Webhook,
    config: &str,
    settings: &str,
) -> Result<(Map<String, Value>, Settings), Error> {
    let settings = Settings::read(catalog, settings)?;
    let config = settings.input(catalog, config, "configuration", webhook.trigger.config)?;
    without(check::object(&config, webhook.trigger.config))?;
    Ok((config, settings))
}

fn webhook(catalog: &Catalog, id: &str) -> Result<&'static Webhook, Error> {
    let found = catalog.webhooks.iter().find(|webhook| webhook.trigger.id == id);
    found.ok_or_else(|| invalid_field("id", format!("there is no webhook {id}")))
}
