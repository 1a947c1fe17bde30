//! Wheels, the archives that `pip` installs.

use std::io::{Cursor, Write};

use anyhow::Result;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::File;

/// What a wheel says about itself.
pub struct About {
    /// With hyphens.
    pub name: String,
    pub version: String,
    pub summary: String,
    pub requires_python: String,
    /// Further fields of its metadata, each a name and a value.
    pub more: Vec<(&'static str, String)>,
    /// In Markdown.
    pub readme: String,
}

/// A wheel of these files, for all systems: the same bytes whenever and wherever it is made.
pub fn wheel(about: &About, mut files: Vec<File>) -> Result<File> {
    let stem = format!("{}-{}", about.name.replace('-', "_"), about.version);
    let folder = format!("{stem}.dist-info");
    files.extend(
        crate::LICENSES.map(|(name, text)| File::new(format!("{folder}/licenses/{name}"), text)),
    );
    files.push(File::new(format!("{folder}/METADATA"), metadata(about)));
    let tags =
        "Wheel-Version: 1.0\nGenerator: connector\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    files.push(File::new(format!("{folder}/WHEEL"), tags));
    let mut record: String = files
        .iter()
        .map(|File { path, bytes }| {
            let hash = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(bytes));
            format!("{path},sha256={hash},{}\n", bytes.len())
        })
        .collect();
    record += &format!("{folder}/RECORD,,\n");
    files.push(File::new(format!("{folder}/RECORD"), record));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for File { path, bytes } in files {
        zip.start_file(path, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(File::new(format!("{stem}-py3-none-any.whl"), zip.finish()?.into_inner()))
}

fn metadata(about: &About) -> String {
    let About { name, version, summary, requires_python, more, readme } = about;
    let mut fields = vec![
        ("Metadata-Version", "2.4"),
        ("Name", name),
        ("Version", version),
        ("Summary", summary),
        ("License-Expression", env!("CARGO_PKG_LICENSE")),
    ];
    fields.extend(crate::LICENSES.map(|(name, _)| ("License-File", name)));
    fields.push(("Requires-Python", requires_python));
    fields.extend(more.iter().map(|(name, value)| (*name, &**value)));
    fields.push(("Description-Content-Type", "text/markdown"));
    let lines: String = fields
        .iter()
        .map(|(name, value)| {
            // A line that goes on would be taken for another field.
            format!("{name}: {}\n", value.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect();
    format!("{lines}\n{readme}")
}
