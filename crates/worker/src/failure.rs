//! How a call that failed is told through Restate.

use connector_host::Error;
use connector_host::contract::{self, ErrorKind, FieldError};
use restate_sdk::errors::TerminalError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Why a call has ended, for good.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// An HTTP status, which the ingress answers with.
    status: u16,
    /// What there is to say, as the JSON text of an object with at least `kind` and `message`.
    said: String,
}

impl Failure {
    /// One that is no error of a call. `kind` is a word for programs.
    pub fn new(kind: &str, message: impl Into<String>) -> Self {
        Failure::of(&json!({"kind": kind, "message": message.into()}))
    }

    /// What there is to say, as JSON text.
    pub fn said(&self) -> &str {
        &self.said
    }

    fn of(said: &Value) -> Self {
        let status = connector_listen::status(said["kind"].as_str().unwrap_or_default());
        Failure { status: status.as_u16(), said: said.to_string() }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Failure::of(&error.json())
    }
}

impl From<Failure> for TerminalError {
    fn from(failure: Failure) -> Self {
        TerminalError::new_with_code(failure.status, failure.said)
    }
}

/// The error in the words of a failure; what is none of the contract's kinds is `other`.
pub fn read(said: &str) -> Option<contract::Error> {
    let said: Value = serde_json::from_str(said).ok()?;
    let text = |name: &str| said[name].as_str().map(str::to_owned);
    let kind = text("kind")?;
    let field = |field: &Value| {
        let text = |name: &str| field[name].as_str().unwrap_or_default().to_owned();
        FieldError { path: text("path"), message: text("message") }
    };
    Some(contract::Error {
        kind: KINDS.into_iter().find(|it| it.word() == kind).unwrap_or(ErrorKind::Other),
        code: text("code").unwrap_or(kind),
        message: text("message")?,
        advice: text("advice"),
        fields: said["fields"].as_array().into_iter().flatten().map(field).collect(),
        status: said["status"].as_u64().and_then(|status| status.try_into().ok()),
        request_id: text("request_id"),
        retry_after_ms: said["retry_after_ms"].as_u64().and_then(|ms| ms.try_into().ok()),
        details: (!said["details"].is_null()).then(|| said["details"].to_string()),
    })
}

const KINDS: [ErrorKind; 10] = [
    ErrorKind::InvalidInput,
    ErrorKind::Unauthenticated,
    ErrorKind::Forbidden,
    ErrorKind::NotFound,
    ErrorKind::Conflict,
    ErrorKind::RateLimited,
    ErrorKind::Rejected,
    ErrorKind::Unavailable,
    ErrorKind::Unexpected,
    ErrorKind::Other,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_call_failed_with_comes_back_as_it_was() {
        let mut error = contract::Error::new(ErrorKind::InvalidInput, "invalid-input", "wrong");
        error.fields = vec![FieldError { path: "name".into(), message: "missing".into() }];
        error.status = Some(400);
        error.retry_after_ms = Some(7);
        let failure = Failure::from(&Error::from(error.clone()));
        assert_eq!((failure.status, read(&failure.said)), (422, Some(error)));
        let host = read(&Failure::from(&Error::Stopped).said).unwrap();
        assert_eq!((host.kind, &*host.code), (ErrorKind::Other, "stopped"));
        assert_eq!(read("Service not found"), None);
    }
}
