//! Stands for the webhooks of a connector that has none, since no component can import what may be absent.

#[allow(missing_docs, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        world: "automation:adapters/no-webhooks",
        path: ["../../wit", "../wit"],
        generate_all,
    });
}

use bindings::automation::connector::triggers::Description;
use bindings::automation::connector::types::{Context, Error, ErrorKind, Step};
use bindings::exports::automation::connector::webhooks::{
    Acknowledgement, Delivery, Guest, Webhook,
};

struct NoWebhooks;

fn none<T>() -> Result<T, Error> {
    Err(Error {
        kind: ErrorKind::InvalidInput,
        code: "invalid-input".into(),
        message: "the connector has no webhooks".into(),
        advice: None,
        fields: Vec::new(),
        status: None,
        request_id: None,
        retry_after_ms: None,
        details: None,
    })
}

impl Guest for NoWebhooks {
    fn list_webhooks() -> Vec<Webhook> {
        Vec::new()
    }

    fn describe(_: String) -> Result<Description, Error> {
        none()
    }

    fn subscribe(_: String, _: String, _: String, _: String, _: Context) -> Result<Step, Error> {
        none()
    }

    fn renew(_: String, _: String, _: String, _: String, _: Context) -> Result<Step, Error> {
        none()
    }

    fn unsubscribe(_: String, _: String, _: String, _: Context) -> Result<Step, Error> {
        none()
    }

    fn acknowledge(_: String, _: Option<String>, _: Delivery) -> Result<Acknowledgement, Error> {
        none()
    }

    fn accounts(_: String, _: Delivery) -> Result<Vec<String>, Error> {
        none()
    }

    fn receive(
        _: String,
        _: String,
        _: String,
        _: String,
        _: Delivery,
        _: Option<String>,
        _: Context,
    ) -> Result<Step, Error> {
        none()
    }

    fn choices(
        _: String,
        _: String,
        _: String,
        _: String,
        _: Option<String>,
        _: Context,
    ) -> Result<Step, Error> {
        none()
    }
}

bindings::export!(NoWebhooks with_types_in bindings);
