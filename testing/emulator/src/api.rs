//! What carries the operations out: one file per resource.

pub mod account;
pub mod authorize;
pub mod boards;
pub mod media;
mod media_source;
pub mod pin_list;
pub mod pins;
pub mod search;
pub mod sections;
pub mod token;
