//! Facts about Pinterest's API and our words about them, compiled from `catalog/` by `build.rs`.

pub use connector_sdk::catalog::*;

connector_sdk::tables!(crate::patterns::PATTERNS);
