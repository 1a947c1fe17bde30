//! The reference host: loads any connector component and drives it.
//!
//! A connector is a WebAssembly component that exports the world in `wit/` and imports nothing.
//! It answers every call with a step; this library does what the step says (sends the request,
//! waits, passes a page on) and resumes it until it is done.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use connector_host::{Call, Connection, Connector, Engine, EngineOptions, Quiet};
//!
//! let engine = Engine::new(EngineOptions::default())?;
//! let connector = Connector::load(&engine, "connector.wasm".as_ref())?;
//! let connection = Connection::builder(connector).build()?;
//! let call = Call::Action { id: "thing.get".into(), input: r#"{"id": "7"}"#.into() };
//! let outcome = connection.run(call, &mut Quiet).await?;
//! println!("{}", outcome.output);
//! # Ok(()) }
//! ```
//!
//! Read it in this order: [`contract`] is what both sides agree on; `engine` and `connector` run
//! the guest; `driver` is the loop; `request`, `send` and `http` carry one request out; [`Vault`]
//! keeps connections and their tokens.

#![forbid(unsafe_code)]

// What both sides agree on.
pub mod contract;

// The guest.
mod call;
mod compiled;
mod connector;
mod engine;
mod instance;
mod manifest;
mod plugin;

// The loop, and when it waits and repeats.
mod bounds;
mod connection;
mod driver;
mod elsewhere;
mod guard;
mod limits;
mod look;
mod recorder;
mod retry;

// What may be sent.
mod authority;
mod operations;
mod permission;
mod scopes;
mod seal;

// What outlasts the process.
mod database;
mod journal;
mod mask;
pub mod private;
mod watch;

// One request on its way out, and its answer on its way in.
mod blob;
mod content;
mod encode;
mod http;
mod multipart;
mod origin;
mod pieces;
mod policy;
mod progress;
mod receive;
mod request;
mod routes;
mod send;

// Secrets.
mod binding;
mod clock;
mod credential;
mod loopback;
mod oauth;
mod redact;
mod secret;
mod tokens;
mod vault;

// Rows of tables, read and written with the actions above.
pub mod records;

mod error;

#[doc(hidden)]
pub mod parsing;

pub use binding::{Binding, Change};
pub use blob::{Blob, BlobError, BlobStore, BlobWriter, Blobs, Fetch, Folders, Upload};
pub use call::Call;
pub use clock::Clock;
pub use connection::{Connection, ConnectionBuilder};
pub use connector::{Connector, LoadError};
pub use credential::{CredentialError, Credentials, FixedCredentials};
pub use database::DatabaseError;
pub use driver::{Observer, Quiet};
pub use engine::{Engine, EngineOptions};
pub use error::Failure;
pub use http::{
    Content, Http, Outgoing, Part, PartContent, Piece, Save, Streams, Transport, TransportError,
};
pub use instance::Instance;
pub use journal::{Journal, JournalError, Run, RunState, Turn};
pub use limits::RateLimits;
pub use loopback::{Browser, Loopback, LoopbackError, Page};
pub use manifest::{Manifest, manifest};
pub use mask::{Mask, Shown};
pub use oauth::{Attempt, Client, Fault, OAuth, OAuthError};
pub use permission::Permission;
pub use policy::{Policy, rule};
pub use progress::{Progress, Transfer};
pub use redact::{INSTEAD, Redactor, everywhere as redact};
pub use retry::Retry;
pub use routes::Routes;
pub use seal::Seal;
pub use secret::Secret;
pub use send::Sent;
pub use tokens::Tokens;
/// Stops calls: see [`ConnectionBuilder::stop`].
pub use tokio_util::sync::CancellationToken;
pub use vault::{
    Account, Draft, Entry, Held, KeptSubscription, KeySource, Status, Vault, VaultCredentials,
    VaultError,
};
pub use watch::{
    Event, Exec, JsonLines, NotTaken, Sink, Subscription, Watch, WatchError, WatchOptions, Watched,
    Webhook, watched,
};
