//! Records: what the service keeps, read and written as rows of tables.
//!
//! Built on the optional interface `data` of the contract and the schemas of the actions that it
//! names; nothing here knows a service. [`resources`] lists the tables, [`fields`] says what their
//! rows hold, [`Reading`] reads them page by page from a storable [`Cursor`], and [`Writing`]
//! writes records in batches with an outcome for each.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod batch;
mod cursor;
mod fields;
mod get;
mod input;
mod mode;
mod outcome;
mod pages;
mod read;
mod read_back;
mod refusal;
mod request;
mod resource;
mod rows;
pub mod schema;
mod send;
mod shape;
mod since;
mod tasks;
mod time;
mod walk;
mod write;

pub use cursor::Cursor;
pub use fields::{Field, fields};
pub use get::{Getting, schemas};
pub use input::typed;
pub use mode::Mode;
pub use outcome::Outcome;
pub use pages::{PageStep, page_step};
pub use read::Reading;
pub use read_back::ReadBack;
pub use refusal::Refusal;
pub use request::Request;
pub use resource::{DataField, Resource, VALUE, resource, resources};
pub use since::restated_days;
pub use time::{instant, moment, of as micros};
pub use write::Writing;

use serde_json::{Map, Value};

use connector_host::Error as HostError;

/// One row: its fields by name.
pub type Record = Map<String, Value>;

/// Why records cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A call of the connector failed.
    #[error(transparent)]
    Call(#[from] HostError),
    /// The resource cannot do what is asked for, or a name in it is unknown.
    #[error("{0}")]
    Request(String),
    /// The cursor belongs to another read.
    #[error("cursor: {0}")]
    Cursor(String),
    /// The connector answered otherwise than its schemas promise.
    #[error("{0}")]
    Unexpected(String),
}

impl Error {
    fn json(what: &str) -> impl FnOnce(serde_json::Error) -> Error {
        move |error| Error::Unexpected(format!("{what} is not JSON: {error}"))
    }
}

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
