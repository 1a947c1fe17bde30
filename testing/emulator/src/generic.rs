//! Answers every operation that nobody has written by hand, from the facts alone.
//!
//! A request is checked ([`read`], [`check`]); what the operation does to which collection was
//! told from its path and types at start ([`plan`]); things live in a [`store`]; and whatever
//! nobody has said is made up ([`invent`]).

mod analytics;
mod check;
mod collection;
mod days;
mod download;
mod dress;
mod figures;
mod give;
mod invent;
mod job;
mod job_kind;
mod list;
mod outcome;
mod plan;
mod read;
mod related;
mod report;
mod rows;
mod samples;
mod seed;
mod store;
mod subject;
mod write;

pub use job::{Begun, Started, rows};
pub use plan::{PLANS, Plan};
pub use read::{body, ids, query};
pub use store::{Key, Store};
