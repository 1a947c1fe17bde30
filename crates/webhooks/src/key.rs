//! The keys of signatures.

use connector_host::contract::webhooks::SigningKey;
use connector_host::{Connection, Secret};
use serde_json::Value;

use crate::error::Error;

/// What the signatures of a webhook are checked with: see [`Webhook::keys`](crate::Webhook::keys).
#[derive(Clone, Debug)]
pub struct Keys(pub(crate) Vec<Option<Secret>>);

/// The key at a place, as it is written there.
pub(crate) async fn find(
    place: &SigningKey,
    connection: &Connection,
    subscription: Option<&Secret>,
) -> Result<Option<Secret>, Error> {
    let (credentials, asker) = (connection.credentials(), connection.connector().binding());
    let found = match place {
        SigningKey::Constant(text) => Ok(Some(Secret::new(text))),
        SigningKey::Subscription(pointer) => Ok(subscription.and_then(|it| within(it, pointer))),
        SigningKey::ClientSecret => credentials.client_secret(asker).await,
        SigningKey::Credential(id) => credentials.get(asker, id).await,
    };
    Ok(found.map_err(connector_host::Error::from)?)
}

/// What a connection lacks that has no such key, for people; none where a subscription lacks it.
pub(crate) fn name(place: &SigningKey) -> Option<String> {
    match place {
        SigningKey::Subscription(_) => None,
        SigningKey::Constant(_) => Some("the constant key".to_owned()),
        SigningKey::ClientSecret => Some("the client secret".to_owned()),
        SigningKey::Credential(id) => Some(format!("the credential `{id}`")),
    }
}

/// The text that a pointer leads to.
pub(crate) fn within(subscription: &Secret, pointer: &str) -> Option<Secret> {
    let read: Value = serde_json::from_str(subscription.expose()).ok()?;
    read.pointer(pointer)?.as_str().map(Secret::new)
}
