//! What a whole process takes that reads, however long the list is.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use connector_durable::Journal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::cpu;
use crate::service::{Place, Service};
use crate::table::Pairs;
use crate::{component, connector, peers, pins, table};

const PINS: usize = 10_000;
/// Odd, so that there is a middle.
const ROUNDS: usize = 7;

/// What a process that reads tells at its end, in KiB as Linux counts.
#[derive(Serialize, Deserialize)]
struct Used {
    /// With the connector loaded and nothing read.
    before: usize,
    /// The most while reading.
    peak: usize,
    /// Of all that the process computed, in microseconds.
    cpu_us: u64,
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
        table::row(
            &format!("peak memory while reading {pins} pins, in the journal"),
            kb(used.peak),
        );
    }
    beside_others(cache, &service.place)
}

/// The same in a process of another kind.
fn beside_others(cache: &Path, place: &Place) -> Result<()> {
    let board = &place.boards[&PINS];
    let path = format!("boards/{board}/pins");
    let axios = || peers::node(&["read", &path, &place.origin, &place.token]);
    let sdk = || peers::python(&[board, &place.origin, &place.token]);
    let row = |what: &str, aim: &str, run: &dyn Fn() -> Result<Option<Value>>| -> Result<()> {
        let mut pairs = Pairs::default();
        for _ in 0..ROUNDS {
            let Some(theirs) = run()? else { return Ok(()) };
            ensure!(theirs["items"] == PINS, "{what} gave {}", theirs["items"]);
            let theirs = theirs["cpu_us"].as_u64().context("it tells its time")?;
            let ours = used(cache, PINS, place)?.cpu_us;
            pairs.add(Duration::from_micros(theirs), Duration::from_micros(ours));
        }
        let what = format!("processor time of {PINS} pins with {what}");
        table::row(&what, table::time(pairs.ours()));
        table::row("a process with the host and its journal", table::time(pairs.others()));
        table::row(&format!("  ratio (aim: {aim})"), pairs.ratio());
        Ok(())
    };
    row("axios in Node", "≥ 6×", &axios)?;
    row("the service's SDK in Python", "≥ 70×", &sdk)
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
    let connector = connector(cache, &component("")?)?;
    let connection = pins::connection(&connector, &place.origin, &place.token)?;
    let folder = tempfile::tempdir()?;
    let journal = Journal::open(folder.path().join("journal"))?;
    // From here on the peak is counted anew.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let before = status("VmRSS")?;
    let mut taken = pins::Taken(0);
    let run = journal.begin(&connection, "read", pins::call(&place, pins)?)?;
    run.run(&connection, &mut taken).await?;
    ensure!(taken.0 == pins, "the host gave {} pins", taken.0);
    let cpu_us = u64::try_from(cpu().as_micros())?;
    println!("{}", serde_json::to_string(&Used { before, peak: status("VmHWM")?, cpu_us })?);
    Ok(())
}

/// A size of this process, in KiB.
pub fn status(name: &str) -> Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("Linux tells it")?.parse()?)
}
