//! Facts about Pinterest's API and our words about them, compiled from `catalog/` by `build.rs`.

mod model;

pub use model::*;
pub use tables::*;

/// Where the choices for a field of this name come from.
pub fn source(field: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.fields.contains(&field))
}

/// The generated tables: `ACTIONS`, `TRIGGERS`, `SOURCES`, `ERRORS`, `SETTINGS`, `BASES`
/// and the function `descriptor`.
#[allow(clippy::all)]
#[rustfmt::skip]
mod tables {
    use super::model::*;
    use crate::contract::connection::*;
    use crate::contract::{Effect, ErrorKind, Method};
    use crate::input::pattern::pattern;

    include!(concat!(env!("OUT_DIR"), "/tables.rs"));
}
