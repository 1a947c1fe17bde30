//! What a case calls.

use connector_host::contract::{Context, Delivery, Header, Method};
use connector_host::{Call, Connector, Error};
use serde_json::{Map, Value};

use super::members;
use super::wire::message;

/// When the call of a case begins that does not say so.
const NOW: &str = "2026-01-31T12:00:00Z";
/// Where a delivery of a case comes to that does not say so.
const ADDRESS: &str = "https://hooks.example.com/p/0";

/// What a call can have.
const MEMBERS: [&str; 15] = [
    "do",
    "id",
    "input",
    "settings",
    "now",
    "wanted",
    "blobs",
    "cursor",
    "of",
    "field",
    "query",
    "granted",
    "address",
    "subscription",
    "delivery",
];
/// What can be done.
const DOES: &str = "action, poll, test, choices, subscribe, renew, unsubscribe, receive, acknowledge or \
                    accounts; choices `of` an action, trigger, webhook or connection";

/// What is asked of the connector.
pub(super) enum Asked {
    Call(Call),
    /// What it answers at once, without a step.
    Acknowledge,
    Accounts,
}

/// The call that is written.
pub(super) fn asked(call: &Value) -> Result<Asked, String> {
    let mut members = call.as_object().into_iter().flat_map(Map::keys);
    if let Some(other) = members.find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(format!("its call has `{other}`, which no call has: {}", MEMBERS.join(", ")));
    }
    let text = |key: &str| call[key].as_str().unwrap_or_default().to_owned();
    let optional = |key: &str| call[key].as_str().map(str::to_owned);
    let object = |key: &str| call.get(key).map_or("{}".to_owned(), Value::to_string);
    let (input, field, query) = (object("input"), text("field"), optional("query"));
    let of = call["of"].as_str().unwrap_or("action");
    Ok(Asked::Call(match (call["do"].as_str().unwrap_or_default(), of) {
        ("action", _) => Call::Action { id: text("id"), input },
        ("poll", _) => {
            Call::Poll { trigger: text("id"), config: input, cursor: optional("cursor") }
        }
        ("test", _) => Call::Test {
            granted: call.get("granted").and_then(|it| serde_json::from_value(it.clone()).ok()),
        },
        ("subscribe", _) => {
            Call::Subscribe { webhook: text("id"), config: input, address: text("address") }
        }
        ("renew", _) => {
            Call::Renew { webhook: text("id"), config: input, subscription: object("subscription") }
        }
        ("unsubscribe", _) => Call::Unsubscribe { webhook: text("id"), subscription: input },
        ("receive", _) => Call::Receive {
            webhook: text("id"),
            config: input,
            subscription: object("subscription"),
            delivery: delivery(&call["delivery"]),
            cursor: optional("cursor"),
        },
        ("acknowledge", _) => return Ok(Asked::Acknowledge),
        ("accounts", _) => return Ok(Asked::Accounts),
        ("choices", "action") => Call::ActionChoices { id: text("id"), field, input, query },
        ("choices", "trigger") => {
            Call::TriggerChoices { trigger: text("id"), field, config: input, query }
        }
        ("choices", "webhook") => {
            Call::WebhookChoices { webhook: text("id"), field, config: input, query }
        }
        ("choices", "connection") => Call::ConnectionChoices { field, query },
        (other, of) => return Err(format!("a case cannot do `{other}` of `{of}`: {DOES}")),
    }))
}

/// The context of a case's call.
pub(super) fn context(call: &Value) -> Context {
    let now = call["now"].as_str().unwrap_or(NOW);
    Context::new("case", now).wanting(call["wanted"].as_u64())
}

/// The output of what is answered at once.
pub(super) fn at_once(connector: &Connector, call: &Value, asked: Asked) -> Result<Value, Error> {
    let (id, delivery) = (call["id"].as_str().unwrap_or_default(), delivery(&call["delivery"]));
    let mut instance = connector.instantiate()?;
    if let Asked::Accounts = asked {
        return instance.accounts(id, &delivery).map(Value::from);
    }
    let known = call.get("subscription").map(Value::to_string);
    let answer = instance.acknowledge(id, known.as_ref(), &delivery)?;
    let header = |it: Header| (it.name, Value::from(it.value));
    let headers: Map<_, _> = answer.headers.into_iter().map(header).collect();
    let subscription = answer.subscription.map(|text| match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(_) => Value::from(text),
    });
    let output = members([
        ("status", Some(answer.status.into())),
        ("headers", Some(headers.into())),
        ("body", Some(String::from_utf8_lossy(&answer.body).into())),
        ("last", Some(answer.last.into())),
        ("subscription", subscription),
    ]);
    Ok(output.into())
}

fn delivery(written: &Value) -> Delivery {
    let (headers, body) = message(written);
    let method = match written["method"].as_str() {
        None | Some("POST") => Method::Post,
        Some("GET") => Method::Get,
        Some("HEAD") => Method::Head,
        Some("PUT") => Method::Put,
        Some("PATCH") => Method::Patch,
        Some("DELETE") => Method::Delete,
        Some(other) => Method::Other(other.to_owned()),
    };
    let url = written["url"].as_str().unwrap_or(ADDRESS).to_owned();
    Delivery { method, url, headers, body }
}
