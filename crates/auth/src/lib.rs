//! Connections with an account: OAuth 2 run from a connector's descriptor, the listener that takes
//! its answer, and a vault that keeps connections with their tokens, sealed.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod loopback;
mod oauth;
#[doc(hidden)]
pub mod parsing;
mod shared;
mod tokens;
mod trial;
mod vault;

pub use loopback::{Browser, Loopback, LoopbackError, Page, escaped};
pub use oauth::{Attempt, Client, Device, Fault, OAuth, OAuthError};
pub use shared::{SharedKey, SharedSecrets};
pub use tokens::Tokens;
pub use trial::{FirstChoice, Tested, first_choices};
pub use vault::{
    Account, ConnectionSpec, CredentialStatus, KeySource, Status, StoredConnection,
    StoredSubscription, Vault, VaultCredentials, VaultError,
};

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
