//! The emulator over HTTP, as a client sees it.

mod api;
mod boards;
mod description;
mod every;
mod facts;
mod faults;
mod figures;
mod jobs;
mod kept;
mod life;
mod limits;
mod media;
mod oauth;
mod outlasting;
mod paging;
mod partial;
mod pictures;
mod pins;
mod refusals;
mod request;
mod room;
mod stub_host;
mod values;
