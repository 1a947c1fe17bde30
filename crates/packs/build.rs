//! Rebuilds when a file is added to a folder that is embedded whole; changes of known files are
//! noticed anyway.

use std::{fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=driver");
    for platform in fs::read_dir(".")? {
        let glue = platform?.path().join("glue");
        if glue.is_dir() {
            println!("cargo::rerun-if-changed={}", glue.display());
        }
    }
    Ok(())
}
