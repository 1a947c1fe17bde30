//! Answers every operation that nobody has written by hand, from the facts alone.
//!
//! A request is checked ([`read`], [`check`]); what the operation does to which collection was
//! told from its path and types at start ([`plan`]); things live in a [`store`]; and whatever
//! nobody has said is made up ([`invent`]).

mod check;
mod collection;
mod download;
mod dress;
mod give;
mod invent;
mod job;
mod job_kind;
mod list;
mod outcome;
mod plan;
mod read;
mod related;
mod rows;
mod samples;
mod seed;
mod store;
mod write;

pub use download::Rows;
pub use plan::{PLANS, Plan};
pub use read::{body, ids, query};
pub use store::{Key, Store};
