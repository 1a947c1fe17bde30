//! The connector of this workspace, the host and the emulator together, over real HTTP.

#[path = "../component/mod.rs"]
mod component;
mod support;

mod composed;
mod damage;
mod limits;
mod refresh;
mod refusals;
mod repeats;
#[cfg(target_os = "linux")]
mod secrets;
