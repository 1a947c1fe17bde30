//! The contract's types under short names.
pub use crate::bindings::exports::automation::connector::types::*;
pub use crate::bindings::exports::automation::connector::{
    actions, connection, data, operations, steps, triggers, webhooks,
};
