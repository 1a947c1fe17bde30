//! An MCP bundle: one file that a desktop client installs, with the program, the component, and a manifest.
//! And `server.json`, by which the MCP registry knows it.

mod manifest;
mod registry;

use std::io::{Cursor, Write};

use anyhow::{Context, Result};
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{File, Source};

/// What a bundle has besides the component.
pub struct Program {
    /// The command line, as an executable file of this machine's kind.
    pub bytes: Vec<u8>,
    /// Its name in the bundle.
    pub name: String,
    /// The system that it runs on: `linux`, `darwin` or `win32`.
    pub system: &'static str,
}

/// Who publishes a bundle, and where.
pub struct Publisher {
    /// A reverse domain, such as `io.github.studio-fern`.
    pub namespace: String,
    /// The https address of the folder that the bundle will be in.
    pub address: String,
}

/// Where the component is in the bundle.
const COMPONENT: &str = "server/connector.wasm";

/// The bundle, and `server.json` if it is known who publishes it. Fails without a program.
pub fn mcpb(source: &Source) -> Result<Vec<File>> {
    let program = source.program.as_ref().context("a bundle needs the program that serves it")?;
    source.publisher.as_ref().map_or(Ok(()), registry::check)?;
    let manifest = manifest::manifest(source, program);
    let bundle = zipped(source, program, &manifest)?;
    let name = format!("{}.mcpb", manifest["name"].as_str().unwrap_or("connector"));
    let mut files = Vec::new();
    if let Some(publisher) = &source.publisher {
        let server = registry::server(source, publisher, &name, &bundle);
        files.push(File::json("server.json", &server));
    }
    files.push(File::new(name, bundle));
    Ok(files)
}

/// The same bytes whenever and wherever it is made.
fn zipped(source: &Source, program: &Program, manifest: &Value) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, bytes: &[u8], mode| {
        zip.start_file(name, options.unix_permissions(mode))?;
        zip.write_all(bytes).with_context(|| format!("cannot pack {name}"))
    };
    add("manifest.json", format!("{manifest:#}\n").as_bytes(), 0o644)?;
    add(COMPONENT, &source.wasm, 0o644)?;
    add(&format!("server/{}", program.name), &program.bytes, 0o755)?;
    Ok(zip.finish()?.into_inner())
}
