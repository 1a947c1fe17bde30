//! Requests that no action describes, or not all of, and answers that are not JSON.

use serde_json::{Map, Value, json};

use super::call::{is_final, settled};
use super::{Command, Flow, FlowResult};
use crate::answer::{accepted, delivered};
use crate::catalog::Action;
use crate::contract::{Effect, Error, Reply, Request, Response};

/// What came of a request: a status of any kind.
#[derive(Debug)]
pub struct Answer(Value);

impl Answer {
    fn of(response: Response) -> Answer {
        let Response { status, headers, body } = response;
        let headers: Map<_, _> =
            headers.into_iter().map(|header| (header.name, header.value.into())).collect();
        let text = String::from_utf8(body).unwrap_or_default();
        Answer(json!({ "status": status, "headers": headers, "text": text }))
    }

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
            Ok(Answer::of(delivered(&flow.catalog.service, reply)?).0)
        })
        .map(Answer)
    }

    /// As `attempt`, for an action whose body or whose answer is not JSON. `change` completes the request,
    /// such as with a file as its body; `keep` reads an answer with a status of success, and gives what is
    /// remembered of it, or the refusal that it is. Both are called once at most.
    pub fn attempt_raw(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        change: &dyn Fn(&mut Request),
        keep: &dyn Fn(&Answer) -> Result<Value, Error>,
    ) -> FlowResult<Result<Value, Error>> {
        let action = self.action(id)?;
        let mut input = Some(input);
        let outcome = self.part(id, &mut |flow, _, reply| {
            let Some(reply) = reply else {
                let (mut request, _) = flow.request(action, input.take().unwrap_or_default())?;
                change(&mut request);
                return Err(flow.ask(&(), Command::Send(request)));
            };
            match flow.read_raw(action, reply, keep) {
                Ok(kept) => Ok(json!({ "ok": kept })),
                Err(error) if is_final(action, &error) => {
                    Ok(serde_json::to_string(&error).expect("errors have text keys").into())
                }
                Err(error) => Err(error.into()),
            }
        })?;
        settled(outcome)
    }

    fn read_raw(
        &mut self,
        action: &Action,
        reply: Reply,
        keep: &dyn Fn(&Answer) -> Result<Value, Error>,
    ) -> Result<Value, Error> {
        let response = delivered(&self.catalog.service, reply)?;
        self.note(&response);
        accepted(&self.catalog.service, &response, action.scopes)?;
        let kept = keep(&Answer::of(response))?;
        if action.effect != Effect::Read {
            self.did(action, &kept);
        }
        Ok(kept)
    }
}
