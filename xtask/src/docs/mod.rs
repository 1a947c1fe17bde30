//! The reference in `docs/`: pages on actions, triggers, webhooks and resources, made from
//! `connector.json` and the conformance cases alone; on commands and errors, from what the program says of
//! itself besides; on what people use today, from `docs/compare.toml`. The same input gives the same bytes.

mod actions;
mod cases;
mod commands;
mod compare;
mod errors;
mod help;
mod index;
mod manifest;
mod markdown;
mod pages;
mod resources;
mod rows;
mod triggers;
mod types;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;

#[derive(clap::Args)]
pub struct Args {
    /// Write nothing; fail and name the files that are not what would be written
    #[arg(long)]
    check: bool,

    /// The program whose commands are described [default: the one in target/release; without one, those pages
    /// are left as they are]
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

/// Writes the pages, or with `--check` compares them. Fails when `connector.json` cannot be read.
pub fn run(args: &Args) -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let pages = pages::render(&root, program(&root, args).as_deref())?;
    if !args.check {
        pages.write(&root.join("docs"))?;
        println!("{} pages", pages.len());
        return Ok(ExitCode::SUCCESS);
    }
    let stale = pages.stale(&root.join("docs"))?;
    for path in &stale {
        println!("docs/{path} is stale: run `cargo xtask docs`");
    }
    Ok(ExitCode::from(u8::from(!stale.is_empty())))
}

/// The program that was named, or the one that was built last, if there is one.
fn program(root: &Path, args: &Args) -> Option<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let built = target.join("release").join("connector").with_extension(env::consts::EXE_EXTENSION);
    let program = args.program.clone().or_else(|| built.exists().then_some(built));
    if program.is_none() {
        println!("no pages on commands and errors: there is no program; `make build` builds it");
    }
    program
}
