//! What a release must keep, and what changes with its version. `docs/versions.md` is the policy.

mod bump;
mod change;
mod manifest;
mod schema;
mod tag;
#[cfg(test)]
mod tests;
mod wit;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use change::Change;

/// Where the contract and the manifest of the last release are kept.
const KEPT: &str = "released";

#[derive(clap::Subcommand)]
pub enum Command {
    /// Say what changed since the last release, and fail when the versions do not say so
    Check {
        /// Against this folder with a connector.json and a wit, instead of what is kept
        #[arg(long, value_name = "FOLDER")]
        against: Option<PathBuf>,
    },
    /// Write a new version everywhere, and give it to what the changelog calls unreleased
    Bump {
        /// Three numbers, such as 1.2.0
        version: String,
        /// The day of the release, such as 2026-01-31
        #[arg(long)]
        day: String,
    },
    /// Keep contract and manifest as those of the last release: the last step before its tag
    Keep,
    /// Fail unless a tag, such as v1.2.0, is of this version in every file
    Tag { tag: String },
    /// Print what the changelog tells of this version
    Notes,
}

/// Fails when a file cannot be read or written; exits with 1 when the check finds something.
pub fn run(root: &Path, command: &Command) -> Result<ExitCode> {
    match command {
        Command::Check { against } => check(root, against.as_deref()),
        Command::Bump { version, day } => {
            bump::bump(root, version, day)?;
            println!("{version}: now `make manifest docs`, and `cargo xtask release keep`");
            Ok(ExitCode::SUCCESS)
        }
        Command::Keep => {
            keep(root)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Tag { tag } => {
            tag::check(root, tag)?;
            println!("{tag} is ready");
            Ok(ExitCode::SUCCESS)
        }
        Command::Notes => {
            print!("{}", tag::notes(root)?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(root: &Path, against: Option<&Path>) -> Result<ExitCode> {
    let kept = against.map_or_else(|| root.join(KEPT), Path::to_owned);
    if !kept.join("connector.json").exists() {
        println!("Nothing was released yet: there is no {}", kept.display());
        return Ok(ExitCode::SUCCESS);
    }
    let (before, now) = (manifest::read(&kept)?, manifest::read(root)?);
    let connector = manifest::compare(&before, &now);
    let contract = wit::compare(&wit::read(&kept.join("wit"))?, &wit::read(&root.join("wit"))?);
    let mut fits = true;
    let parts = [
        ("connector", connector, manifest::version(&before), manifest::version(&now)),
        ("contract", contract, manifest::contract(&before), manifest::contract(&now)),
    ];
    for (name, changes, before, now) in parts {
        let least = Change::least(&changes, &before)?;
        for change in &changes {
            println!("{name}: {change}");
        }
        println!("{name}: {before} was released, this is {now}; it must be at least {least}");
        fits &= change::at_least(&now, &least)?;
    }
    if !fits {
        println!("A version is too low for what changed: see docs/versions.md");
    }
    Ok(ExitCode::from(u8::from(!fits)))
}

fn keep(root: &Path) -> Result<()> {
    let kept = root.join(KEPT);
    if kept.exists() {
        fs::remove_dir_all(&kept)?;
    }
    fs::create_dir_all(kept.join("wit"))?;
    fs::copy(root.join("connector.json"), kept.join("connector.json"))
        .context("cannot keep connector.json")?;
    for file in fs::read_dir(root.join("wit"))? {
        let file = file?;
        fs::copy(file.path(), kept.join("wit").join(file.file_name()))?;
    }
    Ok(())
}
