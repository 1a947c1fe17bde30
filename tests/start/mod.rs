//! The first step of the call of a case.

use pinterest_connector::Connector;
use pinterest_connector::contract::{Error, Step, actions, connection, triggers, webhooks};
use serde_json::Value;

use crate::case;

/// Of `acknowledge` and `accounts` there is none: see `at_once`.
pub fn first(call: &Value) -> Result<Step, Error> {
    let text = |key: &str| call[key].as_str().unwrap_or_default().to_owned();
    let json = |key: &str| call.get(key).map(Value::to_string).unwrap_or_default();
    let (id, input, settings) = (text("id"), json("input"), json("settings"));
    let optional = |key: &str| call[key].as_str().map(str::to_owned);
    let (query, context) = (optional("query"), case::context(call));
    match (call["do"].as_str().expect("do"), call["of"].as_str()) {
        ("action", _) => <Connector as actions::Guest>::start(id, input, settings, context),
        ("poll", _) => {
            let cursor = optional("cursor");
            <Connector as triggers::Guest>::start(id, input, settings, cursor, context)
        }
        ("choices", Some("trigger")) => <Connector as triggers::Guest>::choices(
            id,
            text("field"),
            input,
            settings,
            query,
            context,
        ),
        ("choices", Some("webhook")) => <Connector as webhooks::Guest>::choices(
            id,
            text("field"),
            input,
            settings,
            query,
            context,
        ),
        ("choices", Some("connection")) => {
            <Connector as connection::Guest>::choices(text("field"), settings, query, context)
        }
        ("choices", _) => <Connector as actions::Guest>::choices(
            id,
            text("field"),
            input,
            settings,
            query,
            context,
        ),
        ("subscribe", _) => {
            <Connector as webhooks::Guest>::subscribe(id, input, settings, text("address"), context)
        }
        ("renew", _) => {
            let subscription = case::subscription(call);
            <Connector as webhooks::Guest>::renew(id, input, settings, subscription, context)
        }
        ("unsubscribe", _) => {
            <Connector as webhooks::Guest>::unsubscribe(id, input, settings, context)
        }
        ("receive", _) => {
            let (subscription, cursor) = (case::subscription(call), optional("cursor"));
            let delivery = case::delivery(&call["delivery"]);
            <Connector as webhooks::Guest>::receive(
                id,
                input,
                settings,
                subscription,
                delivery,
                cursor,
                context,
            )
        }
        ("test", _) => {
            let granted = call
                .get("granted")
                .map(|granted| serde_json::from_value(granted.clone()).expect("granted"));
            <Connector as connection::Guest>::test(settings, granted, context)
        }
        (other, _) => panic!("a case cannot do {other}"),
    }
}

/// What a connector answers with at once, as the output of the case.
pub fn at_once(call: &Value) -> Option<Result<Value, Error>> {
    let (id, delivery) = (call["id"].as_str().unwrap_or_default().to_owned(), &call["delivery"]);
    match call["do"].as_str() {
        Some("acknowledge") => {
            let known = call.get("subscription").map(Value::to_string);
            let delivery = case::delivery(delivery);
            let answer = <Connector as webhooks::Guest>::acknowledge(id, known, delivery);
            Some(answer.map(case::acknowledged))
        }
        Some("accounts") => {
            let accounts = <Connector as webhooks::Guest>::accounts(id, case::delivery(delivery));
            Some(accounts.map(Value::from))
        }
        _ => None,
    }
}
