//! Rebuilds when a file is added to a folder that is embedded whole; changes of known files are
//! noticed anyway.

fn main() {
    println!("cargo::rerun-if-changed=driver");
    println!("cargo::rerun-if-changed=appmixer/glue");
    println!("cargo::rerun-if-changed=celigo/glue");
}
