//! The first step of the call of a case.

use pinterest_connector::Connector;
use pinterest_connector::contract::{Error, Step, actions, connection, triggers, webhooks};
use serde_json::Value;

use crate::case::message;

pub fn first(call: &Value) -> Result<Step, Error> {
    let text = |key: &str| call[key].as_str().unwrap_or_default().to_owned();
    let json = |key: &str| call.get(key).map(Value::to_string).unwrap_or_default();
    let (id, input, settings) = (text("id"), json("input"), json("settings"));
    let query = call["query"].as_str().map(str::to_owned);
    match (call["do"].as_str().expect("do"), call["of"].as_str()) {
        ("action", _) => <Connector as actions::Guest>::start(id, input, settings),
        ("poll", _) => {
            let cursor = call["cursor"].as_str().map(str::to_owned);
            <Connector as triggers::Guest>::start(id, input, settings, cursor, text("now"))
        }
        ("choices", Some("trigger")) => {
            <Connector as triggers::Guest>::choices(id, text("field"), input, settings, query)
        }
        ("choices", Some("webhook")) => {
            <Connector as webhooks::Guest>::choices(id, text("field"), input, settings, query)
        }
        ("choices", Some("connection")) => {
            <Connector as connection::Guest>::choices(text("field"), settings, query)
        }
        ("choices", _) => {
            <Connector as actions::Guest>::choices(id, text("field"), input, settings, query)
        }
        ("subscribe", _) => {
            <Connector as webhooks::Guest>::subscribe(id, input, settings, text("address"))
        }
        ("unsubscribe", _) => <Connector as webhooks::Guest>::unsubscribe(id, input, settings),
        ("receive", _) => {
            let (headers, body) = message(&call["delivery"]);
            let delivery = webhooks::Delivery { headers, body };
            <Connector as webhooks::Guest>::receive(id, input, settings, delivery)
        }
        ("test", _) => {
            let granted = call
                .get("granted")
                .map(|granted| serde_json::from_value(granted.clone()).expect("granted"));
            <Connector as connection::Guest>::test(settings, granted)
        }
        (other, _) => panic!("a case cannot do {other}"),
    }
}
