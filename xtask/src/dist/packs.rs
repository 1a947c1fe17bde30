//! The packs for platforms, each in the form that the platform takes.

use std::path::Path;

use anyhow::Result;

use super::archive::{Entry, below, zip};
use super::bom::{self, Graph};
use super::project::{Project, write};
use super::{licences, npm, tool};

/// Archives of the packs that are uploaded, and n8n's package, which its own tool builds.
pub fn make(project: &Project) -> Result<()> {
    let folder = project.part("packs")?;
    let graph = bom::component(project)?;
    let third_party = licences::text(&graph)?;
    for platform in ["appmixer", "celigo"] {
        let stage = project.stage(platform)?;
        npm::packed(project, platform, &stage, &[])?;
        let mut entries = below(&stage, "")?;
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            entries.push(Entry::new(licence, std::fs::read(project.root.join(licence))?));
        }
        entries.push(Entry::new("THIRD-PARTY.txt", &*third_party));
        let name = format!("{}-{platform}", project.name);
        write(&folder.join(format!("{name}-{}.zip", project.version)), zip(&entries)?)?;
        bom::package(project, &name, bom::Kind::Npm, Some(&graph))?;
    }
    n8n(project, &project.out.join("npm"), &graph, &third_party)
}

/// Its package has what is built in it, and as every package of npm its licences, whatever they are called.
fn n8n(project: &Project, folder: &Path, graph: &Graph, third_party: &str) -> Result<()> {
    let stage = project.stage("n8n")?;
    npm::packed(project, "n8n", &stage, &[])?;
    let install = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
    tool::run(&stage, "npm", &install)?;
    tool::run(&stage, "npm", &["run", "build"])?;
    write(&stage.join("dist/THIRD-PARTY.txt"), third_party)?;
    npm::pack(&stage, folder)?;
    bom::package(project, &format!("{}-n8n", project.name), bom::Kind::Npm, Some(graph))
}
