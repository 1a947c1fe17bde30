//! `make bench` measures everything once and prints a table. It judges
//! nothing: a time depends on the machine, so look at the ratios, which were taken side by side.
//!
//! It starts itself again for what must not share a process: `emulator` serves the pins, `read`
//! reads them and tells how much memory that took, `delayed` answers after a while, and `calls` makes many
//! calls at once.

#![forbid(unsafe_code)]

mod calls;
mod child;
mod clock;
mod delayed;
mod guest;
mod memory;
mod parents;
mod peers;
mod pins;
mod reading;
mod service;
mod table;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use connector_host::{Connector, Engine, EngineOptions};
use flate2::Compression;
use flate2::write::GzEncoder;

use service::Service;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => measure().await,
        ["emulator"] => service::serve().await,
        ["delayed"] => delayed::serve().await,
        ["read", cache, pins] => memory::read(cache.into(), pins.parse()?).await,
        ["calls", way, calls, origin, cache] => {
            calls::run(way, calls.parse()?, origin, cache.into()).await
        }
        _ => anyhow::bail!("usage: connector-bench"),
    }
}

async fn measure() -> Result<()> {
    let service = Service::start()?;
    let cache = tempfile::tempdir()?;
    let bytes = component("")?;
    let small = connector(cache.path().to_owned(), &component("small")?)?;
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/performance.md");
    table::keep(&page, &introduction())?;

    table::title("The component");
    size(&bytes)?;
    let connector = load(cache.path().to_owned(), &bytes)?;
    let mapping = guest::measure(&connector, &small, &service).await?;

    table::title("Reading pins over HTTP, in pages of 250");
    reading::measure(&connector, &service, mapping).await?;
    memory::measure(cache.path(), &service)?;

    table::title("Records of many parents, from a service that takes 20 ms for each answer");
    let body = pins::page(&reqwest::Client::new(), &service.place, 250, None).await?;
    let delayed = delayed::start(&body)?;
    parents::measure(&connector, &delayed.said).await?;

    table::title("Many calls at once, to a service that takes 20 ms for each answer");
    calls::measure(cache.path(), &delayed.said)
}

/// What stands above the results in the file.
fn introduction() -> String {
    let about = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = about.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("a processor that is not known", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "# Performance\n\n`make bench` writes this page. It was taken on {cores} cores of {model}. Times depend \
         on the machine; ratios are medians of pairs taken in turns, with the least and the most in brackets. \
         Memory is what the process needs at the most above what it had before.\n"
    )
}

/// The component in this folder of the target folder, as `make bench` builds it.
fn component(folder: &str) -> Result<Vec<u8>> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).context("the program is not in a target folder")?;
    let path = target.join(folder).join("wasm32-unknown-unknown/release/pinterest_connector.wasm");
    std::fs::read(&path).with_context(|| format!("no {}: run `make bench`", path.display()))
}

/// The connector, with its compiled code in `cache`.
fn connector(cache: PathBuf, bytes: &[u8]) -> Result<Connector> {
    let options = EngineOptions { cache: Some(cache), ..EngineOptions::default() };
    Ok(Connector::from_bytes(&Engine::new(options)?, bytes)?)
}

fn size(bytes: &[u8]) -> Result<()> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    table::row("size", table::kb(bytes.len()));
    table::row("size, gzipped", table::kb(gzip.finish()?.len()));
    Ok(())
}

fn load(cache: PathBuf, bytes: &[u8]) -> Result<Connector> {
    let (compiled, first) = clock::once(|| connector(cache.clone(), bytes));
    drop(compiled?);
    let (connector, second) = clock::once(|| connector(cache, bytes));
    table::row("load and compile", table::time(first));
    table::row("load, compiled before", table::time(second));
    connector
}
