//! The things that are kept for the operations that nobody has written by hand: in collections, as
//! the JSON that shows them, by what the facts say of their types. What nobody has said of a thing
//! is made up ([`fake`]), the same each time.

pub mod check;
pub mod collection;
pub mod fake;
pub mod job_kind;
pub mod key;
pub mod samples;
mod seed;
pub mod started;
pub mod store;
