//! Joins the catalogue's facts into one file, which is read at start, see `src/facts.rs`.

use std::path::Path;
use std::{env, fs};

use connector_catalog::files::facts::Facts;

fn main() {
    let folder = Path::new("facts");
    println!("cargo::rerun-if-changed={}", folder.display());
    let facts = Facts::read(folder).unwrap_or_else(|error| panic!("{error:#}"));
    let text = serde_json::to_string(&facts).expect("facts are JSON");
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join("facts.json");
    fs::write(target, text).expect("the output folder can be written");
}
