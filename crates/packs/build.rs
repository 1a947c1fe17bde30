//! Rebuilds when a file is added to a folder that is embedded whole; changes of known files are
//! noticed anyway.

use std::{fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=driver");
    println!("cargo::rerun-if-changed=python/driver");
    for platform in fs::read_dir(".")? {
        let platform = platform?.path();
        for glue in ["glue", "files"].map(|folder| platform.join(folder)) {
            if glue.is_dir() {
                println!("cargo::rerun-if-changed={}", glue.display());
            }
        }
    }
    Ok(())
}
