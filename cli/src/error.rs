//! What ends a command early: how it is shown, and the exit code.

use std::io;

use connector_host::contract::{self, ErrorKind};
use connector_host::{CredentialError, Failure, LoadError, OAuthError, records};
use serde_json::{Value, json};

/// Why a command did not do what it was asked for. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A call ended without an outcome.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// The component cannot be used.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// No tokens came of the OAuth flow.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// What was typed makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file, a folder or a port cannot be used.
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    /// Nobody takes the output, or it does not fit.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    /// Some records were not written.
    #[error("{rejected} of {all} records were rejected")]
    Rejected { rejected: u64, all: u64 },
    /// Something answered otherwise than it has to.
    #[error("{0}")]
    Unexpected(String),
}

impl Error {
    /// For [`Result::map_err`], naming what cannot be used.
    pub fn io(what: impl ToString) -> impl FnOnce(io::Error) -> Error {
        let what = what.to_string();
        move |source| Error::Io { what, source }
    }

    /// Whether the reader of the output has gone, as `head` does when it has enough.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Error::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// 2 for wrong input, 3 when the connection is missing or not allowed to, 4 for rate limits,
    /// 1 for all else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Usage(_) | Error::Failure(Failure::Settings(_)) => 2,
            Error::OAuth(_) | Error::Failure(Failure::Credential(_)) => 3,
            Error::Failure(Failure::Connector(error)) => match error.kind {
                ErrorKind::InvalidInput => 2,
                ErrorKind::Unauthenticated | ErrorKind::Forbidden => 3,
                ErrorKind::RateLimited => 4,
                _ => 1,
            },
            Error::Failure(Failure::RateLimited { .. }) => 4,
            _ => 1,
        }
    }

    /// For people. What the connector says spreads over lines: the message, each wrong field,
    /// advice, request id.
    pub fn text(&self) -> String {
        match self {
            Error::Failure(Failure::Connector(error)) => connector_text(error),
            other => format!("error: {other}"),
        }
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let kind = match self {
            Error::Failure(failure) => return failure.json(),
            Error::Load(_) => "load",
            Error::OAuth(_) => "oauth",
            Error::Usage(_) => "usage",
            Error::Io { .. } | Error::Output(_) => "io",
            Error::Rejected { .. } => "rejected",
            Error::Unexpected(_) => "unexpected",
        };
        json!({"kind": kind, "message": self.to_string()})
    }
}

impl From<CredentialError> for Error {
    fn from(error: CredentialError) -> Self {
        Failure::from(error).into()
    }
}

impl From<records::Error> for Error {
    fn from(error: records::Error) -> Self {
        match error {
            records::Error::Call(failure) => failure.into(),
            records::Error::Unexpected(message) => Error::Unexpected(message),
            other => Error::Usage(other.to_string()),
        }
    }
}

fn connector_text(error: &contract::Error) -> String {
    let mut text = format!("error: {} ({})", error.message, error.code);
    for field in &error.fields {
        text += &match field.path.as_str() {
            "" => format!("\n  {}", field.message),
            path => format!("\n  {path}: {}", field.message),
        };
    }
    if let Some(advice) = &error.advice {
        text += &format!("\nadvice: {advice}");
    }
    if let Some(ms) = error.retry_after_ms {
        text += &format!("\nretry after: {} s", f64::from(ms) / 1000.0);
    }
    if let Some(id) = &error.request_id {
        text += &format!("\nrequest id: {id}");
    }
    text
}
