//! `cargo xtask dist`: everything that is published, in one folder, from what `make build` left in `target/`.
//!
//! Each part is a folder of files with the version in their names; SHA256SUMS beside them lists all.
//! The same sources, and the same program, give the same bytes: nothing holds a time or a path. Names come from
//! `Cargo.toml` and `connector.json`, so nothing here knows which connector it is.

mod archive;
mod bom;
mod component;
mod container;
mod crates;
mod installers;
mod licences;
mod models;
mod npm;
mod packs;
mod program;
mod project;
mod python;
mod sums;
mod target;
mod tool;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::ValueEnum;

use project::Project;
use target::Target;

#[derive(clap::Args)]
pub struct Args {
    /// What to make; without any, everything
    parts: Vec<Part>,
    /// The folder to write to; what is in it of a part is replaced
    #[arg(long, value_name = "FOLDER", default_value = "target/dist")]
    out: PathBuf,
    /// What the program was built for
    #[arg(long, value_name = "TRIPLE", default_value = "x86_64-unknown-linux-gnu")]
    target: String,
    /// The program, which must run here unless only `program` is made
    #[arg(long, value_name = "FILE", default_value = "target/release/connector")]
    program: PathBuf,
    /// Where the files of the release will be: the address of a folder
    #[arg(long, value_name = "URL", default_value = "https://example.com/releases")]
    address: String,
    /// Who publishes to the MCP registry, as a reverse domain
    #[arg(long, value_name = "NAMESPACE", default_value = "com.example")]
    publisher: String,
}

/// What can be made by itself, in this order.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The component, its manifest, and the WIT package where there is wkg
    Component,
    /// The program with the component beside it, as an archive, a package of npm and a wheel, for one target
    Program,
    /// Packages of npm: driver, connector, and the one that runs the program
    Npm,
    /// Wheels of driver and connector
    Python,
    /// The packs for platforms
    Packs,
    /// The bundle for desktop clients, server.json and the skills
    Models,
    /// The crates
    Crates,
    /// The installers for shell and PowerShell
    Installers,
    /// The folder that a container image is built from
    Container,
}

/// Makes the parts. Fails when a tool is missing or fails, with what it said.
pub fn run(root: &Path, args: &Args) -> Result<ExitCode> {
    let project = Project::read(root, args)?;
    ensure!(
        args.address.starts_with("http"),
        "--address is the http(s) address of a folder, not `{}`",
        args.address
    );
    let target = Target::named(&args.target)?;
    for part in Part::value_variants() {
        if !args.parts.is_empty() && !args.parts.contains(part) {
            continue;
        }
        let name = part.to_possible_value().map_or_else(String::new, |it| it.get_name().to_owned());
        match part {
            Part::Component => component::make(&project),
            Part::Program => program::make(&project, target),
            Part::Npm => npm::make(&project),
            Part::Python => python::make(&project),
            Part::Packs => packs::make(&project),
            Part::Models => models::make(&project, target, &args.address, &args.publisher),
            Part::Crates => crates::make(&project),
            Part::Installers => installers::make(&project, &args.address),
            Part::Container => container::make(&project),
        }?;
        println!("{name}");
    }
    let count = sums::write_sums(&project.out)?;
    println!("{count} files in {}", project.out.display());
    Ok(ExitCode::SUCCESS)
}
