//! `conversion_events.send`: events with plain personal data, which is brought into the form that
//! Pinterest compares and hashed here, and sent in as many requests as it takes.

use serde_json::Value;

use super::personal;
use connector_sdk::contract::FieldError;
use connector_sdk::flow::{Flow, FlowResult};

/// The events of one request.
const MOST: usize = 1_000;
const ACTION: &str = "conversion_events.create";

/// Events are at most some days old. What is before 2010 is no such moment, whatever its unit.
const FIRST: i64 = 1_262_304_000;

pub fn run(flow: &mut Flow) -> FlowResult<Value> {
    let events = flow.input().get("data").and_then(Value::as_array).cloned().unwrap_or_default();
    let common = flow.given(&["ad_account_id", "test"]);
    flow.in_batches(ACTION, &common, MOST, &events, written)
}

/// The event as it is sent, and what is wrong with it.
fn written(event: &Value, path: &str) -> (Value, Vec<FieldError>) {
    let mut event = event.clone();
    let mut faults = Vec::new();
    if let Some(time) = event["event_time"].as_i64().filter(|time| *time < FIRST) {
        faults.push(FieldError {
            path: format!("{path}.event_time"),
            message: format!("must be the moment in seconds since 1970, is {time}"),
        });
    }
    if let Some(user_data) = event.get_mut("user_data").and_then(Value::as_object_mut) {
        personal::hash(user_data, &format!("{path}.user_data"), &mut faults);
    }
    (event, faults)
}
