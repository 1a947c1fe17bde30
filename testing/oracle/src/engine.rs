//! The connector under judgement, in whichever form. The contract's types are those of the native
//! library; the component's are translated.

use connector_host::{Call, Connector as Component, Error as HostError, contract as guest};
use pinterest_connector::Connector;
use pinterest_connector::contract::actions::{
    Action, Deprecation, Description, Example, Guest as _, Shape,
};
use pinterest_connector::contract::steps::Guest as _;
use pinterest_connector::contract::{
    Body, Chunk, Context, Cost, Effect, Error, ErrorKind, FieldError, Header, Method, Outcome,
    Page, Part, PartContent, Pause, PendingRequest, Range, Reply, Request, Response, Saved, Step,
};
use serde_json::Value;

/// The host's clock in all calls.
const NOW: &str = "2026-01-31T12:00:00Z";

/// What an action is asked. `input` is JSON.
pub trait Engine {
    fn list(&self) -> Vec<Action>;
    fn describe(&self, id: &str) -> Description;
    fn start(&self, id: &str, input: &str) -> Result<Step, Error>;
    fn resume(&self, checkpoint: Vec<u8>, reply: Reply) -> Result<Step, Error>;
}

/// The library.
pub struct Native;

impl Engine for Native {
    fn list(&self) -> Vec<Action> {
        Connector::list_actions()
    }

    fn describe(&self, id: &str) -> Description {
        Connector::describe(id.to_owned()).expect("it is listed")
    }

    fn start(&self, id: &str, input: &str) -> Result<Step, Error> {
        Connector::start(id.to_owned(), input.to_owned(), String::new(), context())
    }

    fn resume(&self, checkpoint: Vec<u8>, reply: Reply) -> Result<Step, Error> {
        Connector::resume(checkpoint, reply)
    }
}

/// Each call runs in an instance of its own.
impl Engine for Component {
    fn list(&self) -> Vec<Action> {
        let actions = self.instantiate().and_then(|mut instance| instance.actions());
        actions.expect("it lists its actions").into_iter().map(action).collect()
    }

    fn describe(&self, id: &str) -> Description {
        let description = self.instantiate().and_then(|mut instance| instance.action(id));
        let description = description.expect("it is listed");
        let example = |example: guest::actions::Example| Example {
            title: example.title,
            input: example.input,
        };
        Description {
            action: action(description.action),
            input: description.input,
            output: description.output,
            examples: description.examples.into_iter().map(example).collect(),
        }
    }

    fn start(&self, id: &str, input: &str) -> Result<Step, Error> {
        let call = Call::Action { id: id.to_owned(), input: input.to_owned() };
        let (settings, context) = (String::new(), guest::Context::new("oracle", NOW));
        ended(
            self.instantiate().and_then(|mut instance| instance.start(&call, &settings, &context)),
        )
    }

    fn resume(&self, checkpoint: Vec<u8>, reply: Reply) -> Result<Step, Error> {
        let reply = told(reply);
        ended(self.instantiate().and_then(|mut instance| instance.resume(&checkpoint, &reply)))
    }
}

fn context() -> Context {
    let (call, now) = ("oracle".to_owned(), NOW.to_owned());
    Context { call, now, locale: None, wanted: None, extensions: Vec::new() }
}

/// What came of a call.
pub struct Performed {
    pub requests: Vec<Request>,
    /// What was emitted, if anything was.
    pub items: Option<Vec<Value>>,
    pub end: Result<Value, Error>,
}

/// Runs an action; `answer` is given the number of answers so far.
pub fn perform(
    engine: &dyn Engine,
    id: &str,
    input: &Value,
    mut answer: impl FnMut(usize) -> Response,
) -> Performed {
    let mut performed = Performed { requests: Vec::new(), items: None, end: Ok(Value::Null) };
    let mut step = engine.start(id, &input.to_string());
    loop {
        let (checkpoint, reply) = match step {
            Ok(Step::Done(outcome)) => {
                performed.end = Ok(serde_json::from_str(&outcome.output).expect("it is JSON"));
                return performed;
            }
            Err(error) => {
                performed.end = Err(error);
                return performed;
            }
            Ok(Step::Send(pending)) => {
                let reply = Reply::Response(answer(performed.requests.len()));
                performed.requests.push(pending.request);
                (pending.checkpoint, reply)
            }
            Ok(Step::Read(range)) => panic!("{id} looks into {}", range.blob),
            Ok(Step::Pause(pause)) => (pause.checkpoint, Reply::Proceed),
            Ok(Step::Emit(page)) => {
                let items: Vec<Value> = serde_json::from_str(&page.items).expect("it is an array");
                assert_eq!(items.len(), page.count as usize);
                performed.items.get_or_insert_default().extend(items);
                (page.checkpoint, Reply::Proceed)
            }
        };
        assert!(performed.requests.len() < 100, "{id} has no end");
        step = engine.resume(checkpoint, reply);
    }
}

fn action(action: guest::actions::Action) -> Action {
    Action {
        id: action.id,
        operation_id: action.operation_id,
        title: action.title,
        summary: action.summary,
        group: action.group,
        scopes: action.scopes,
        effect: effect(action.effect),
        destructive: action.destructive,
        shape: match action.shape {
            guest::actions::Shape::Single => Shape::Single,
            guest::actions::Shape::Items => Shape::Items,
        },
        notes: action.notes,
        deprecation: action
            .deprecation
            .map(|told| Deprecation { ends: told.ends, instead: told.instead }),
        extensions: Vec::new(),
    }
}

fn effect(effect: guest::Effect) -> Effect {
    match effect {
        guest::Effect::Read => Effect::Read,
        guest::Effect::Idempotent => Effect::Idempotent,
        guest::Effect::Write => Effect::Write,
    }
}

/// A step of the component, as the library has them. Panics where the component breaks.
pub fn ended(result: Result<guest::Step, HostError>) -> Result<Step, Error> {
    match result {
        Ok(step) => Ok(translated(step)),
        Err(HostError::Connector(failed)) => Err(error(*failed)),
        Err(other) => panic!("the component failed: {other}"),
    }
}

fn translated(step: guest::Step) -> Step {
    match step {
        guest::Step::Send(pending) => Step::Send(PendingRequest {
            request: request(pending.request),
            checkpoint: pending.checkpoint,
        }),
        guest::Step::Pause(pause) => {
            Step::Pause(Pause { ms: pause.ms, reason: pause.reason, checkpoint: pause.checkpoint })
        }
        guest::Step::Emit(page) => {
            Step::Emit(Page { items: page.items, count: page.count, checkpoint: page.checkpoint })
        }
        guest::Step::Read(guest::Range { blob, offset, length, checkpoint }) => {
            Step::Read(Range { blob, offset, length, checkpoint })
        }
        guest::Step::Done(outcome) => {
            Step::Done(Outcome { output: outcome.output, cursor: outcome.cursor })
        }
    }
}

fn request(request: guest::Request) -> Request {
    let header = |header: guest::Header| Header { name: header.name, value: header.value };
    Request {
        method: match request.method {
            guest::Method::Get => Method::Get,
            guest::Method::Head => Method::Head,
            guest::Method::Post => Method::Post,
            guest::Method::Put => Method::Put,
            guest::Method::Patch => Method::Patch,
            guest::Method::Delete => Method::Delete,
            guest::Method::Other(word) => Method::Other(word),
        },
        url: request.url,
        headers: request.headers.into_iter().map(header).collect(),
        body: match request.body {
            guest::Body::Empty => Body::Empty,
            guest::Body::Bytes(bytes) => Body::Bytes(bytes),
            guest::Body::Pieces(_) => unreachable!("no operation sends a file"),
            guest::Body::Multipart(parts) => Body::Multipart(
                parts
                    .into_iter()
                    .map(|part| Part {
                        name: part.name,
                        filename: part.filename,
                        content_type: part.content_type,
                        content: match part.content {
                            guest::PartContent::Text(text) => PartContent::Text(text),
                            guest::PartContent::Blob(blob) => PartContent::Blob(blob),
                        },
                    })
                    .collect(),
            ),
        },
        credential: request.credential,
        effect: effect(request.effect),
        costs: request
            .costs
            .into_iter()
            .map(|cost| Cost { quota: cost.quota, amount: cost.amount })
            .collect(),
        idempotency_header: request.idempotency_header,
        save: request.save,
        extensions: Vec::new(),
    }
}

fn error(error: guest::Error) -> Error {
    let field = |field: guest::FieldError| FieldError { path: field.path, message: field.message };
    Error {
        kind: match error.kind {
            guest::ErrorKind::InvalidInput => ErrorKind::InvalidInput,
            guest::ErrorKind::Unauthenticated => ErrorKind::Unauthenticated,
            guest::ErrorKind::Forbidden => ErrorKind::Forbidden,
            guest::ErrorKind::NotFound => ErrorKind::NotFound,
            guest::ErrorKind::Conflict => ErrorKind::Conflict,
            guest::ErrorKind::RateLimited => ErrorKind::RateLimited,
            guest::ErrorKind::Rejected => ErrorKind::Rejected,
            guest::ErrorKind::Unavailable => ErrorKind::Unavailable,
            guest::ErrorKind::Unexpected => ErrorKind::Unexpected,
            guest::ErrorKind::Other => ErrorKind::Other,
        },
        code: error.code,
        message: error.message,
        advice: error.advice,
        fields: error.fields.into_iter().map(field).collect(),
        status: error.status,
        request_id: error.request_id,
        retry_after_ms: error.retry_after_ms,
        details: error.details,
    }
}

/// A reply for the component.
pub fn told(reply: Reply) -> guest::Reply {
    match reply {
        Reply::Response(response) => guest::Reply::Response(guest::Response {
            status: response.status,
            headers: response
                .headers
                .into_iter()
                .map(|header| guest::Header { name: header.name, value: header.value })
                .collect(),
            body: response.body,
        }),
        Reply::Saved(Saved { status, headers, blob }) => {
            let header = |header: Header| guest::Header { name: header.name, value: header.value };
            let headers = headers.into_iter().map(header).collect();
            guest::Reply::Saved(guest::Saved { status, headers, blob })
        }
        Reply::Chunk(Chunk { data, size, name }) => {
            guest::Reply::Chunk(guest::Chunk { data, size, name })
        }
        Reply::Undelivered(cause) => guest::Reply::Undelivered(cause),
        Reply::Proceed => guest::Reply::Proceed,
    }
}

/// A reply to a request, as the library has them.
pub fn native_reply(reply: guest::Reply) -> Reply {
    let header = |header: guest::Header| Header { name: header.name, value: header.value };
    match reply {
        guest::Reply::Response(guest::Response { status, headers, body }) => {
            let headers = headers.into_iter().map(header).collect();
            Reply::Response(Response { status, headers, body })
        }
        guest::Reply::Undelivered(cause) => Reply::Undelivered(cause),
        guest::Reply::Saved(guest::Saved { status, headers, blob }) => {
            let headers = headers.into_iter().map(header).collect();
            Reply::Saved(Saved { status, headers, blob })
        }
        guest::Reply::Chunk(guest::Chunk { data, size, name }) => {
            Reply::Chunk(Chunk { data, size, name })
        }
        guest::Reply::Proceed => Reply::Proceed,
    }
}
