//! Calls: those that only read go by themselves, and end with their caller; those that change
//! something, and those that nobody waits for, are in the journal.

pub mod durable;
pub mod kept;
pub mod paging;
pub mod repeat;
pub mod taken;
