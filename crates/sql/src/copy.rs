//! The files of a local copy.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::error::plan;

/// What a file of a table ends with.
pub(crate) const ENDING: &str = "parquet";

/// The tables in a folder, with their files, in the order of their names.
pub(crate) fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder);
    for entry in entries.map_err(|error| plan(format!("{}: {error}", folder.display())))? {
        let path = entry?.path();
        let is_one = path.extension() == Some(OsStr::new(ENDING));
        if let Some(name) = path.file_stem().and_then(OsStr::to_str).filter(|_| is_one) {
            files.push((name.to_owned(), path.clone()));
        }
    }
    files.sort();
    Ok(files)
}

/// The file of a table.
pub(crate) fn file(folder: &Path, table: &str) -> PathBuf {
    folder.join(table).with_extension(ENDING)
}
