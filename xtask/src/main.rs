//! Chores of the workspace, run as `cargo xtask …`.

#![forbid(unsafe_code)]

mod catalog;
mod dist;
mod docs;
mod release;
mod tidy;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of the workspace")]
struct Cli {
    /// The repository whose release it is, instead of the one that this was built in
    #[arg(long, global = true, value_name = "FOLDER", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/.."))]
    root: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Keep the catalogue in step with the API description
    #[command(subcommand)]
    Catalog(catalog::Command),
    /// Make what is published, from what `make build` left in target/
    Dist(dist::Args),
    /// Write the reference in docs/ from connector.json and the conformance cases
    Docs(docs::Args),
    /// Hold a release against the one before, and give it its version
    #[command(subcommand)]
    Release(release::Command),
    /// Say what is not as the documents and xtask/tidy.toml have it
    Tidy(tidy::Args),
}

fn main() -> anyhow::Result<ExitCode> {
    let Cli { root, command } = Cli::parse();
    match command {
        Command::Catalog(command) => catalog::run(command),
        Command::Dist(args) => dist::run(&root, &args),
        Command::Docs(args) => docs::run(&args),
        Command::Release(command) => release::run(&root, &command),
        Command::Tidy(args) => tidy::run(&args),
    }
}
