//! The connector of this workspace, the host and the emulator together, over real HTTP. The cases are
//! played without a service.

// The code that reads and compares cases is the native runner's: here the contract's types that it
// names are the host's.
extern crate connector_host as pinterest_connector;

#[allow(dead_code, reason = "the native runner asks more of a case")]
#[path = "../../../../tests/case/mod.rs"]
mod case;
#[path = "../component/mod.rs"]
mod component;
mod double;
mod kept;
mod support;

mod authority;
mod cases;
#[cfg(unix)]
mod children;
mod composed;
mod damage;
mod instructions;
#[cfg(unix)]
mod kills;
mod life;
mod limits;
#[cfg(unix)]
mod processes;
mod records;
mod refresh;
mod refusals;
mod repeats;
#[cfg(target_os = "linux")]
mod secrets;
mod side_by_side;
mod walkthrough;
mod webhooks;
