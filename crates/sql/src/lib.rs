//! SQL over the records of a connector.
//!
//! Built on `connector-records` and [DataFusion](datafusion); nothing here knows a service. A
//! [`Database`] has a schema for each connection, a [`Session`] runs statements in it and remembers what
//! they asked of the services.
//!
//! Ids are text, times are in UTC, objects are JSON text. Scalars within objects are columns too, under the
//! path of their names: `media.images.600x.url` is `media_images_600x_url`. What reading takes beside the
//! fields of rows, such as `start_date`, is a column that a statement compares with a value.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod activity;
mod bounded;
mod call;
mod column;
mod columns;
mod connected;
mod constraints;
mod copy;
mod database;
mod described;
mod error;
mod files;
mod functions;
mod growth;
mod joined;
mod keys;
mod kind;
mod merge;
mod names;
mod narrow;
mod operators;
mod parquet;
mod provider;
mod pushed;
mod pushed_input;
mod record;
mod report;
mod returned;
mod returning;
mod room;
mod scan;
mod session;
mod settings;
mod shape;
mod source;
mod statement;
mod sync;
mod system;
mod table;
pub mod wire;
mod write;

pub use activity::{Activity, CallEntry};
pub use connected::{Hidden, Rights};
pub use database::Database;
pub use error::{ReadsOnly, reads_only};
pub use parquet::ParquetFile;
pub use room::Room;
pub use session::Session;
pub use sync::Copied;

pub use datafusion;
pub use datafusion::error::DataFusionError as Error;

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
