//! The emulator over HTTP, as a client sees it.

mod api;
mod boards;
mod description;
mod every;
mod facts;
mod faults;
mod jobs;
mod kept;
mod life;
mod limits;
mod media;
mod oauth;
mod paging;
mod partial;
mod pins;
mod refusals;
mod request;
mod values;
