//! The composed actions, a file each, and what several of them need.

// What they share.
mod name;
mod new_pin;
mod period;
mod personal;
mod place;

pub mod analytics;
pub mod batch;
pub mod conversion_events;
pub mod find;
pub mod image_pin;
pub mod leads;
pub mod many;
pub mod metrics;
pub mod report;
pub mod video_pin;
