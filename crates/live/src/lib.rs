#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod failure;
mod fill;
mod observed;
mod report;
mod shape;
mod tour;
mod trial;

pub use failure::Failure;
pub use report::Report;
pub use shape::Difference;
pub use tour::{Seen, Table, Tour};
pub use trial::{Given, Left, Step, Trial, Tried};

/// Why nothing could be tried.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connector has no data model, or does not describe an action that it names.
    #[error(transparent)]
    Records(#[from] connector_records::Error),
    /// The connector's own trial, or a schema of it, is not as the contract has it.
    #[error("{0}")]
    Connector(String),
}
