//! What has to pass through in little memory. Each test measures what the whole process needs at most, so
//! they take turns, and nothing else is in this program.
#![cfg(target_os = "linux")]

#[path = "../component/mod.rs"]
#[allow(dead_code, reason = "the other tests use more of it")]
mod component;
#[path = "../host/support.rs"]
#[allow(dead_code, reason = "the other tests use more of it")]
mod support;

mod files;
mod lists;
mod peak;
