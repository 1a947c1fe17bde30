//! Pinterest as a component that any workflow engine can load. It does no input or output: each
//! call goes in as data, and what the host has to do next comes out. `wit/` is the contract,
//! `catalog/` holds what is known about the API, and ARCHITECTURE.md follows one call through here.

// Only what is generated from the contract passes pointers.
#![deny(unsafe_code)]

#[allow(unsafe_code, reason = "generated")]
pub mod bindings;
pub mod contract;

mod actions;
mod choices;
mod connection;
mod data;
mod operations;
mod triggers;
mod webhooks;

mod answer;
mod array;
mod checkpoint;
mod composed;
mod date;
mod error;
mod flow;
mod input;
mod run;
mod schema;
mod settings;
mod table;

pub mod catalog;

/// The connector. It has no state.
pub struct Connector;

impl contract::steps::Guest for Connector {
    fn resume(
        checkpoint: Vec<u8>,
        reply: contract::Reply,
    ) -> Result<contract::Step, contract::Error> {
        run::resume(checkpoint::read(&checkpoint)?, reply)
    }
}

#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, reason = "generated")]
mod exports {
    use super::{Connector, bindings};

    bindings::export!(Connector with_types_in bindings);
}
