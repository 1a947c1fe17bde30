//! Everything that can end a call.

use std::time::Duration;

use serde_json::{Value, json};

use crate::blob::BlobError;
use crate::contract;
use crate::crash::Crash;
use crate::credential::CredentialError;
use crate::rule;

/// Why a call ended without an outcome. No message holds a secret.
///
/// ```
/// use connector_host::Error;
///
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         error if error.is_rate_limited() => "try again later",
///         error if error.is_authentication() => "connect again",
///         _ => "give up",
///     }
/// }
/// assert_eq!(advice(&Error::Stopped), "give up");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What the connector says: the input is wrong, or the service refused.
    #[error("{}", sentence(.0))]
    Connector(Box<contract::Error>),
    /// The connector asked for something that the host does not do. [`crate::rule`] lists them.
    #[error("refused by the rule `{rule}`: {message}")]
    Refused {
        /// One of [`crate::rule`].
        rule: &'static str,
        /// What was refused, for people.
        message: String,
    },
    /// The connector crashed.
    #[error("the connector crashed: {0}")]
    Trap(Crash),
    /// This host went wrong, in this call alone.
    #[error("the host went wrong: {0}; please report it")]
    Panic(String),
    /// One guest call ran longer than the engine allows.
    #[error("the connector did not answer within {0:?}")]
    Deadline(Duration),
    /// The guest wanted more memory than the engine allows.
    #[error("the connector wants more than {0} bytes of memory")]
    Memory(usize),
    /// As many calls run as the engine allows; try again when one has ended.
    #[error("all {0} instances are in use")]
    Busy(u32),
    /// The settings of the connection are wrong.
    #[error("settings: {0}")]
    Settings(String),
    /// The service would refuse the request because of too many calls, so it was not sent, and
    /// waiting takes longer than the policy allows.
    #[error("{limit} is used up; the next call may go in {}", words(*.wait))]
    RateLimited {
        /// The name of the limit.
        limit: String,
        /// Until there is room, at least.
        wait: Duration,
    },
    /// The host was told to stop. A call in a journal can go on.
    #[error("stopped before the end")]
    Stopped,
    /// What came of the call so far cannot be kept, so it did not go on.
    #[error("{0}")]
    Recorder(Box<dyn std::error::Error + Send + Sync>),
    /// A credential is missing or cannot be refreshed.
    #[error(transparent)]
    Credential(#[from] CredentialError),
}

impl Error {
    /// The connector does not do as the contract says.
    pub fn trap(cause: impl Into<String>) -> Self {
        Error::Trap(cause.into().into())
    }

    pub(crate) fn refused(rule: &'static str, message: impl Into<String>) -> Self {
        Error::Refused { rule, message: message.into() }
    }

    /// What the connector says, when it is the connector that ended the call.
    pub fn connector(&self) -> Option<&contract::Error> {
        match self {
            Error::Connector(error) => Some(error),
            _ => None,
        }
    }

    /// What kind of refusal it is in the contract's words, where it is one of them.
    pub fn kind(&self) -> Option<contract::ErrorKind> {
        match self {
            Error::RateLimited { .. } => Some(contract::ErrorKind::RateLimited),
            other => other.connector().map(|error| error.kind),
        }
    }

    /// Whether the input is wrong: the connector names the fields.
    pub fn is_invalid_input(&self) -> bool {
        self.kind() == Some(contract::ErrorKind::InvalidInput)
    }

    /// Whether what was asked for is not there.
    pub fn is_not_found(&self) -> bool {
        self.kind() == Some(contract::ErrorKind::NotFound)
    }

    /// Whether there were too many calls: see [`Error::retry_after`].
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == Some(contract::ErrorKind::RateLimited)
    }

    /// Whether the account has to be connected, or connected again.
    pub fn is_authentication(&self) -> bool {
        let refused = self.kind() == Some(contract::ErrorKind::Unauthenticated);
        refused
            || matches!(
                self,
                Error::Credential(
                    CredentialError::Missing(_)
                        | CredentialError::NotRefreshable(_)
                        | CredentialError::NeedsReconnect { .. }
                )
            )
    }

    /// Whether the host refused what the connector or the caller wanted: see [`Error::rule`].
    pub fn is_refused(&self) -> bool {
        self.rule().is_some()
    }

    /// The rule that the host refused by: one of [`crate::rule`].
    pub fn rule(&self) -> Option<&'static str> {
        match self {
            Error::Refused { rule, .. } => Some(rule),
            _ => None,
        }
    }

    /// Whether the call was stopped from outside: see [`crate::ConnectionBuilder::stop`].
    pub fn is_stopped(&self) -> bool {
        matches!(self, Error::Stopped)
    }

    /// How long to wait before the same call has a chance, if that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::RateLimited { wait, .. } => Some(*wait),
            Error::Connector(error) => {
                error.retry_after_ms.map(|ms| Duration::from_millis(ms.into()))
            }
            _ => None,
        }
    }

    /// The error for programs: `kind` and `message`, and all that the connector says when it is
    /// the connector that speaks.
    pub fn json(&self) -> Value {
        let kind = match self {
            Error::Connector(error) => return error_json(error),
            Error::Refused { rule, message } => {
                return json!({"kind": "refused", "rule": rule, "message": message});
            }
            Error::RateLimited { wait, .. } => {
                return json!({
                    "kind": contract::ErrorKind::RateLimited.word(),
                    "code": contract::ErrorKind::RateLimited.word(),
                    "message": self.to_string(),
                    "retry_after_ms": u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                });
            }
            Error::Trap(Crash { last_words: Some(words), .. }) => {
                return json!({"kind": "trap", "message": self.to_string(), "last_words": words});
            }
            Error::Trap(_) => "trap",
            Error::Panic(_) => "internal",
            Error::Deadline(_) => "deadline",
            Error::Memory(_) => "memory",
            Error::Busy(_) => "busy",
            Error::Settings(_) => "settings",
            Error::Stopped => "stopped",
            Error::Recorder(_) => "journal",
            Error::Credential(CredentialError::NeedsReconnect { .. }) => "needs-reconnect",
            Error::Credential(CredentialError::Store { kind, .. }) => kind,
            Error::Credential(_) => "credential",
        };
        json!({"kind": kind, "message": self.to_string()})
    }
}

/// For one that ends the call; most callers tell the connector instead.
impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        Error::refused(rule::BLOB, error.to_string())
    }
}

impl From<contract::Error> for Error {
    fn from(error: contract::Error) -> Self {
        Error::Connector(Box::new(error))
    }
}

/// A time for people, rounded up: `42 s`, `18 h 40 min`.
fn words(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    let minutes = seconds.div_ceil(60);
    match (seconds, minutes) {
        (0..120, _) => format!("{seconds} s"),
        (_, 0..120) => format!("{minutes} min"),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

fn sentence(error: &contract::Error) -> String {
    let mut text = format!("{} ({})", error.message, error.code);
    for field in &error.fields {
        let path = if field.path.is_empty() { "input" } else { &field.path };
        text += &format!("; {path}: {}", field.message);
    }
    if let Some(advice) = &error.advice {
        text += &format!("; {advice}");
    }
    if let Some(id) = &error.request_id {
        text += &format!(" [request {id}]");
    }
    text
}

fn error_json(error: &contract::Error) -> Value {
    let details = error
        .details
        .as_deref()
        .map(|text| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())));
    let fields: Vec<Value> = error
        .fields
        .iter()
        .map(|field| json!({"path": field.path, "message": field.message}))
        .collect();
    json!({
        "kind": error.kind.word(),
        "code": error.code,
        "message": error.message,
        "advice": error.advice,
        "fields": fields,
        "status": error.status,
        "request_id": error.request_id,
        "retry_after_ms": error.retry_after_ms,
        "details": details,
    })
}
