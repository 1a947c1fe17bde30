//! Facts about Pinterest's API and our words about them, compiled from `catalog/` by `build.rs`.

mod model;

pub use model::*;
pub use tables::*;

/// Where the choices for a field of this name can come from, the best first.
pub fn sources(field: &str) -> impl Iterator<Item = &'static Source> + Clone {
    SOURCES.iter().filter(move |source| source.fields.contains(&field))
}

/// The generated tables: `ACTIONS`, `TRIGGERS`, `SOURCES`, `ERRORS`, `RESOURCES`,
/// `SETTINGS`, `BASES` and the function `descriptor`.
#[allow(clippy::all)]
#[rustfmt::skip]
mod tables {
    use super::model::*;
    use crate::contract::connection::*;
    use crate::contract::{Effect, ErrorKind, Method};
    use crate::input::pattern::pattern;

    include!(concat!(env!("OUT_DIR"), "/tables.rs"));
}
