//! Judgements on every action and trigger, passed on the native library and on the component alike.

#[path = "../../../conformance/tests/component/mod.rs"]
mod component;
mod support;

mod answers;
mod catalogue;
mod judges;
mod refused_inputs;
mod requests;
mod samples;
mod secrets;
mod triggers;
