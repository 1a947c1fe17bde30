//! What the service sends by itself. The caller has an address for it, and passes on what comes there.

mod answered;
mod delivered;

use std::time::Duration;

use connector_deliveries::Verdict;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use wasi::http::types::IncomingRequest;

use crate::begun::{Begun, Form, Kept};
use crate::bindings::automation::connector::connection::Descriptor;
use crate::bindings::automation::connector::types::{Context, Error, Step};
use crate::bindings::automation::connector::webhooks::{self, SigningKey, Webhook};
use crate::budget::seconds_now;
use crate::call::{Call, Head};
use crate::credentials;
use crate::failure::Failure;
use crate::incoming::{INPUT, json, optional, required};
use crate::signature::Signatures;
use crate::values;
use answered::{check, told};
use delivered::{Delivered, LARGEST, shown};

/// `POST /webhooks/{id}/subscribe`, `/renew` and `/unsubscribe`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subscribed {
    config: Option<Box<RawValue>>,
    address: Option<String>,
    subscription: Option<Box<RawValue>>,
}

/// A delivery that was acknowledged.
pub enum Taken {
    /// That was all.
    Told(Head),
    /// Events are made of it.
    Call(Box<Call>),
}

impl From<Call> for Taken {
    fn from(call: Call) -> Self {
        Taken::Call(Box::new(call))
    }
}

/// `GET /webhooks`
pub fn list() -> Value {
    let all = webhooks::list_webhooks().into_iter();
    let listed = all.map(|Webhook { trigger: it, shared, .. }| {
        json!({ "id": it.id, "title": it.title, "summary": it.summary, "shared": shared })
    });
    listed.collect()
}

/// The webhook of this id.
fn find(id: &str) -> Result<Webhook, Failure> {
    let all = webhooks::list_webhooks();
    if all.is_empty() {
        return Err(Failure::new(501, "no-webhooks", "this connector has no webhooks"));
    }
    all.into_iter().find(|webhook| webhook.trigger.id == id).ok_or_else(|| {
        let detail =
            format!("there is no webhook `{id}`; GET /webhooks lists those that there are");
        Failure::new(404, "no-such-webhook", detail)
    })
}

/// Begins to look for the choices of a field of the configuration.
pub fn choices(
    id: &str,
    field: &str,
    config: &str,
    settings: &str,
    query: Option<&str>,
    context: &Context,
) -> Result<Result<Step, Error>, Failure> {
    find(id)?;
    Ok(webhooks::choices(id, field, config, settings, query, context))
}

/// What goes on with a call of a webhook: its keys out of the subscription.
pub fn kept(id: &str, subscription: Option<&RawValue>) -> Result<Kept, Failure> {
    let signatures = Signatures::new(&find(id)?)?;
    let keys = match optional_object(subscription)? {
        Some((_, subscription)) => signatures.kept(&subscription),
        None => Vec::new(),
    };
    Ok(Kept { webhook: id.to_owned(), keys })
}

/// Begins to make, to renew or to end a subscription.
pub fn manage(
    id: &str,
    what: &str,
    request: &IncomingRequest,
    settings: &str,
    context: Context,
) -> Result<Call, Failure> {
    // Nobody subscribes to what cannot be checked then.
    Signatures::new(&find(id)?)?;
    let Subscribed { config, address, subscription } = json(request, INPUT)?;
    let unwanted = |name: &str| Err(Failure::field(name, "does not belong here"));
    if what != "subscribe" && address.is_some() {
        return unwanted("address");
    }
    if what == "subscribe" && subscription.is_some() {
        return unwanted("subscription");
    }
    let given = || -> Result<String, Failure> {
        let subscription = optional_object(subscription.as_deref())?;
        let given = subscription.ok_or_else(|| Failure::field("subscription", "is required"));
        given.map(|(text, _)| text)
    };
    let configured = optional("config", config.as_deref())?;
    let (form, first) = match what {
        "subscribe" => {
            let address = required("address", address)?;
            let first = webhooks::subscribe(id, &configured, settings, &address, &context);
            (Form::Subscription, first)
        }
        "renew" => {
            let first = webhooks::renew(id, &configured, settings, &given()?, &context);
            (Form::Subscription, first)
        }
        _ if config.is_some() => return unwanted("config"),
        _ => (Form::Output, webhooks::unsubscribe(id, &given()?, settings, &context)),
    };
    // The answer to a renewal may have the key, and the subscription needs it.
    let ends = matches!(form, Form::Output);
    let kept = ends.then(|| kept(id, subscription.as_deref())).transpose()?;
    let begun = Begun { form, context, kept };
    Ok(Call { begun, head: Head::new(), first, wanted: None, before: (None, false) })
}

/// Checks a delivery, has it acknowledged, and begins to make events of it.
pub fn deliver(
    id: &str,
    request: &IncomingRequest,
    descriptor: &Descriptor,
    settings: &str,
    context: Context,
) -> Result<Taken, Failure> {
    let webhook = find(id)?;
    let signatures = Signatures::new(&webhook)?;
    let mut body: Delivered = json(request, LARGEST)?;
    let delivery = body.delivery()?;
    let config = optional("config", body.config.as_deref())?;
    let (given, known) = optional_object(body.subscription.as_deref())?.unzip();
    let now = Duration::from_secs(seconds_now());
    let checked =
        signatures.check(&delivery, known.as_ref(), now, |place| key(descriptor, place))?;
    if let Verdict::Wrong(fault) = checked.verdict {
        return Err(Failure::new(401, "wrong-signature", fault.to_string()));
    }
    let delivery = shown(delivery, &credentials::secrets(descriptor)?);
    let mut said = webhooks::acknowledge(id, given.as_deref(), &delivery)?;
    check(&said)?;
    match checked.verdict {
        Verdict::Absent if !said.last => {
            return Err(Failure::new(401, "not-signed", checked.verdict.to_string()));
        }
        Verdict::NoKey(_) if !said.last => {
            return Err(Failure::set_up(checked.verdict.to_string()));
        }
        _ => {}
    }
    let kept = said.subscription.take().filter(|_| checked.takes_key);
    let mut head = Head::from([("acknowledgement", raw(&told(&said)))]);
    if let Some(kept) = &kept {
        let kept = RawValue::from_string(kept.trim().to_owned()).expect("it is an object");
        head.insert("subscription", kept);
    }
    if !checked.verdict.is_trusted() || said.last || said.status >= 300 {
        return Ok(Taken::Told(head));
    }
    if webhook.shared {
        let accounts = webhooks::accounts(id, &delivery);
        let accounts =
            accounts.map_err(|error| Failure::from(error).with("acknowledgement", told(&said)))?;
        head.insert("accounts", raw(&accounts));
        if given.is_none() && kept.is_none() {
            return Ok(Taken::Told(head));
        }
    }
    let Some(subscription) = kept.or(given) else {
        let lacking =
            Failure::field("subscription", "is required to receive what is in a delivery");
        return Err(lacking.with("acknowledgement", told(&said)));
    };
    let cursor = body.cursor.as_deref();
    let first =
        webhooks::receive(id, &config, settings, &subscription, &delivery, cursor, &context);
    let known = serde_json::from_str(&subscription).unwrap_or_default();
    let kept = Kept { webhook: id.to_owned(), keys: signatures.kept(&known) };
    let begun = Begun { form: Form::Events, context, kept: Some(kept) };
    Ok(Taken::from(Call { begun, head, first, wanted: None, before: (None, false) }))
}

/// The text of a subscription, and what is in it.
fn optional_object(text: Option<&RawValue>) -> Result<Option<(String, Value)>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let text = optional("subscription", Some(text))?;
    let read = serde_json::from_str(&text);
    let read = read.map_err(|error| Failure::field("subscription", error.to_string()))?;
    Ok(Some((text, read)))
}

/// A key that whoever runs the component has set.
fn key(descriptor: &Descriptor, place: &SigningKey) -> Result<Option<String>, Failure> {
    match place {
        SigningKey::ClientSecret => values::optional("client-secret"),
        SigningKey::Credential(id) => credentials::signing(descriptor, id),
        SigningKey::Constant(_) | SigningKey::Subscription(_) => Ok(None),
    }
}

fn raw(value: &impl serde::Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("JSON has a text")
}
