//! The folder that a container image is built from: programs, component and a Containerfile that only copies, so that
//! building it needs no network but for the image below.

use std::fs;
use std::io::Read;

use anyhow::{Context, Result};
use flate2::read::GzDecoder;

use super::project::{Project, copy, write};
use super::target::TARGETS;

/// Takes the programs out of the archives that are there.
pub fn make(project: &Project) -> Result<()> {
    let folder = project.part("container")?;
    project.copy("xtask/dist/Containerfile", &folder.join("Containerfile"))?;
    copy(&project.component(), &folder.join(project.component_name()))?;
    project.licences(&folder)?;
    for target in TARGETS.iter().filter(|it| it.libc == Some("glibc")) {
        let stem = format!("connector-{}-{}", project.version, target.triple);
        let Ok(file) = fs::File::open(project.out.join(format!("program/{stem}.tar.gz"))) else {
            continue;
        };
        // As containers call it.
        let cpu = if target.cpu == "x64" { "amd64" } else { target.cpu };
        for entry in tar::Archive::new(GzDecoder::new(file)).entries()? {
            let mut entry = entry.with_context(|| format!("cannot read {stem}.tar.gz"))?;
            let path = entry.path()?.into_owned();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name == target.program() || name == "THIRD-PARTY.txt" {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                write(&folder.join(cpu).join(name), bytes)?;
            }
        }
    }
    Ok(())
}
