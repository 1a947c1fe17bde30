//! Turns the answers of the service into the outputs of actions.

pub(crate) mod body_text;
mod counts;
mod markup;
mod members;
mod outcome;
pub(crate) mod page;
pub mod partial;
pub(crate) mod refusal;
mod retry_after;
mod shape;
pub(crate) mod single;
pub mod state;
pub(crate) mod storage;
pub(crate) mod verdict;
mod wait;
mod walk;

use self::body_text::BodyText;
use crate::catalog::Service;
use crate::contract::{Error, ErrorKind, Reply, Response};
use crate::error::{error, unexpected};

/// The response of a reply to `send`.
pub(crate) fn delivered(service: &Service, reply: Reply) -> Result<Response, Error> {
    match reply {
        Reply::Response(response) => Ok(response),
        Reply::Undelivered(cause) => Err(error(
            ErrorKind::Unavailable,
            "undelivered",
            format!("no complete answer came from {}: {cause}", service.name),
        )),
        Reply::Saved(_) | Reply::Chunk(_) | Reply::Proceed => {
            Err(crate::error::invalid_field("reply", "must be the outcome of a request here"))
        }
    }
}

/// The body of a 2xx answer as text. Any other status is an error that holds what the service said.
pub(crate) fn accepted<'a>(
    service: &Service,
    response: &'a Response,
    scopes: &[&str],
) -> Result<&'a str, Error> {
    if !(200..300).contains(&response.status) {
        return Err(refusal::classify(service, response, scopes));
    }
    simdutf8::basic::from_utf8(&response.body).map(str::trim).map_err(|_| {
        let details = BodyText::of(&response.body).details;
        let message = format!("{}'s answer is not UTF-8", service.name);
        let error = unexpected("invalid-answer", message);
        in_answer(service, response, Error { details, ..error })
    })
}

/// The error about an answer whose body is not as promised. The details hold the body.
pub(crate) fn garbled(
    service: &Service,
    response: &Response,
    cause: impl std::fmt::Display,
) -> Error {
    let message = format!("{}'s answer is not what it promises: {cause}", service.name);
    let details = BodyText::of(&response.body).details;
    in_answer(service, response, Error { details, ..unexpected("invalid-answer", message) })
}

/// Adds the status and the request id of the answer to an error.
pub(crate) fn in_answer(service: &Service, response: &Response, error: Error) -> Error {
    let request_id = service.request_id.and_then(|name| header(response, name));
    Error { status: Some(response.status), request_id: request_id.map(str::to_owned), ..error }
}

/// The first header of this name.
pub(crate) fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    let found = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    found.map(|header| header.value.as_str())
}
