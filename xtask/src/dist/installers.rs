//! The installers: scripts that fetch the archive of their system, compare its sum and unpack it.

use anyhow::Result;

use super::project::{Project, read, write};

/// Fills in version and address.
pub fn make(project: &Project, address: &str) -> Result<()> {
    let folder = project.part("installers")?;
    for name in ["install.sh", "install.ps1"] {
        let text = read(&project.root.join("xtask/dist").join(name))?;
        let text = text
            .replace("@VERSION@", &project.version)
            .replace("@ADDRESS@", address.trim_end_matches('/'));
        write(&folder.join(name), text)?;
    }
    Ok(())
}
