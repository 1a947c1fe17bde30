//! Requests that no action describes, such as those to storage that does not speak JSON.

use serde_json::{Value, json};

use super::{Command, Flow, FlowResult};
use crate::answer::delivered;
use crate::contract::{Request, Response};

/// What came of a request: a status of any kind.
#[derive(Debug)]
pub struct Answer(Value);

impl Answer {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.0["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap_or_default()
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0["headers"][name].as_str()
    }

    /// The body, if it is text.
    pub fn text(&self) -> &str {
        self.0["text"].as_str().unwrap_or_default()
    }
}

impl Flow {
    /// Sends a request that the flow makes itself, under this label. `request` is called only when it is
    /// to be sent. All of the answer is remembered, so that it should be small.
    ///
    /// # Errors
    ///
    /// When no answer came. An answer with any status is none.
    pub fn send(&mut self, label: &str, request: &dyn Fn() -> Request) -> FlowResult<Answer> {
        self.part(label, &mut |flow, _, reply| {
            let Some(reply) = reply else {
                return Err(flow.ask(&(), Command::Send(request())));
            };
            let Response { status, headers, body } = delivered(&flow.catalog.service, reply)?;
            let headers: serde_json::Map<_, _> =
                headers.into_iter().map(|header| (header.name, header.value.into())).collect();
            let text = String::from_utf8(body).unwrap_or_default();
            Ok(json!({ "status": status, "headers": headers, "text": text }))
        })
        .map(Answer)
    }
}
