//! What a read could not get at, while it got at the rest.

use connector_host::Error as HostError;
use connector_host::contract::{self, ErrorKind, MISSING_SCOPE};
use serde_json::{Map, Value};

use crate::Error;

/// Parents whose rows the service does not give out: an account that is closed, a board that may
/// not be seen. All others are read.
#[derive(Debug)]
pub struct Refusal {
    /// The fields that say whose rows they are, outermost first.
    pub parents: Map<String, Value>,
    /// What the service said.
    pub failure: HostError,
}

/// Whether the service says this about these parents alone. What it says about the credential and its
/// scopes, about too many calls or about itself is true of all, and so is what this host refuses
/// without asking it.
pub(crate) fn is_about_parents(error: &Error) -> bool {
    let Error::Call(HostError::Connector(error)) = error else { return false };
    let kind = matches!(
        error.kind,
        ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Conflict | ErrorKind::Rejected
    );
    kind && error.status.is_some() && error.code != MISSING_SCOPE
}

/// What the service says about these parents alone, if it is that.
pub(crate) fn about_parents(error: Error) -> Result<Box<contract::Error>, Error> {
    match error {
        error if !is_about_parents(&error) => Err(error),
        Error::Call(HostError::Connector(error)) => Ok(error),
        other => Err(other),
    }
}

/// Whether what was asked for does not exist.
pub(crate) fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Call(HostError::Connector(error)) if error.kind == ErrorKind::NotFound)
}
