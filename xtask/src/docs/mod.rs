//! The reference in `docs/`: pages on actions, triggers, webhooks and resources, made from
//! `connector.json` and the conformance cases alone. The same input gives the same bytes.

mod actions;
mod cases;
mod index;
mod manifest;
mod markdown;
mod pages;
mod resources;
mod rows;
mod triggers;
mod types;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

#[derive(clap::Args)]
pub struct Args {
    /// Write nothing; fail and name the files that are not what would be written
    #[arg(long)]
    check: bool,
}

/// Writes the pages, or with `--check` compares them. Fails when `connector.json` cannot be read.
pub fn run(args: &Args) -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let pages = pages::render(&root)?;
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
