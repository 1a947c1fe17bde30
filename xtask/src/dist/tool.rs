//! The ordinary tools that do a part of the work.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Runs a program in a folder, and gives what it printed. Fails with what it said when it fails.
pub fn run(folder: &Path, program: impl AsRef<Path>, args: &[&str]) -> Result<String> {
    let program = program.as_ref();
    let shown = format!("{} {}", program.display(), args.join(" "));
    let made = Command::new(program).args(args).current_dir(folder).output();
    let made = made.with_context(|| format!("cannot run `{shown}`"))?;
    let said = String::from_utf8_lossy(&made.stderr);
    ensure!(made.status.success(), "`{shown}` failed ({}):\n{said}", made.status);
    Ok(String::from_utf8_lossy(&made.stdout).into_owned())
}

/// Whether a program is on the path.
pub fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|made| made.status.success())
}

/// A path as an argument. Paths that are no text are not used here.
pub fn text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is no text", path.display()))
}
