//! What ends a command early: how it is shown, and the exit code.

use std::io;

use connector_host::contract::{self, ErrorKind};
use connector_host::{
    CredentialError, Failure, JournalError, LoadError, OAuthError, VaultError, WatchError,
};
use serde_json::{Value, json};

use crate::interrupt;

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
    /// The stored connections cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What was typed makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file, a folder or a port cannot be used.
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    /// Nobody takes the output, or it does not fit.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    /// Something answered otherwise than it has to.
    #[error("{0}")]
    Unexpected(String),
    /// What `run` has kept cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A watch cannot begin or go on.
    #[error(transparent)]
    Watch(WatchError),
    /// A run that can go on.
    #[error("{why}")]
    Interrupted { run: String, why: Box<Error> },
}

impl Error {
    /// For [`Result::map_err`], naming what cannot be used.
    pub fn io(what: impl ToString) -> impl FnOnce(io::Error) -> Error {
        let what = what.to_string();
        move |source| Error::Io { what, source }
    }

    /// Whether the reader of the output has gone, as `head` does when it has enough.
    pub fn is_closed_pipe(&self) -> bool {
        match self {
            Error::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            Error::Interrupted { why, .. } => why.is_closed_pipe(),
            _ => false,
        }
    }

    /// 2 for wrong input, 3 when the connection is missing or not allowed to, 4 for rate limits,
    /// 130 when Ctrl-C ended it, 1 for all else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Interrupted { why, .. } => why.exit_code(),
            Error::Failure(Failure::Stopped) => interrupt::EXIT_CODE,
            Error::Usage(_) | Error::Failure(Failure::Settings(_)) => 2,
            Error::Journal(JournalError::Unknown(_)) | Error::Watch(WatchError::Sink(_)) => 2,
            Error::OAuth(_) | Error::Vault(_) | Error::Failure(Failure::Credential(_)) => 3,
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
            Error::Interrupted { run, why } => {
                format!("{}\ngo on with: connector run --resume {run}", why.text())
            }
            other => format!("error: {other}"),
        }
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let kind = match self {
            Error::Failure(failure) => return failure.json(),
            Error::Interrupted { run, why } => {
                let mut shown = why.json();
                shown["resume"] = run.as_str().into();
                return shown;
            }
            Error::Journal(_) => "journal",
            Error::Watch(_) => "watch",
            Error::Load(_) => "load",
            Error::OAuth(_) => "oauth",
            Error::Vault(_) => "vault",
            Error::Usage(_) => "usage",
            Error::Io { .. } | Error::Output(_) => "io",
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

impl From<WatchError> for Error {
    fn from(error: WatchError) -> Self {
        match error {
            WatchError::Refused { failure, .. } => failure.into(),
            other => Error::Watch(other),
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
