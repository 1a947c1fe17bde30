//! How much memory reading takes, however long the list is.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::service::{Place, Service};
use crate::{component, connector, pins, table};

/// What a process that reads tells at its end, in KiB as Linux counts.
#[derive(Serialize, Deserialize)]
struct Used {
    /// With the connector loaded and nothing read.
    before: usize,
    /// The most while reading.
    peak: usize,
}

pub fn measure(cache: &Path, service: &Service) -> Result<()> {
    if !cfg!(target_os = "linux") {
        table::row("memory", "only on Linux".into());
        return Ok(());
    }
    for pins in [1_000, 100_000] {
        let used = used(cache, pins, &service.place)?;
        let kb = |kib: usize| table::kb(kib * 1024);
        table::row(&format!("memory before reading {pins} pins"), kb(used.before));
        table::row(&format!("peak memory while reading {pins} pins"), kb(used.peak));
    }
    Ok(())
}

/// Lets a process read that does nothing else.
fn used(cache: &Path, pins: usize, place: &Place) -> Result<Used> {
    let mut process = Command::new(std::env::current_exe()?)
        .arg("read")
        .arg(cache)
        .arg(pins.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = process.stdin.take().context("it has an input")?;
    input.write_all(&serde_json::to_vec(place)?)?;
    drop(input);
    let output = process.wait_with_output()?;
    ensure!(output.status.success(), "reading failed");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What that process does. The place comes over its input, because it holds a token.
pub async fn read(cache: PathBuf, pins: usize) -> Result<()> {
    let place: Place = serde_json::from_reader(std::io::stdin())?;
    let connection = pins::connection(&connector(cache, &component("")?)?, &place)?;
    // From here on the peak is counted anew.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let before = status("VmRSS")?;
    let taken = pins::through_the_host(&connection, pins::call(&place, pins)?).await?;
    ensure!(taken == pins, "the host gave {taken} pins");
    println!("{}", serde_json::to_string(&Used { before, peak: status("VmHWM")? })?);
    Ok(())
}

/// A size of this process, in KiB.
pub fn status(name: &str) -> Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("Linux tells it")?.parse()?)
}
