//! Has the page taken in again when it was built anew.

use std::path::Path;

fn main() {
    // What is not there would be looked for each time; the folder around it changes when it comes.
    let watched = if Path::new("studio/dist").is_dir() { "studio/dist" } else { "studio" };
    println!("cargo::rerun-if-changed={watched}");
}
