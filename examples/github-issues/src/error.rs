//! Why a call fails: the service's refusals, and ours.

use serde_json::Value;

use crate::bindings::exports::automation::connector::types::{
    Error, ErrorKind, FieldError, Response,
};

/// The JSON of a good answer, or the error that a bad one stands for.
pub fn check(response: &Response) -> Result<Value, Error> {
    let answer: Option<Value> = serde_json::from_slice(&response.body).ok();
    if (200..300).contains(&response.status) {
        return answer.ok_or_else(|| unexpected("The answer is not JSON"));
    }
    // Seconds; absent when the service only names the hour at which it answers again.
    let retry_after = header(response, "retry-after").and_then(|value| value.parse::<u32>().ok());
    let spent = retry_after.is_some() || header(response, "x-ratelimit-remaining") == Some("0");
    let refused = match response.status {
        429 => error(ErrorKind::RateLimited, "rate-limited", "GitHub wants fewer calls"),
        403 if spent => error(ErrorKind::RateLimited, "rate-limited", "GitHub wants fewer calls"),
        401 => error(ErrorKind::Unauthenticated, "bad-token", "GitHub does not take the token"),
        403 => error(ErrorKind::Forbidden, "forbidden", "The token may not do this"),
        404 => error(ErrorKind::NotFound, "not-found", "The token sees no such repository"),
        301 | 307 | 308 => error(ErrorKind::NotFound, "moved", "The repository has a new name"),
        500.. => error(ErrorKind::Unavailable, "server-error", "GitHub could not answer"),
        _ => error(ErrorKind::Rejected, "rejected", "GitHub refused the request"),
    };
    Err(Error {
        status: Some(response.status),
        request_id: header(response, "x-github-request-id").map(str::to_owned),
        retry_after_ms: retry_after.map(|seconds| seconds.saturating_mul(1000)),
        details: answer.map(|answer| answer.to_string()),
        ..refused
    })
}

/// A header of the answer. Names are in lower case.
pub fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    let found = response.headers.iter().find(|header| header.name == name);
    found.map(|header| header.value.as_str())
}

/// The answer is not what the service promises.
pub fn unexpected(message: &str) -> Error {
    error(ErrorKind::Unexpected, "unexpected-answer", message)
}

/// No complete answer arrived.
pub fn undelivered(why: &str) -> Error {
    let message = format!("GitHub gave no complete answer: {why}");
    error(ErrorKind::Unavailable, "undelivered", &message)
}

pub fn fields(fields: Vec<FieldError>) -> Error {
    let message = "The input is wrong; its fields say where";
    Error { fields, ..error(ErrorKind::InvalidInput, "invalid-input", message) }
}

pub fn unknown(what: &str, id: &str) -> Error {
    error(ErrorKind::InvalidInput, "unknown-id", &format!("There is no {what} {id:?}"))
}

pub fn checkpoint() -> Error {
    let message = "The checkpoint is damaged, of another version, or does not fit the reply";
    error(ErrorKind::InvalidInput, "bad-checkpoint", message)
}

fn error(kind: ErrorKind, code: &str, message: &str) -> Error {
    Error {
        kind,
        code: code.into(),
        message: message.into(),
        advice: None,
        fields: vec![],
        status: None,
        request_id: None,
        retry_after_ms: None,
        details: None,
    }
}
