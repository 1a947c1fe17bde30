//! Archives that are the same bytes whenever and wherever they are made.

use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A file of an archive: its path there, where it is, and whether it is a program.
pub struct Entry {
    pub name: String,
    pub bytes: Vec<u8>,
    pub is_program: bool,
}

impl Entry {
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Entry { name: name.into(), bytes: bytes.into(), is_program: false }
    }

    pub fn program(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Entry { is_program: true, ..Entry::new(name, bytes) }
    }

    fn mode(&self) -> u32 {
        if self.is_program { 0o755 } else { 0o644 }
    }
}

/// Writes a .tar.gz.
pub fn tar_gz(path: &Path, entries: &[Entry]) -> Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    // Without a time, and with the same system in its head everywhere.
    let zipped = GzBuilder::new().operating_system(255).write(file, Compression::default());
    let mut tar = tar::Builder::new(zipped);
    for entry in entries {
        let mut head = tar::Header::new_ustar();
        head.set_size(entry.bytes.len() as u64);
        head.set_mode(entry.mode());
        head.set_mtime(0);
        head.set_cksum();
        tar.append_data(&mut head, &entry.name, &*entry.bytes)?;
    }
    tar.into_inner()?.finish()?.flush()?;
    Ok(())
}

/// A zip, such as a wheel.
pub fn zip(entries: &[Entry]) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .unix_permissions(entry.mode());
        zip.start_file(&entry.name, options)?;
        zip.write_all(&entry.bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// What is in a zip.
pub fn unzip(bytes: &[u8]) -> Result<Vec<Entry>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at)?;
            let name = file.name()?.into_owned();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let is_program = file.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
            Ok(Entry { name, bytes, is_program })
        })
        .collect()
}

/// All files below a folder, in the order of their paths, which begin with `prefix`.
pub fn below(folder: &Path, prefix: &str) -> Result<Vec<Entry>> {
    let paths = files(folder)?.into_iter();
    paths
        .map(|path| {
            let inner = path.strip_prefix(folder)?;
            let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
            Ok(Entry::new(format!("{prefix}{}", parts.join("/")), fs::read(&path)?))
        })
        .collect()
}

/// The paths of all files below a folder, in order.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        match path.is_dir() {
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    found.sort();
    Ok(found)
}
