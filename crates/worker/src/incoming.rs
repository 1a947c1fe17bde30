//! What a service has sent by itself, as it is submitted.

use connector_host::Connection;
use connector_host::contract::{Delivery, Header, Method};
use connector_webhooks::Webhook;
use restate_sdk::errors::HandlerResult;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::missing::NoConnection;
use crate::worker::Worker;

/// A request of the service's, with what its signature covers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incoming {
    /// The address as the service called it.
    pub url: String,
    /// Names in lower case, and values.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The body of the POST, as it came.
    pub body: String,
}

impl Incoming {
    /// As the connector takes it.
    pub fn delivery(self) -> Delivery {
        let header = |(name, value)| Header { name, value };
        Delivery {
            method: Method::Post,
            url: self.url,
            headers: self.headers.into_iter().map(header).collect(),
            body: self.body.into_bytes(),
        }
    }
}

/// Whether it is the service's; an error in the words of a failure if not. For a handler to keep.
pub async fn refusal(
    worker: Worker,
    connection: String,
    webhook: String,
    delivery: Delivery,
) -> HandlerResult<Option<Failure>> {
    let connection = match worker.connection(&connection).await {
        Ok(connection) => connection,
        Err(NoConnection::Yet(why)) => return Err(why.into()),
        Err(NoConnection::Ever(failure)) => return Ok(Some(failure)),
    };
    Ok(checked(&connection, &webhook, &delivery).await.err())
}

async fn checked(
    connection: &Connection,
    webhook: &str,
    delivery: &Delivery,
) -> Result<(), Failure> {
    let wrong = |error: connector_webhooks::Error| Failure::new("refused", error.to_string());
    let webhook = Webhook::find(connection, webhook).await.map_err(wrong)?;
    let keys = webhook.keys(connection, None).await.map_err(wrong)?;
    let verdict = webhook.verify(&keys, delivery).map_err(wrong)?;
    match verdict.is_trusted() {
        true => Ok(()),
        false => Err(Failure::new("refused", format!("the delivery: {verdict}"))),
    }
}
