//! The emulator over HTTP, as a client sees it.

mod api;
mod boards;
mod description;
mod every;
mod facts;
mod faults;
mod life;
mod limits;
mod oauth;
mod paging;
mod pins;
mod refusals;
mod request;
mod values;
