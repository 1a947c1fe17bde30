//! Facts about Pinterest's API and our words about them, compiled from `catalog/` by `build.rs`.

mod model;

pub use model::*;
pub use tables::*;

/// Where the choices for a field of this name can come from, the best first. `place` is where it
/// goes in the request.
pub fn sources(field: &str, place: Place) -> impl Iterator<Item = &'static Source> + Clone {
    let here = move |source: &&Source| !source.path_only || place == Place::Path;
    SOURCES.iter().filter(move |source| source.fields.contains(&field)).filter(here)
}

/// The generated tables: `ACTIONS`, `TRIGGERS`, `SOURCES`, `ERRORS`, the words for states `DONE`,
/// `WAITING` and `FAILED`, `RESOURCES`, `SETTINGS`, `BASES` and the function `descriptor`.
#[allow(clippy::all, reason = "generated")]
#[rustfmt::skip]
mod tables {
    use super::model::*;
    use crate::contract::connection::*;
    use crate::contract::{Effect, ErrorKind, Method};
    use crate::input::pattern::pattern;

    include!(concat!(env!("OUT_DIR"), "/tables.rs"));
}
