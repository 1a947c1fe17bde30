//! Whether the house is tidy: the documents name what there is, each page of the book has a place in its
//! contents, modules and crates go in one direction, what is general stays so, files are short. Each fault
//! is a line that says where it is and what to do.

mod circles;
mod contents;
mod direction;
mod documents;
mod fault;
mod general;
mod generated;
mod length;
mod settings;
mod tests_only;
mod tree;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use direction::Workspace;
use settings::Settings;
use tree::Tree;

#[derive(clap::Args)]
pub struct Args {
    /// Check nothing; list the circles of modules with every import that is part of one
    #[arg(long)]
    circles: bool,
}

/// Prints the faults, and with any of them exits with 1. Fails when Git or Cargo cannot say what
/// there is.
pub fn run(args: &Args) -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let tree = Tree::read(&root)?;
    let settings = Settings::read(&tree)?;
    let workspace = Workspace::read(&root, "")?;
    // A workspace of its own, because it is compiled for hosts of WebAssembly alone.
    let adapters = Workspace::read(&root, "adapters")?;
    let roots: Vec<_> = [&workspace, &adapters].into_iter().flat_map(circles::roots).collect();
    let circles = circles::find(&tree, &roots)?;
    if args.circles {
        list(&circles);
        return Ok(ExitCode::SUCCESS);
    }
    let mut faults = documents::check(&tree, &settings.documents);
    faults.extend(contents::check(&tree));
    faults.extend(circles.iter().map(circles::Circle::fault));
    faults.extend(general::check(&tree, &settings.general));
    faults.extend(length::check(&tree, &settings.length));
    faults.extend(direction::check(&tree, &workspace, &settings.crates));
    faults.extend(generated::check(&tree, &settings.generated));
    faults.sort();
    for fault in &faults {
        println!("{fault}");
    }
    Ok(ExitCode::from(u8::from(!faults.is_empty())))
}

fn list(circles: &[circles::Circle]) {
    for circle in circles {
        println!("{} modules of {}:", circle.members.len(), circle.place());
        for arrow in &circle.arrows {
            println!("  {arrow} ({} in all)", arrow.count);
        }
        println!();
    }
}
