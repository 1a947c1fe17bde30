//! What ends a command early: how it is shown, and the exit code.

use std::io;

use connector_auth::{LoopbackError, OAuthError, VaultError};
use connector_durable::{JournalError, WatchError};
use connector_host::contract::{self, ErrorKind};
use connector_host::{CredentialError, Error as HostError, LoadError, rule};
use connector_records as records;
use serde_json::{Value, json};

/// The exit code of a program that SIGINT ended, as shells have it.
pub const INTERRUPTED: u8 = 130;

/// Why a command did not do what it was asked for. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A call ended without an outcome.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The component cannot be used.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// No tokens came of the OAuth flow.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// The stored connections cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The browser brought nothing, and what the connector says about that.
    #[error("{error}{}", .advice.as_ref().map_or(String::new(), |it| format!(". If its page showed an error: {it}")))]
    NoAnswer { error: LoopbackError, advice: Option<String> },
    /// The redirect URI cannot be listened at.
    #[error("{0}; --redirect-uri names another one that is registered, --manual needs none")]
    Loopback(#[from] LoopbackError),
    /// What was typed makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file, a folder or a port cannot be used.
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    /// Nobody takes the output, or it does not fit.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    /// Some of many were refused, or all of them: `what` they are.
    #[error("{rejected} of {all} {what} were rejected")]
    Rejected { rejected: u64, all: u64, what: &'static str },
    /// Some of what was to be read is not allowed or not there.
    #[error("{0}")]
    Partly(String),
    /// A person said no.
    #[error("{0}")]
    Declined(String),
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
    /// What a command would mend.
    #[error("{why}")]
    Mendable { why: Box<Error>, next: String },
}

/// What programs can tell from the exit code; the help shows it too.
pub const EXIT_CODES: [(u8, &str); 7] = [
    (0, "done"),
    (1, "failed"),
    (2, "the command line or the input is wrong; nothing was sent"),
    (3, "there is no connection, or it may not do this"),
    (4, "a rate limit is used up; try again later"),
    (PARTLY, "a part failed; the output or the errors say which"),
    (INTERRUPTED, "stopped by Ctrl-C"),
];

/// Some of it was done, some was not.
const PARTLY: u8 = 5;

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
            Error::Interrupted { why, .. } | Error::Mendable { why, .. } => why.is_closed_pipe(),
            _ => false,
        }
    }

    /// One of [`EXIT_CODES`].
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Interrupted { why, .. } | Error::Mendable { why, .. } => why.exit_code(),
            Error::Rejected { rejected, all, .. } if rejected < all => PARTLY,
            Error::Partly(_) => PARTLY,
            Error::Host(HostError::Stopped) => INTERRUPTED,
            Error::Usage(_) | Error::Host(HostError::Settings(_)) => 2,
            Error::Journal(JournalError::Unknown(_)) | Error::Watch(WatchError::Sink(_)) => 2,
            Error::OAuth(_) | Error::NoAnswer { .. } => 3,
            Error::Vault(_) | Error::Host(HostError::Credential(_)) => 3,
            Error::Host(HostError::Connector(error)) => match error.kind {
                ErrorKind::InvalidInput => 2,
                ErrorKind::Unauthenticated | ErrorKind::Forbidden => 3,
                ErrorKind::RateLimited => 4,
                _ => 1,
            },
            Error::Host(HostError::RateLimited { .. }) => 4,
            _ => 1,
        }
    }

    /// For people. What the connector says spreads over lines: the message, each wrong field,
    /// advice, request id.
    pub fn text(&self) -> String {
        match self {
            Error::Host(HostError::Connector(error)) => connector_text(error),
            // The option is of no use to a path that is not plain.
            Error::Host(HostError::Refused { rule: rule::OPERATION, message })
                if message.contains("it is no operation") =>
            {
                format!("error: {self}\nadvice: if it is meant, say --allow-unlisted")
            }
            Error::OAuth(error) => oauth_text(error),
            Error::Interrupted { run, why } => {
                format!("{}\ngo on with: connector run --resume {run}", why.text())
            }
            Error::Mendable { why, next } => format!("{}\nnext: {next}", why.text()),
            other => match other.untrusted() {
                Some(name) => {
                    let name = crate::shell::quote(name);
                    format!("error: {other}\nadvice: connector trust {name} shows it, and asks")
                }
                None => format!("error: {other}"),
            },
        }
    }

    /// The connection whose connector a person has to look at first.
    fn untrusted(&self) -> Option<&str> {
        let error = match self {
            Error::Vault(error) => error,
            Error::Host(HostError::Credential(error)) => VaultError::of(error)?,
            _ => return None,
        };
        match error {
            VaultError::Changed { connection, .. } | VaultError::Unbound(connection) => {
                Some(connection)
            }
            _ => None,
        }
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let kind = match self {
            Error::Host(failure) => return failure.json(),
            Error::Interrupted { run, why } => {
                let mut shown = why.json();
                shown["resume"] = run.as_str().into();
                return shown;
            }
            Error::Mendable { why, next } => {
                let mut shown = why.json();
                shown["next"] = next.as_str().into();
                return shown;
            }
            Error::Journal(_) => "journal",
            Error::Watch(_) => "watch",
            Error::Load(_) => "load",
            Error::OAuth(error) => return oauth_json(error),
            Error::NoAnswer { .. } | Error::Loopback(_) => "loopback",
            Error::Vault(error) => error.kind(),
            Error::Usage(_) => "usage",
            Error::Io { .. } | Error::Output(_) => "io",
            Error::Rejected { .. } => "rejected",
            Error::Partly(_) => "partly",
            Error::Declined(_) => "declined",
            Error::Unexpected(_) => "unexpected",
        };
        json!({"kind": kind, "message": self.to_string()})
    }
}

impl From<CredentialError> for Error {
    fn from(error: CredentialError) -> Self {
        HostError::from(error).into()
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

/// What to do about it stands on a line of its own, under the name of the field to correct.
fn oauth_text(error: &OAuthError) -> String {
    let said = error.to_string();
    let Some((fault, advice)) = error.fault().and_then(|it| Some((it, it.advice.as_ref()?))) else {
        return format!("error: {said}");
    };
    let said = said.strip_suffix(&format!("; {advice}")).unwrap_or(&said);
    match &fault.field {
        Some(field) => format!("error: {said}\n  {field}: {advice}"),
        None => format!("error: {said}\nadvice: {advice}"),
    }
}

fn oauth_json(error: &OAuthError) -> Value {
    let fault = error.fault();
    json!({
        "kind": "oauth",
        "message": error.to_string(),
        "code": fault.map(connector_auth::Fault::code),
        "field": fault.and_then(|fault| fault.field.as_deref()),
        "advice": fault.and_then(|fault| fault.advice.as_deref()),
    })
}

impl From<connector_webhooks::Error> for Error {
    fn from(error: connector_webhooks::Error) -> Self {
        match error {
            connector_webhooks::Error::Host(failure) => failure.into(),
            other => Error::Unexpected(other.to_string()),
        }
    }
}

/// What a call of the cluster has failed with is told as if it had run here.
#[cfg(feature = "worker")]
impl From<connector_worker::IngressError> for Error {
    fn from(error: connector_worker::IngressError) -> Self {
        match error.of_call() {
            Some(failure) => HostError::from(failure).into(),
            None => Error::Unexpected(error.to_string()),
        }
    }
}

#[cfg(feature = "mcp")]
impl From<connector_mcp::Error> for Error {
    fn from(error: connector_mcp::Error) -> Self {
        match error {
            connector_mcp::Error::Host(failure) => failure.into(),
            unknown => Error::Usage(unknown.to_string()),
        }
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
