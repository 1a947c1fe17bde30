//! Odd inputs for the component and the host, as many as time allows.
//!
//! An input is a conformance case that was changed in a few places, or made up. Numbers that look
//! random choose the changes, so a seed gives the same inputs again. A call may refuse anything; it
//! may not panic, take longer than a second, or ask for what nobody declared.
//!
//! What was found is in `corpus/`, by target, and is tried again by the tests.

#![forbid(unsafe_code)]

pub mod check;
pub mod host;
pub mod hunt;
pub mod input;
pub mod made;
pub mod mutate;
pub mod rng;
pub mod seeds;
pub mod shape;
pub mod targets;
pub mod wasm;
