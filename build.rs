//! Compiles `catalog/` into Rust tables. Facts and words are joined here, by operation and by field
//! name; what does not fit together fails the build with the file's words for it.

#[path = "build/actions.rs"]
mod actions;
#[path = "build/connection.rs"]
mod connection;
#[path = "build/errors.rs"]
mod errors;
#[path = "build/grows.rs"]
mod grows;
#[path = "build/load.rs"]
mod load;
#[path = "build/others.rs"]
mod others;
#[path = "build/states.rs"]
mod states;
#[path = "build/types.rs"]
mod types;
#[path = "src/answer/wait.rs"]
mod wait;

use std::{env, fs, path::Path};

fn main() -> anyhow::Result<()> {
    println!("cargo::rerun-if-changed=catalog");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/answer/wait.rs");
    println!("cargo::rerun-if-env-changed=CATALOG_FIRST");
    let catalog = load::Catalog::read(Path::new("catalog"))?;
    let mut types = types::Types::new(&catalog);
    let actions = actions::write(&catalog, &mut types)?;
    let others = others::write(&catalog, &mut types)?;
    let connection = connection::write(&catalog, &mut types)?;
    let tables = [types.finish(), actions, others, connection].concat();
    fs::write(Path::new(&env::var("OUT_DIR")?).join("tables.rs"), tables)?;
    Ok(())
}
