//! Opens files below a folder on systems whose files are not opened from an open folder here: by
//! paths that are resolved and compared. A link that is changed in the same moment may lead out.

use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};

/// A folder counts by its path without links.
pub(super) type Identity = PathBuf;

/// Why a file cannot be had.
pub(super) enum Fault {
    /// The path leads above the folder.
    Outside,
    /// It leads into a folder of which nothing is read.
    Denied,
    /// There is something else than a file.
    NotAFile,
    /// The operating system says why.
    Io(io::Error),
}

/// A folder that was there.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub fn open(path: &Path) -> io::Result<Self> {
        path.canonicalize().map(Folder)
    }

    pub fn identity(&self) -> Identity {
        self.0.clone()
    }

    /// Opens a file and gives it with its name.
    pub fn find(&self, path: &Path, denied: &[Identity]) -> Result<(File, String), Fault> {
        let plain = |it: Component| matches!(it, Component::Normal(_) | Component::CurDir);
        if !path.components().all(plain) {
            return Err(Fault::Outside);
        }
        let within = |path: &Path| match (path.starts_with(&self.0), denied) {
            (false, _) => Err(Fault::Outside),
            (true, denied) if denied.iter().any(|it| path.starts_with(it)) => Err(Fault::Denied),
            _ => Ok(()),
        };
        let path = self.0.join(path);
        // Whether something is missing is only told where it would be allowed.
        let there = path.ancestors().find_map(|it| it.canonicalize().ok());
        within(&there.ok_or(Fault::Outside)?)?;
        let path = path.canonicalize().map_err(Fault::Io)?;
        within(&path)?;
        let file = File::open(&path).map_err(Fault::Io)?;
        if !file.metadata().map_err(Fault::Io)?.is_file() {
            return Err(Fault::NotAFile);
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok((file, name.unwrap_or_default()))
    }
}
