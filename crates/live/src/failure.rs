//! What is told of a failure.

use std::fmt;

use connector_host::Error as HostError;
use connector_host::contract;
use connector_records::Error as RecordsError;
use serde::Serialize;

use crate::shape;

/// A failure without its sentences, in which the service may name people and things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The kind, as the contract spells it, or `host` where the host refused or failed.
    pub kind: String,
    /// The stable word for it.
    pub code: String,
    /// The status of the service's answer, if one came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Fields of the input that were refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

impl Failure {
    /// One of the host's own.
    fn host(code: &str) -> Self {
        Self { kind: "host".into(), code: code.into(), status: None, fields: Vec::new() }
    }

    /// Too long for a tour.
    pub(crate) fn late() -> Self {
        Self::host("timeout")
    }

    /// Whether the thing is not there.
    pub fn is_gone(&self) -> bool {
        self.kind == "not-found" || self.status == Some(404)
    }

    /// Whether the service may have acted all the same.
    pub fn is_unknown(&self) -> bool {
        self.kind == "unavailable" || self.kind == "unexpected" || self.code == "timeout"
    }
}

impl From<&contract::Error> for Failure {
    fn from(error: &contract::Error) -> Self {
        Self {
            kind: error.kind.word().to_owned(),
            code: error.code.clone(),
            status: error.status,
            fields: error
                .fields
                .iter()
                .map(|field| field.path.clone())
                .filter(|path| shape::is_name(path))
                .collect(),
        }
    }
}

impl From<&HostError> for Failure {
    fn from(error: &HostError) -> Self {
        match error {
            HostError::Connector(error) => Self::from(&**error),
            HostError::Refused { rule, .. } => Self::host(rule),
            HostError::RateLimited { .. } => Self::host("rate-limited"),
            HostError::Stopped => Self::host("stopped"),
            HostError::Credential(_) => Self::host("credential"),
            _ => Self::host("failed"),
        }
    }
}

impl From<&RecordsError> for Failure {
    fn from(error: &RecordsError) -> Self {
        match error {
            RecordsError::Call(error) => Self::from(error),
            RecordsError::Request(_) => Self::host("request"),
            RecordsError::Cursor(_) => Self::host("cursor"),
            RecordsError::Unexpected(_) => Self::host("unexpected"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.code, self.kind)?;
        self.status.map_or(Ok(()), |status| write!(f, ", status {status}"))?;
        match self.fields.as_slice() {
            [] => Ok(()),
            fields => write!(f, ", fields {}", fields.join(", ")),
        }
    }
}
