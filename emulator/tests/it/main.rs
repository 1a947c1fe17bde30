//! The emulator over HTTP, as a client sees it.

mod api;
mod boards;
mod description;
mod faults;
mod life;
mod limits;
mod oauth;
mod paging;
mod pins;
mod refusals;
