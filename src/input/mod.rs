//! From what a person filled in to what is sent: check first, build after.

pub mod check;
pub mod pattern;
pub mod request;
