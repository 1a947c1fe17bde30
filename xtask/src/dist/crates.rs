//! The crates as they are published.

use anyhow::Result;

use super::project::{Project, copy};
use super::{archive, tool};

/// `make package`, and what it wrote of this version.
pub fn make(project: &Project) -> Result<()> {
    let folder = project.part("crates")?;
    tool::run(&project.root, "make", &["package"])?;
    let end = format!("-{}.crate", project.version);
    for path in archive::files(&project.root.join("target/package"))? {
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        // Not what cargo left in the registry that it makes on the way.
        if name.ends_with(&end) && path.parent().is_some_and(|it| it.ends_with("package")) {
            copy(&path, &folder.join(name))?;
        }
    }
    Ok(())
}
