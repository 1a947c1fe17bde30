#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod actions;
mod asked;
mod connection;
mod errors;
mod extensions;
pub mod files;
mod grows;
mod load;
mod others;
mod partial;
mod states;
mod types;
mod wait;

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result};

/// For a build script: writes the tables of the catalogue in `folder` to `tables.rs` in the output
/// folder, and has cargo run the script again when a file of the catalogue changes.
///
/// # Errors
///
/// When a file cannot be read, or what it says does not fit the others.
pub fn build(folder: impl AsRef<Path>) -> Result<()> {
    let folder = folder.as_ref();
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-env-changed=CATALOG_FIRST");
    let out = env::var_os("OUT_DIR").context("OUT_DIR is set for build scripts only")?;
    fs::write(Path::new(&out).join("tables.rs"), tables(folder)?)?;
    Ok(())
}

/// What the tables are made of. `PATTERNS` are the connector's own patterns of texts.
const PRELUDE: &str = "\
use connector_sdk::catalog::*;
use connector_sdk::contract::connection::*;
use connector_sdk::contract::{Effect, ErrorKind, Method};
use connector_sdk::input::pattern::pattern;
";

/// The catalogue in `folder` as Rust source: `static` tables, so that nothing is parsed when a
/// component is instantiated. Facts and words are joined here, by operation and by field name.
///
/// # Errors
///
/// As `build`.
pub fn tables(folder: &Path) -> Result<String> {
    let mut catalog = load::Catalog::read(folder)?;
    extensions::add(&mut catalog)?;
    let mut types = types::Types::new(&catalog);
    let actions = actions::write(&catalog, &mut types)?;
    let others = others::write(&catalog, &mut types)?;
    let connection = connection::write(&catalog, &mut types)?;
    Ok([PRELUDE, &types.finish(), &actions, &others, &connection].concat())
}
