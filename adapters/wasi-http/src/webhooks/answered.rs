//! What the service is to be answered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector_deliveries::{Acknowledged, check_answer};
use serde_json::{Value, json};

use crate::bindings::automation::connector::webhooks::Acknowledgement;
use crate::failure::Failure;

/// As the caller gets it.
pub fn told(said: &Acknowledgement) -> Value {
    let headers: Vec<_> = said.headers.iter().map(|it| (&it.name, &it.value)).collect();
    json!({
        "status": said.status, "headers": headers, "body": STANDARD.encode(&said.body), "last": said.last,
    })
}

/// Refuses what the contract does not allow, or what could make another answer of it.
pub fn check(said: &Acknowledgement) -> Result<(), Failure> {
    let headers = said.headers.iter().map(|it| (&*it.name, &*it.value));
    let said = Acknowledged {
        status: said.status,
        headers: headers.collect(),
        body: &said.body,
        subscription: said.subscription.as_deref(),
    };
    check_answer(&said).map_err(|why| {
        Failure::refused("acknowledgement", format!("the connector's answer to a delivery: {why}"))
    })
}
