//! Which scopes a call needs, and what to say when one of them was not granted.

use serde_json::Value;

use crate::call::Call;
use crate::connection::Connection;
use crate::contract::{CredentialSource, Descriptor, Error, ErrorKind, Request};
use crate::error::Failure;
use crate::instance::Instance;

/// The contract's code for a refusal because of scopes.
pub(crate) const MISSING: &str = "missing-scope";

impl Connection {
    /// Refuses to send the first request of a call that lacks a scope, when it is known what was
    /// granted. Requests with another credential than one of OAuth need no scopes.
    pub(crate) fn permit(
        &self,
        instance: &mut Instance,
        call: &Call,
        request: &Request,
    ) -> Result<(), Failure> {
        let Some(granted) = &self.granted else { return Ok(()) };
        if !by_oauth(self.connector.descriptor(), request) {
            return Ok(());
        }
        let mut lacking = needed(self.connector.descriptor(), instance, call)?;
        lacking.retain(|scope| !granted.contains(scope));
        if lacking.is_empty() {
            return Ok(());
        }
        let scopes = lacking.join(", ");
        let message = format!("{} needs scopes that were not granted: {scopes}", subject(call));
        let advice = Some(format!("Connect again and grant {scopes}."));
        let kind = ErrorKind::Forbidden;
        Err(Error { advice, ..Error::new(kind, MISSING, message) }.into())
    }

    /// Names the call and its scopes in the service's own refusal, which may name neither.
    pub(crate) fn explain(&self, call: &Call, failure: Failure) -> Failure {
        let Failure::Connector(mut error) = failure else { return failure };
        if error.code == MISSING && error.status.is_some() {
            let needed = || {
                let mut instance = self.connector.instantiate()?;
                needed(self.connector.descriptor(), &mut instance, call)
            };
            let scopes = needed().unwrap_or_default().join(", ");
            error.message = format!("{} needs {scopes}: {}", subject(call), error.message);
        }
        Failure::Connector(error)
    }
}

fn by_oauth(descriptor: &Descriptor, request: &Request) -> bool {
    let mut declared = descriptor.credentials.iter();
    let found = declared.find(|declared| Some(&declared.id) == request.credential.as_ref());
    found.is_some_and(|found| matches!(found.source, CredentialSource::Oauth2(_)))
}

fn needed(
    descriptor: &Descriptor,
    instance: &mut Instance,
    call: &Call,
) -> Result<Vec<String>, Failure> {
    Ok(match call {
        Call::Action { id, .. } => instance.action(id)?.action.scopes,
        Call::Poll { trigger, .. } => instance.trigger(trigger)?.trigger.scopes,
        Call::Subscribe { webhook, .. }
        | Call::Unsubscribe { webhook, .. }
        | Call::Receive { webhook, .. } => instance.webhook(webhook)?.trigger.scopes,
        Call::ActionChoices { id, field, .. } => of_choices(&instance.action(id)?.input, field),
        Call::TriggerChoices { trigger, field, .. } => {
            of_choices(&instance.trigger(trigger)?.config, field)
        }
        Call::WebhookChoices { webhook, field, .. } => {
            of_choices(&instance.webhook(webhook)?.config, field)
        }
        Call::ConnectionChoices { field, .. } => of_choices(&descriptor.settings, field),
        // It tells what is lacking.
        Call::Test { .. } => Vec::new(),
        // The call that it goes on with had them.
        Call::Resume { .. } => Vec::new(),
    })
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

fn subject(call: &Call) -> String {
    match call {
        Call::Action { id, .. }
        | Call::Poll { trigger: id, .. }
        | Call::Subscribe { webhook: id, .. }
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
