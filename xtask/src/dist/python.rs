//! Wheels.

use std::fs;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::archive::{Entry, zip};
use super::project::{Project, copy, write};
use super::target::Target;
use super::{archive, bom, licences, npm};

/// The file of the licences of others.
const THIRD: &str = "THIRD-PARTY.txt";

/// The wheels of driver and connector, as `connector pack python` writes them.
pub fn make(project: &Project) -> Result<()> {
    let stage = project.stage("python")?;
    npm::packed(project, "python", &stage, &[])?;
    let graph = bom::component(project)?;
    let third_party = licences::text(&graph)?;
    for path in archive::files(&stage)? {
        let Some(name) = path.file_name().map(|it| it.to_string_lossy()) else { continue };
        let place = project.out.join("python").join(&*name);
        if name.starts_with(&project.name.replace('-', "_")) && name.ends_with(".whl") {
            write(&place, licensed(&fs::read(&path)?, &third_party)?)?;
        } else if name.ends_with(".whl") {
            copy(&path, &place)?;
        }
    }
    bom::package(project, "connector-driver", bom::Kind::Python, None)?;
    bom::package(project, &project.name, bom::Kind::Python, Some(&graph))
}

/// A wheel with the licences of what is linked into it, too.
fn licensed(wheel: &[u8], third_party: &str) -> Result<Vec<u8>> {
    let mut entries = archive::unzip(wheel)?;
    entries.retain(|entry| !entry.name.ends_with("/RECORD"));
    let metadata = entries.iter_mut().find(|entry| entry.name.ends_with("/METADATA"));
    let metadata = metadata.context("the wheel has no METADATA")?;
    let info = metadata.name.trim_end_matches("/METADATA").to_owned();
    let text = String::from_utf8(std::mem::take(&mut metadata.bytes))?;
    let field = "License-File: LICENSE-MIT\n";
    metadata.bytes = text.replacen(field, &format!("{field}License-File: {THIRD}\n"), 1).into();
    entries.push(Entry::new(format!("{info}/licenses/{THIRD}"), third_party));
    record(entries, &info)
}

/// The bytes of a wheel, with the list of what is in it.
fn record(mut entries: Vec<Entry>, info: &str) -> Result<Vec<u8>> {
    let line = |Entry { name, bytes, .. }: &Entry| {
        let hash = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(bytes));
        format!("{name},sha256={hash},{}\n", bytes.len())
    };
    let record: String = entries.iter().map(line).collect();
    entries.push(Entry::new(format!("{info}/RECORD"), format!("{record}{info}/RECORD,,\n")));
    zip(&entries)
}

/// The wheel of the program for one system: `pip` puts program and component into the folder of the environment's
/// programs.
pub fn program(
    project: &Project,
    target: &Target,
    program: &[u8],
    wasm: &[u8],
    third_party: &str,
) -> Result<()> {
    let name = npm::runner_name(project);
    let stem = format!("{}-{}", name.replace('-', "_"), project.version);
    let tag = format!("py3-none-{}", target.wheel_tag(program));
    let (data, info) = (format!("{stem}.data/scripts"), format!("{stem}.dist-info"));
    let Project { version, license, summary, .. } = project;
    let metadata = format!(
        "Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nSummary: {summary} As a command.\n\
        License-Expression: {license}\nLicense-File: LICENSE-APACHE\nLicense-File: LICENSE-MIT\n\
        License-File: THIRD-PARTY.txt\nRequires-Python: >=3.8\n\
        Description-Content-Type: text/markdown\n\n# {name}\n\n{summary}\n\nThe program is `connector`.\n"
    );
    let wheel =
        format!("Wheel-Version: 1.0\nGenerator: xtask\nRoot-Is-Purelib: false\nTag: {tag}\n");
    let mut entries = vec![
        Entry::program(format!("{data}/{}", target.program()), program),
        Entry::new(format!("{data}/{}", project.component_name()), wasm),
        Entry::new(format!("{info}/METADATA"), metadata),
        Entry::new(format!("{info}/WHEEL"), wheel),
        Entry::new(format!("{info}/licenses/THIRD-PARTY.txt"), third_party),
    ];
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let text = fs::read(project.root.join(licence))?;
        entries.push(Entry::new(format!("{info}/licenses/{licence}"), text));
    }
    write(&project.out.join(format!("python/{stem}-{tag}.whl")), record(entries, &info)?)
}
