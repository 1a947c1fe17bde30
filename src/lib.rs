//! Pinterest as a component that any workflow engine can load. It does no input or output: each
//! call goes in as data, and what the host has to do next comes out. `wit/` is the contract,
//! `catalog/` holds what is known about the API, and ARCHITECTURE.md follows one call through here.

// Only what is generated from the contract passes pointers.
#![deny(unsafe_code)]

pub mod catalog;
mod flows;
mod patterns;

pub use connector_sdk::contract;

connector_sdk::export!(Connector, &catalog::CATALOG, flows::FLOWS);
