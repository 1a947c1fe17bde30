//! Why a request gets no result, as `application/problem+json` (RFC 9457).

use serde_json::{Map, Value, json};

use crate::bindings::automation::connector::types::{Error, ErrorKind};

/// An answer that is no result. Holds no secret.
#[derive(Debug)]
pub struct Failure {
    /// Of the answer.
    pub status: u16,
    /// Seconds for the header `retry-after`.
    pub retry_after: Option<u32>,
    /// What the body has beside `status`: `title`, `code`, `detail` and what else is known.
    members: Map<String, Value>,
}

impl Failure {
    /// One of the adapter's own; `code` is a word for programs.
    pub fn new(status: u16, code: &str, detail: impl Into<String>) -> Self {
        let members = json!({ "title": title(status), "code": code, "detail": detail.into() });
        let Value::Object(members) = members else { unreachable!("an object") };
        Failure { status, retry_after: None, members }
    }

    /// A field of the body that is wrong: it is followed by why.
    pub fn field(name: &str, why: impl Into<String>) -> Self {
        let why = why.into();
        let fields = json!([{ "path": name, "message": why }]);
        Failure::new(422, "invalid-input", format!("`{name}` {why}")).with("fields", fields)
    }

    /// The component does not have what it needs from whoever runs it.
    pub fn set_up(detail: String) -> Self {
        Failure::new(503, "not-set-up", detail)
    }

    /// The connector does what a host does not let it.
    pub fn refused(rule: &str, detail: impl Into<String>) -> Self {
        Failure::new(502, rule, detail)
    }

    /// With one more member.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.into(), value);
        self
    }

    /// As one that programs do not repeat by themselves.
    pub fn for_good(mut self) -> Self {
        self.status = 502;
        self.retry_after = None;
        self.with("partly_done", true.into())
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let mut body = self.members.clone();
        body.insert("status".into(), self.status.into());
        Value::Object(body)
    }
}

/// What the connector says.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match error.kind {
            ErrorKind::InvalidInput => 422,
            ErrorKind::Unauthenticated | ErrorKind::Unavailable | ErrorKind::Unexpected => 502,
            ErrorKind::Forbidden => 403,
            ErrorKind::NotFound => 404,
            ErrorKind::Conflict => 409,
            ErrorKind::RateLimited => 429,
            ErrorKind::Rejected | ErrorKind::Other => 400,
        };
        let mut failure = Failure::new(status, &error.code, &*error.message);
        failure.retry_after = error.retry_after_ms.map(|ms| ms.div_ceil(1000));
        let fields: Vec<Value> = error
            .fields
            .iter()
            .map(|field| json!({ "path": field.path, "message": field.message }))
            .collect();
        let details = error.details.and_then(|details| serde_json::from_str(&details).ok());
        for (name, value) in [
            ("kind", Some(Value::from(kind(error.kind)))),
            ("retry_after_ms", error.retry_after_ms.map(Value::from)),
            ("advice", error.advice.map(Value::from)),
            ("fields", (!fields.is_empty()).then_some(Value::Array(fields))),
            ("service_status", error.status.map(Value::from)),
            ("request_id", error.request_id.map(Value::from)),
            ("details", details),
        ] {
            failure.members.extend(value.map(|value| (name.to_owned(), value)));
        }
        failure
    }
}

fn kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidInput => "invalid-input",
        ErrorKind::Unauthenticated => "unauthenticated",
        ErrorKind::Forbidden => "forbidden",
        ErrorKind::NotFound => "not-found",
        ErrorKind::Conflict => "conflict",
        ErrorKind::RateLimited => "rate-limited",
        ErrorKind::Rejected => "rejected",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Unexpected => "unexpected",
        ErrorKind::Other => "other",
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "The service refused it",
        401 => "Not authorized",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Another method is needed",
        409 => "Conflict",
        413 => "Too large",
        422 => "The input is wrong",
        425 => "Too early",
        429 => "Too many calls",
        503 => "Not set up",
        _ => "It did not work",
    }
}
