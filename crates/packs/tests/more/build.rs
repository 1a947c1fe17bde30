//! The example's catalogue with the action of `more.toml` besides.

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result};

const EXAMPLE: &str = "../../../../examples/github-issues/catalog";
const WORDS: &str = "words/issues.toml";

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed={EXAMPLE}");
    println!("cargo::rerun-if-changed=more.toml");
    let out = env::var_os("OUT_DIR").context("OUT_DIR is set for build scripts only")?;
    let catalog = Path::new(&out).join("catalog");
    copy(Path::new(EXAMPLE), &catalog)?;
    let words = fs::read_to_string(catalog.join(WORDS))? + &fs::read_to_string("more.toml")?;
    fs::write(catalog.join(WORDS), words)?;
    fs::write(Path::new(&out).join("tables.rs"), connector_catalog::tables(&catalog)?)?;
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &place)?,
            false => fs::write(place, fs::read(entry.path())?)?,
        }
    }
    Ok(())
}
