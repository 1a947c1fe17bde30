//! The contract's types under short names.
pub use crate::bindings::exports::automation::connector::types::*;
pub use crate::bindings::exports::automation::connector::{actions, connection, steps, triggers};
#[cfg(feature = "full")]
pub use crate::bindings::exports::automation::connector::{data, operations, webhooks};
