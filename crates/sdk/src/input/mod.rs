//! From what a person filled in to what is sent: mend what is certain, check, and build after.

pub mod check;
pub mod meaning;
pub mod mend;
pub mod pattern;
pub mod plausible;
mod written;
