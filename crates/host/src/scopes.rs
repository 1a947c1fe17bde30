//! Which scopes a call says that it needs, before it is known what it sends, and which a connection has.

use serde_json::Value;

use crate::call::Call;
use crate::connector::Connector;
use crate::contract::{CredentialSource, Descriptor};
use crate::error::Error;

/// The scopes, and whether the call takes something away.
pub(crate) fn declared(connector: &Connector, call: &Call) -> Result<(Vec<String>, bool), Error> {
    let scopes = match call {
        Call::Action { id, .. } => {
            let action = &connector.action(id)?.action;
            return Ok((action.scopes.clone(), action.destructive));
        }
        Call::Poll { trigger, .. } => connector.trigger(trigger)?.trigger.scopes.clone(),
        Call::Subscribe { webhook, .. }
        | Call::Renew { webhook, .. }
        | Call::Unsubscribe { webhook, .. }
        | Call::Receive { webhook, .. } => connector.webhook(webhook)?.trigger.scopes.clone(),
        Call::ActionChoices { id, field, .. } => of_choices(&connector.action(id)?.input, field),
        Call::TriggerChoices { trigger, field, .. } => {
            of_choices(&connector.trigger(trigger)?.config, field)
        }
        Call::WebhookChoices { webhook, field, .. } => {
            of_choices(&connector.webhook(webhook)?.config, field)
        }
        Call::ConnectionChoices { field, .. } => {
            of_choices(&connector.descriptor().settings, field)
        }
        // It tells what is lacking.
        Call::Test { .. } => Vec::new(),
        // Which call it goes on with, nobody knows; its requests say what they do.
        Call::Resume { .. } => Vec::new(),
    };
    Ok((scopes, false))
}

/// The scopes that were granted, with those that they hold.
pub(crate) fn with_implied(descriptor: &Descriptor, mut granted: Vec<String>) -> Vec<String> {
    let known = descriptor.credentials.iter().filter_map(|credential| match &credential.source {
        CredentialSource::Oauth2(oauth) => Some(&oauth.scopes),
        _ => None,
    });
    let known: Vec<_> = known.flatten().collect();
    let mut next = 0;
    while let Some(id) = granted.get(next) {
        let held = known.iter().filter(|scope| scope.id == *id).flat_map(|scope| &scope.implies);
        let new: Vec<_> = held.filter(|id| !granted.contains(id)).cloned().collect();
        granted.extend(new);
        next += 1;
    }
    granted
}

/// The hint `x-scopes` of a field such as `items[2].board_id`.
fn of_choices(schema: &str, field: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let path = field.replace('[', ".[");
    let found = find(&schema, &path.split('.').collect::<Vec<_>>());
    let scopes = found.and_then(|field| field["x-scopes"].as_array()).into_iter().flatten();
    scopes.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn find<'a>(schema: &'a Value, path: &[&str]) -> Option<&'a Value> {
    let Some((first, rest)) = path.split_first() else { return Some(schema) };
    let within = match first.starts_with('[') {
        true => &schema["items"],
        false => &schema["properties"][*first],
    };
    let alternatives = ["oneOf", "anyOf"].map(|key| schema[key].as_array()).into_iter().flatten();
    match within.is_null() {
        false => find(within, rest),
        true => alternatives.flatten().find_map(|alternative| find(alternative, path)),
    }
}

pub(crate) fn subject(call: &Call) -> String {
    match call {
        Call::Action { id, .. }
        | Call::Poll { trigger: id, .. }
        | Call::Subscribe { webhook: id, .. }
        | Call::Renew { webhook: id, .. }
        | Call::Unsubscribe { webhook: id, .. }
        | Call::Receive { webhook: id, .. } => format!("`{id}`"),
        Call::ActionChoices { id, field, .. }
        | Call::TriggerChoices { trigger: id, field, .. }
        | Call::WebhookChoices { webhook: id, field, .. } => {
            format!("choosing `{field}` of `{id}`")
        }
        Call::ConnectionChoices { field, .. } => format!("choosing `{field}`"),
        Call::Test { .. } => "the connection test".into(),
        Call::Resume { .. } => "the next page".into(),
    }
}
