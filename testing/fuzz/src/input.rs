//! What the component is called with. Inputs are kept as JSON, so that a find can be read.

use pinterest_connector::Connector;
use pinterest_connector::contract::{
    Error, Header, Reply, Step, actions, connection, steps, triggers, webhooks,
};
use serde::{Deserialize, Serialize};

/// One entry into the component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Starts an action.
    Start { id: String, input: String, settings: String },
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
    /// Ends a subscription.
    Unsubscribe { id: String, subscription: String, settings: String },
    /// Reads what a webhook delivered.
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

impl Input {
    /// Calls the component, natively.
    pub fn call(self) -> Result<Step, Error> {
        match self {
            Input::Start { id, input, settings } => {
                <Connector as actions::Guest>::start(id, input, settings)
            }
            Input::Choices { of, id, field, input, settings, query } => match of.as_str() {
                "trigger" => {
                    <Connector as triggers::Guest>::choices(id, field, input, settings, query)
                }
                "webhook" => {
                    <Connector as webhooks::Guest>::choices(id, field, input, settings, query)
                }
                "connection" => <Connector as connection::Guest>::choices(field, settings, query),
                _ => <Connector as actions::Guest>::choices(id, field, input, settings, query),
            },
            Input::Poll { id, config, settings, cursor, now } => {
                <Connector as triggers::Guest>::start(id, config, settings, cursor, now)
            }
            Input::Subscribe { id, config, settings, address } => {
                <Connector as webhooks::Guest>::subscribe(id, config, settings, address)
            }
            Input::Unsubscribe { id, subscription, settings } => {
                <Connector as webhooks::Guest>::unsubscribe(id, subscription, settings)
            }
            Input::Receive { id, config, settings, headers, body } => {
                let header = |(name, value)| Header { name, value };
                let headers = headers.into_iter().map(header).collect();
                let delivery = webhooks::Delivery { headers, body };
                <Connector as webhooks::Guest>::receive(id, config, settings, delivery)
            }
            Input::Test { settings, granted } => {
                <Connector as connection::Guest>::test(settings, granted)
            }
            Input::Resume { checkpoint, reply } => {
                <Connector as steps::Guest>::resume(checkpoint, reply)
            }
        }
    }
}
