//! Why the vault did not do what it was asked for.

use std::io;
use std::path::Path;

use connector_host::{Change, CredentialError};
use connector_store::{DatabaseError, StoreError};

/// Why nothing was read or changed. No message holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// No connection has this name.
    #[error("there is no connection `{0}`")]
    Unknown(String),
    /// Nothing but the connector that a connection was made with uses it.
    #[error(
        "the connection `{connection}` was made with the connector `{made_with}`, and `{asker}` \
             cannot use it; take another connection, or connect under another name"
    )]
    OtherConnector {
        /// The name of the connection.
        connection: String,
        /// The id of the connector that it was made with.
        made_with: String,
        /// The id of the connector that asks.
        asker: String,
    },
    /// The connector asks for more than the connection was made for.
    #[error(
        "the connector `{connector}` has changed since the connection `{connection}` was made: {}; \
             trust the change or connect again",
        listed(.changes)
    )]
    Changed {
        /// The name of the connection.
        connection: String,
        /// The id of the connector.
        connector: String,
        /// What it asks for beyond that.
        changes: Vec<Change>,
    },
    /// An earlier release made it, and did not note what it was made for.
    #[error(
        "the connection `{0}` was made by an earlier release, which did not note where its \
             credentials may go; trust the connector or connect again"
    )]
    Unbound(String),
    /// Another connection has this name.
    #[error("there is a connection `{0}` already")]
    Taken(String),
    /// No name.
    #[error(
        "`{0}` cannot be a connection's name: 1 to 64 characters, no control characters, no \
             blanks around them"
    )]
    Name(String),
    /// The key cannot be found or made.
    #[error("the vault's key: {0}")]
    Key(String),
    /// There is a key, and it is not this vault's.
    #[error("this key does not open the vault; it was made with another one")]
    WrongKey,
    /// What is stored is not what was stored there.
    #[error("what the vault holds for the connection `{0}` is damaged; connect it again")]
    Damaged(String),
    /// No subscription of this owner has this id.
    #[error("there is no subscription `{0}`")]
    NoSubscription(String),
    /// What is stored of a subscription is not what was stored there.
    #[error("the subscription `{0}` is damaged in the vault; end it at the service")]
    DamagedSubscription(String),
    /// A newer program has used it.
    #[error("the vault has the format {0}, and this program knows formats up to {1}")]
    Newer(u32, u32),
    /// The database cannot be opened, read or written.
    #[error("the vault's database: {0}")]
    Database(#[source] DatabaseError),
    /// The thread that used the database ended before its work did.
    #[error("the vault's database: its thread was stopped")]
    Stopped,
    /// A file beside the database cannot be used.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why not.
        source: io::Error,
    },
}

/// Of more changes than these the number is enough; the whole list is in the error.
const LISTED: usize = 3;

fn listed(changes: &[Change]) -> String {
    let mut listed: Vec<_> = changes.iter().take(LISTED).map(Change::to_string).collect();
    if changes.len() > LISTED {
        listed.push(format!("and {} more", changes.len() - LISTED));
    }
    listed.join(", ")
}

impl VaultError {
    /// The vault's error in what a connection says about a credential, if it is the vault's.
    pub fn of(error: &CredentialError) -> Option<&Self> {
        match error {
            CredentialError::Store { error, .. } => error.downcast_ref(),
            _ => None,
        }
    }

    /// A word for the kind, for programs.
    pub fn kind(&self) -> &'static str {
        match self {
            VaultError::OtherConnector { .. } => "other-connector",
            VaultError::Changed { .. } => "connector-changed",
            VaultError::Unbound(_) => "connector-unbound",
            _ => "vault",
        }
    }

    /// For [`Result::map_err`], naming the file.
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> VaultError {
        move |source| VaultError::File { path: path.display().to_string(), source }
    }
}

impl From<VaultError> for CredentialError {
    fn from(error: VaultError) -> Self {
        CredentialError::Store { kind: error.kind(), error: error.into() }
    }
}

impl From<DatabaseError> for VaultError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Newer { found, known, .. } => VaultError::Newer(found, known),
            DatabaseError::File { path, source } => VaultError::file(&path)(source),
            other => VaultError::Database(other),
        }
    }
}

impl From<StoreError> for VaultError {
    fn from(error: StoreError) -> Self {
        VaultError::Database(error.into())
    }
}
