//! Joins the catalogue's facts into one file: `base` (the path that every operation's path is
//! appended to), `operations` and `types`. What they mean is read at start, see `src/facts.rs`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Value, json};

fn main() {
    let folder = Path::new("../../catalog/facts");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the catalogue has facts")
        .map(|entry| entry.expect("a folder can be read to its end").path())
        .collect();
    paths.sort();
    let mut joined = json!({ "operations": [] });
    for path in paths {
        let mut content = read(&path);
        if let Some(Value::Array(operations)) = content.get_mut("operations") {
            joined["operations"].as_array_mut().expect("it begins as one").append(operations);
        }
        for key in ["types", "base"] {
            if let Some(value) = content.get_mut(key) {
                joined[key] = value.take();
            }
        }
    }
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join("facts.json");
    fs::write(target, joined.to_string()).expect("the output folder can be written");
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("the catalogue can be read");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
