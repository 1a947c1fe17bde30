//! The composed actions, a file each, and what several of them need.

// What they share.
mod new_pin;
mod place;

pub mod video_pin;
