//! Errors of the contract. They are made in one place so that they are worded alike.

use crate::contract::{Error, ErrorKind, FieldError};

/// An error of this kind, with a stable code for programs and a sentence for people. All else is empty.
pub fn error(kind: ErrorKind, code: &str, message: impl Into<String>) -> Error {
    Error {
        kind,
        code: code.to_owned(),
        message: message.into(),
        advice: None,
        fields: Vec::new(),
        status: None,
        request_id: None,
        retry_after_ms: None,
        details: None,
    }
}

/// The error `invalid-input` about these fields; the message names their paths.
pub fn invalid_input(fields: Vec<FieldError>) -> Error {
    let places: Vec<_> =
        fields.iter().map(|field| field.path.as_str()).filter(|path| !path.is_empty()).collect();
    let message = match (places.as_slice(), fields.as_slice()) {
        ([], [only, ..]) => only.message.clone(),
        ([one], _) => format!("the input is wrong at {one}"),
        (several, _) => {
            format!("the input is wrong in {} places: {}", several.len(), several.join(", "))
        }
    };
    Error { fields, ..error(ErrorKind::InvalidInput, "invalid-input", message) }
}

/// Succeeds if there are no faults.
///
/// # Errors
///
/// `invalid-input` with all of them.
pub fn without(faults: Vec<FieldError>) -> Result<(), Error> {
    if faults.is_empty() { Ok(()) } else { Err(invalid_input(faults)) }
}

/// The error `invalid-input` about one field. `message` is what is wrong, without the path, such as
/// "must not be blank".
pub fn invalid_field(path: &str, message: impl Into<String>) -> Error {
    invalid_input(vec![FieldError { path: path.to_owned(), message: message.into() }])
}

/// An error of the kind `unexpected`: the answer is not what the service promises.
pub fn unexpected(code: &str, message: impl Into<String>) -> Error {
    error(ErrorKind::Unexpected, code, message)
}

/// The name of a kind in the contract.
pub(crate) fn word(kind: ErrorKind) -> &'static str {
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
