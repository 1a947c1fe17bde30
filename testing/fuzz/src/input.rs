//! What the component is called with. Inputs are kept as JSON, so that a find can be read.

use pinterest_connector::Connector;
use pinterest_connector::contract::{
    Context, Error, Header, Method, Reply, Step, actions, connection, steps, triggers, webhooks,
};
use serde::{Deserialize, Serialize};

/// One entry into the component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Starts an action.
    Start {
        id: String,
        input: String,
        settings: String,
        /// Items.
        #[serde(default)]
        wanted: Option<u64>,
    },
    /// Asks for the choices of a field; `of` is `action`, `trigger`, `webhook` or `connection`.
    Choices {
        of: String,
        id: String,
        field: String,
        input: String,
        settings: String,
        query: Option<String>,
    },
    /// Polls a trigger.
    Poll { id: String, config: String, settings: String, cursor: Option<String>, now: String },
    /// Subscribes to a webhook.
    Subscribe { id: String, config: String, settings: String, address: String },
    /// Makes a subscription last longer.
    Renew { id: String, config: String, settings: String, subscription: String },
    /// Ends a subscription.
    Unsubscribe { id: String, subscription: String, settings: String },
    /// Reads what a webhook delivered, once it is acknowledged.
    Receive {
        id: String,
        config: String,
        settings: String,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// Tests the connection.
    Test { settings: String, granted: Option<Vec<String>> },
    /// Goes on from a checkpoint.
    Resume { checkpoint: Vec<u8>, reply: Reply },
}

/// The address that a delivery came to.
pub const ADDRESS: &str = "https://hooks.example.com/p/0";

impl Input {
    /// When the call begins, and how many items are wanted.
    pub fn asked(&self) -> (String, Option<u64>) {
        let (now, wanted) = match self {
            Input::Poll { now, .. } => (now.as_str(), None),
            Input::Start { wanted, .. } => ("2026-01-31T12:00:00Z", *wanted),
            _ => ("2026-01-31T12:00:00Z", None),
        };
        (now.to_owned(), wanted)
    }

    fn context(&self) -> Context {
        let (now, wanted) = self.asked();
        let call = "fuzz".to_owned();
        Context { call, now, locale: None, wanted, extensions: Vec::new() }
    }

    /// Calls the component, natively.
    pub fn call(self) -> Result<Step, Error> {
        let context = self.context();
        match self {
            Input::Start { id, input, settings, .. } => {
                <Connector as actions::Guest>::start(id, input, settings, context)
            }
            Input::Choices { of, id, field, input, settings, query } => {
                let choices = match of.as_str() {
                    "trigger" => <Connector as triggers::Guest>::choices,
                    "webhook" => <Connector as webhooks::Guest>::choices,
                    "connection" => {
                        let choices = <Connector as connection::Guest>::choices;
                        return choices(field, settings, query, context);
                    }
                    _ => <Connector as actions::Guest>::choices,
                };
                choices(id, field, input, settings, query, context)
            }
            Input::Poll { id, config, settings, cursor, .. } => {
                <Connector as triggers::Guest>::start(id, config, settings, cursor, context)
            }
            Input::Subscribe { id, config, settings, address } => {
                <Connector as webhooks::Guest>::subscribe(id, config, settings, address, context)
            }
            Input::Renew { id, config, settings, subscription } => {
                <Connector as webhooks::Guest>::renew(id, config, settings, subscription, context)
            }
            Input::Unsubscribe { id, subscription, settings } => {
                <Connector as webhooks::Guest>::unsubscribe(id, subscription, settings, context)
            }
            Input::Receive { id, config, settings, headers, body } => {
                let header = |(name, value)| Header { name, value };
                let headers = headers.into_iter().map(header).collect();
                let (method, url) = (Method::Post, ADDRESS.to_owned());
                let delivery = webhooks::Delivery { method, url, headers, body };
                let known = Some("{}".to_owned());
                // What they answer with is no step.
                let (told, whose) = (id.clone(), id.clone());
                let _ = <Connector as webhooks::Guest>::acknowledge(told, known, delivery.clone());
                let _ = <Connector as webhooks::Guest>::accounts(whose, delivery.clone());
                let subscription = "{}".to_owned();
                <Connector as webhooks::Guest>::receive(
                    id,
                    config,
                    settings,
                    subscription,
                    delivery,
                    None,
                    context,
                )
            }
            Input::Test { settings, granted } => {
                <Connector as connection::Guest>::test(settings, granted, context)
            }
            Input::Resume { checkpoint, reply } => {
                <Connector as steps::Guest>::resume(checkpoint, reply)
            }
        }
    }
}
