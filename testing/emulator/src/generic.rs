//! Answers every operation that nobody has written by hand, from the facts alone.
//!
//! A request is checked ([`read`]); what the operation does to which collection was told from its
//! path and types at start ([`plan`]); things are in [`crate::things`].

mod analytics;
mod days;
mod download;
mod figures;
mod item;
mod job;
mod list;
mod outcome;
mod plan;
mod read;
mod related;
mod report;
mod respond;
mod rows;
mod subject;
mod write;

pub use job::rows;
pub use plan::{PLANS, Plan};
pub use read::{body, ids, query};
pub use respond::answer;
