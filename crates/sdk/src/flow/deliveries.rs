//! What a webhook was sent, as events.

use serde_json::{Value, json};

use super::{Flow, FlowResult};
use crate::catalog::{Composed, Webhook};
use crate::checkpoint::checksum;
use crate::error::unexpected;

/// A delivery is passed on unchanged.
pub(super) static UNCHANGED: Composed = Composed { flow: "receive", parameters: &[] };

pub(super) fn hand_on(flow: &mut Flow) -> FlowResult<Value> {
    let events = flow.input().get("events").cloned();
    let events = events.as_ref().and_then(Value::as_array);
    flow.emit(events.map_or(&[], Vec::as_slice))?;
    Ok(Value::Null)
}

impl Flow {
    /// The webhook whose delivery the flow reads, or whose subscription it makes or ends.
    ///
    /// # Errors
    ///
    /// `unexpected` in a flow of something else.
    pub fn webhook(&self) -> FlowResult<&'static Webhook> {
        let id = self.id().split('/').next().unwrap_or_default();
        let mut all = self.catalog().webhooks.iter();
        Ok(all
            .find(|webhook| webhook.trigger.id == id)
            .ok_or_else(|| unexpected("invalid-catalog", format!("{} is no webhook", self.id())))?)
    }
}

impl Webhook {
    /// An event for each item. Its id is what the webhook's key leads to; where that is not there, the id
    /// is a checksum of the item.
    pub fn events(&self, items: &[Value]) -> Vec<Value> {
        let event = |data: &Value| {
            let key = self.trigger.key.iter().map(|at| data.pointer(at).and_then(id_text));
            let key: Option<Vec<_>> = key.collect();
            let id = key.filter(|parts| !parts.is_empty()).map(|parts| parts.join("/"));
            let id =
                id.unwrap_or_else(|| format!("{:016x}", checksum(data.to_string().as_bytes())));
            let time = self.trigger.time.and_then(|at| data.pointer(at)).and_then(Value::as_str);
            json!({ "id": id, "occurred_at": time, "data": data })
        };
        items.iter().map(event).collect()
    }
}

pub(crate) fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
