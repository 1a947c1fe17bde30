//! The program for one system, in the three forms in which people get programs: an archive, a package of npm and a
//! wheel. In archive and wheel the component lies beside the program, which looks for it there; npm's package has the
//! program alone, as the component is in the package that runs it.

use std::fs;

use anyhow::{Context, Result};

use super::archive::{Entry, tar_gz};
use super::project::{Project, copy, write};
use super::target::Target;
use super::{bom, licences, npm, python};

/// Makes all three. Fails when the program was not built.
pub fn make(project: &Project, target: &Target) -> Result<()> {
    let program = fs::read(&project.program).with_context(|| {
        format!("cannot read {}; `make build` first", project.program.display())
    })?;
    let wasm =
        fs::read(project.component()).context("there is no component; `make build` first")?;
    let graph = bom::program(project, target.triple)?;
    let third_party = licences::text(&graph)?;
    let bill =
        bom::write(project, &format!("connector-{}", target.triple), &project.program, &graph)?;
    archive(project, target, &[&program, &wasm, third_party.as_bytes(), bill.as_bytes()])?;
    platform(project, target, &program, &third_party)?;
    python::program(project, target, &program, &wasm, &third_party)
}

fn archive(project: &Project, target: &Target, parts: &[&[u8]; 4]) -> Result<()> {
    let stem = format!("connector-{}-{}", project.version, target.triple);
    let inner = |name: &str| format!("{stem}/{name}");
    let [program, wasm, third_party, bill] = *parts;
    let mut entries = vec![
        Entry::program(inner(target.program()), program),
        Entry::new(inner(&project.component_name()), wasm),
        Entry::new(inner("THIRD-PARTY.txt"), third_party),
        Entry::new(inner("bom.cdx.json"), bill),
    ];
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"] {
        entries.push(Entry::new(inner(name), fs::read(project.root.join(name))?));
    }
    let folder = project.out.join("program");
    fs::create_dir_all(&folder)?;
    tar_gz(&folder.join(format!("{stem}.tar.gz")), &entries)
}

/// The package of npm that has the program for one system, for the package that runs it.
fn platform(project: &Project, target: &Target, program: &[u8], third_party: &str) -> Result<()> {
    let name = npm::platform_name(target);
    let stage = project.stage(&name)?;
    write(&stage.join(target.program()), program)?;
    write(&stage.join("THIRD-PARTY.txt"), third_party)?;
    project.licences(&stage)?;
    let readme = format!(
        "# {name}\n\nThe program `connector` for {}. `npx {}` installs it and runs it.\n",
        target.triple,
        npm::runner_name(project)
    );
    write(&stage.join("README.md"), readme)?;
    let mut package = npm::package(project, &name, &format!("connector for {}", target.triple));
    package["os"] = serde_json::json!([target.os]);
    package["cpu"] = serde_json::json!([target.cpu]);
    if let Some(libc) = target.libc {
        package["libc"] = serde_json::json!([libc]);
    }
    write(&stage.join("package.json"), format!("{package:#}\n"))?;
    executable(&stage.join(target.program()))?;
    let folder = project.out.join("npm");
    npm::pack(&stage, &folder)?;
    let bill = project.out.join("bom").join(format!("connector-{}.cdx.json", target.triple));
    copy(&bill, &project.out.join("bom").join(format!("{name}.cdx.json")))
}

#[cfg(unix)]
fn executable(path: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn executable(_: &std::path::Path) -> Result<()> {
    Ok(())
}
