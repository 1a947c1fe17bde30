//! The reference host: loads any connector component and drives it.
//!
//! A connector is a WebAssembly component that exports the world in `wit/` and imports nothing.
//! It answers every call with a step; this library does what the step says (sends the request,
//! waits, passes a page on) and resumes it until it is done.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use connector_host::{Connection, Connector, Engine, EngineOptions};
//! use serde_json::json;
//!
//! let engine = Engine::new(EngineOptions::default())?;
//! let connector = Connector::load(&engine, "connector.wasm".as_ref())?;
//! let connection = Connection::builder(connector).build()?;
//! let thing = connection.action("thing.get").input(json!({"id": "7"})).run().await?;
//! println!("{}", thing["name"]);
//! # Ok(()) }
//! ```
//!
//! [`Connection`] is where calls begin: [`Connection::action`], [`Connection::list`],
//! [`Connection::poll`]. An engine that stores checkpoints itself takes [`Connection::start`],
//! [`Connection::send`] and [`Connection::resume`]. Connections with an account that outlast a
//! process are in the crate `connector-auth`, calls that do in `connector-durable`, rows of tables
//! in `connector-records`.
//!
//! Read it in this order: [`contract`] is what both sides agree on; `engine` and `connector` run
//! the guest; `driver` is the loop; `request`, `send` and `http` carry one request out.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

// What both sides agree on.
mod call;
pub mod contract;
pub mod rule;

// The guest.
mod call_instance;
mod compiled;
mod connector;
mod crash;
mod engine;
mod extensions;
mod facts;
mod guest_state;
mod instance;
mod load_error;
mod manifest;
mod outline;
mod page_items;
mod places;
mod plugin;
mod signatures;

// What a program calls.
mod action;
mod items;
mod poll;

// The loop, and when it waits and repeats.
pub mod bounds;
mod connection;
mod diagnose;
mod driver;
mod error;
mod guard;
mod limits;
mod links;
mod look;
mod observer;
mod policy;
mod read_blob;
mod recorder;
mod resume_point;
mod retry;
mod sizes;

// What may be sent.
mod authority;
mod binding;
mod delivery;
mod mask;
mod operations;
mod permission;
mod scopes;
mod seal;
mod sealing;

// One request on its way out, and its answer on its way in.
mod blob;
mod blobs;
mod body_budget;
mod content;
mod gate;
mod http;
mod idempotency;
mod origin;
mod progress;
mod request;
mod request_places;
mod routes;
mod send;
mod signing;
mod template;
mod turns;

// Secrets, and what is this user's alone.
mod clock;
mod credential;
mod redact;
mod secret;
pub mod secure_fs;
pub mod sources;

#[doc(hidden)]
pub mod parsing;

pub use action::ActionCall;
pub use binding::{Binding, Change, Purpose};
pub use blob::{Blob, BlobError, BlobStore, BlobWriter, Upload};
pub use blobs::{Blobs, Fetch, Folders, PublicAddresses, may_be_public};
pub use body_budget::BodyMemory;
pub use call::Call;
pub use clock::Clock;
pub use connection::{Connection, ConnectionBuilder};
pub use connector::Connector;
/// What a connector says about itself: see [`manifest()`].
pub use connector_manifest::Manifest;
pub use crash::Crash;
pub use credential::{CredentialError, Credentials, FixedCredentials};
pub use engine::{Engine, EngineOptions};
pub use error::Error;
pub use guard::message as panic_message;
pub use http::{
    Content, Http, Outgoing, Part, PartContent, Piece, Save, Streams, Transport, TransportError,
    causes,
};
pub use instance::{Instance, ListedOperations};
pub use items::Items;
pub use limits::{
    AppLimit, Left as LimitLeft, NoRoom, RateLimitHeaders, RateLimits, SharedLimits, Tightest,
    Window,
};
pub use links::Links;
pub use load_error::LoadError;
pub use look::{Look, Target, link_faults, look_at_links};
pub use manifest::{manifest, resources};
pub use mask::{Mask, Shown};
pub use observer::{NoopObserver, Observer};
pub use page_items::page_items;
pub use permission::Permission;
pub use policy::Policy;
pub use poll::Polled;
pub use progress::{Progress, Transfer};
pub use recorder::{Ended, Event as RecorderEvent, Recorder};
pub use redact::{KnownSecrets, REDACTED, Redactor, everywhere as redact};
pub use resume_point::ResumePoint;
pub use retry::Retry;
pub use routes::{Routes, is_loopback};
pub use seal::Seal;
pub use secret::Secret;
pub use send::Sent;
pub use signing::{NAMES as SIGNERS, Payload, SignError, Signer, Signing};
/// Stops calls: see [`ConnectionBuilder::stop`].
pub use tokio_util::sync::CancellationToken;

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
