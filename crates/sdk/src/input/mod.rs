//! From the input that a caller gives to the one that is sent: corrected where that is certain, and
//! checked.

pub(crate) mod check;
pub(crate) mod meaning;
pub(crate) mod mend;
pub mod pattern;
pub(crate) mod plausible;
mod written;
