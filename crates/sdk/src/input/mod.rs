//! From what a person filled in to what is sent: mend what is certain, check, and build after.

pub(crate) mod check;
pub(crate) mod meaning;
pub(crate) mod mend;
pub mod pattern;
pub(crate) mod plausible;
mod written;
