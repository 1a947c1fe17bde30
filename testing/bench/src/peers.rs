//! What the same takes with what others use: axios in Node, and the service's own SDK in Python.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// What `node/worker.mjs` tells at its end. None without Node, or without the packages that `make bench`
/// installs.
pub fn node(arguments: &[&str]) -> Result<Option<Value>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("node");
    if !folder.join("node_modules").is_dir() {
        return Ok(None);
    }
    run(Command::new("node").arg(folder.join("worker.mjs")).args(arguments)).map(Some)
}

/// What `python/read.py` tells at its end. None without Python and the packages that `make bench` installs.
pub fn python(arguments: &[&str]) -> Result<Option<Value>> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).context("the program is not in a target folder")?;
    let python = target.join("bench/bin/python");
    if !python.exists() {
        return Ok(None);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/read.py");
    run(Command::new(python).arg(script).args(arguments)).map(Some)
}

fn run(command: &mut Command) -> Result<Value> {
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{:?} did not come to an end", command.get_program());
    Ok(serde_json::from_slice(&output.stdout)?)
}
