//! From what Pinterest answered to what an action gives back.

mod members;
pub mod page;
pub mod partial;
pub mod refusal;
pub mod single;
pub mod time;
mod walk;

use crate::contract::{Error, Reply, Response};
use crate::error::{error, unexpected};

/// The response of a reply to `send`.
pub fn delivered(reply: Reply) -> Result<Response, Error> {
    match reply {
        Reply::Response(response) => Ok(response),
        Reply::Undelivered(cause) => Err(error(
            crate::contract::ErrorKind::Unavailable,
            "undelivered",
            format!("no complete answer came from Pinterest: {cause}"),
        )),
        Reply::Saved(_) | Reply::Chunk(_) | Reply::Proceed => {
            Err(crate::error::invalid_field("reply", "must be the outcome of a request here"))
        }
    }
}

/// The body of a 2xx as text. Any other status is an error that tells what Pinterest said.
pub fn accepted<'a>(response: &'a Response, scopes: &[&str]) -> Result<&'a str, Error> {
    if !(200..300).contains(&response.status) {
        return Err(refusal::classify(response, scopes));
    }
    std::str::from_utf8(&response.body).map(str::trim).map_err(|_| {
        in_answer(response, unexpected("invalid-answer", "Pinterest's answer is not UTF-8"))
    })
}

/// An error about an answer whose body is not as promised.
pub fn garbled(response: &Response, cause: impl std::fmt::Display) -> Error {
    in_answer(
        response,
        unexpected(
            "invalid-answer",
            format!("Pinterest's answer is not what it promises: {cause}"),
        ),
    )
}

/// Adds to an error which answer it is about.
pub fn in_answer(response: &Response, error: Error) -> Error {
    Error {
        status: Some(response.status),
        request_id: header(response, "x-pinterest-rid").map(str::to_owned),
        ..error
    }
}

/// The first header of this name.
pub fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    let found = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    found.map(|header| header.value.as_str())
}
