//! The connector of this workspace, the host and the emulator together, over real HTTP.

#[path = "../component/mod.rs"]
mod component;
mod double;
mod kept;
mod support;

mod authority;
#[cfg(unix)]
mod children;
mod composed;
mod damage;
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
mod webhooks;
