//! Judges the connector by what others say, not by what its own code takes for granted: the API
//! description is compared with the requests that it builds and feeds it answers, and the schemas
//! that it gives out are held against what it then takes and gives.
//!
//! The same judgements are passed on the connector as a native library and as a component: see
//! [`engine`]. Read in this order: [`description`] and [`dialect`] turn the description into
//! schemas to judge by; [`generate`] makes values that fit a schema and [`mutate`] spoils them;
//! [`request`] judges a request; [`answer`] makes answers and compares them with what came out.
//! [`specimen`] makes answers for people to read.

#![forbid(unsafe_code)]

pub mod engine;

pub mod description;
pub mod dialect;
pub mod flat;

pub mod generate;
pub mod mutate;
mod pattern;

pub mod answer;
pub mod findings;
pub mod request;

pub mod specimen;
