//! The command that mends an error, where there is one.

use connector_auth::StoredConnection;
use connector_host::contract::ErrorKind;
use connector_host::{CredentialError, Error as HostError};

use crate::app::App;
use crate::error::Error;
use crate::shell::word;
use crate::variables;

/// The contract's code for a refusal because of scopes.
const MISSING_SCOPE: &str = "missing-scope";

impl App {
    /// The error of a call on this program's connection, with the command that would mend it.
    pub fn mendable(&self, error: Error) -> Error {
        // Whoever brings a token connects nothing, and the emulator is connected.
        let entry = match self.emulated.is_some() {
            true => None,
            false => self.entry().ok().flatten(),
        };
        match next(&error, entry.as_ref()) {
            Some(next) => Error::Mendable { why: Box::new(error), next },
            None => error,
        }
    }
}

fn next(error: &Error, entry: Option<&StoredConnection>) -> Option<String> {
    let connect = || {
        let name = entry.map_or(String::new(), |entry| format!(" {}", word(&entry.name)));
        format!("connector connect{name}")
    };
    let Error::Host(failure) = error else { return None };
    match failure {
        HostError::Credential(CredentialError::Missing(_)) => {
            Some(format!("{}, or try it without an account: add --emulator", connect()))
        }
        HostError::Credential(
            CredentialError::NeedsReconnect { .. } | CredentialError::NotRefreshable(_),
        ) => Some(connect()),
        HostError::Connector(error) if error.code == MISSING_SCOPE => {
            let entry = entry?;
            let granted = entry.credentials.iter().find_map(|held| held.scopes.clone());
            // Only the host's own refusal lists what is lacking, behind the last colon.
            let (_, lacking) =
                error.message.rsplit_once(": ").filter(|_| error.status.is_none())?;
            let all = granted?.into_iter().chain(lacking.split(", ").map(str::to_owned));
            let all: Vec<String> = all.collect();
            Some(format!("{} --scopes {}", connect(), word(&all.join(","))))
        }
        HostError::Connector(error) if error.kind == ErrorKind::Unauthenticated => {
            (entry.is_some() && variables::token().is_none()).then(connect)
        }
        _ => None,
    }
}
