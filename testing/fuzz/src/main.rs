//! `fuzz`: runs every target for a while, prints a line for each, and fails when something is
//! wrong. What it finds it writes into a folder, from which it goes into `testing/fuzz/corpus` once it is
//! mended.

#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use fuzz::hunt::{self, Effort, Tally};
use fuzz::seeds::Seeds;
use fuzz::targets::{TARGETS, Target, Work};
use fuzz::wasm::Wasm;

/// Tries odd inputs.
#[derive(Parser)]
struct Fuzz {
    /// How long each target is run
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How often each target is called at most
    #[arg(long, default_value_t = u64::MAX)]
    calls: u64,
    /// How many threads call it [default: one for each core]
    #[arg(long)]
    threads: Option<u64>,
    /// Where the numbers begin; the same number gives the same inputs
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this target (may be repeated)
    #[arg(long = "target", value_name = "NAME")]
    targets: Vec<String>,
    /// Call this component too, and compare
    #[arg(long, value_name = "FILE")]
    wasm: Option<PathBuf>,
    /// Where to write what is found
    #[arg(long, default_value = "target/fuzz", value_name = "FOLDER")]
    out: PathBuf,
}

fn main() -> anyhow::Result<ExitCode> {
    let fuzz = Fuzz::parse();
    if let Some(unknown) =
        fuzz.targets.iter().find(|name| TARGETS.iter().all(|it| it.name != **name))
    {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        anyhow::bail!("there is no target {unknown}, only {}", names.join(", "));
    }
    let wasm = fuzz.wasm.as_deref().map(Wasm::load).transpose()?;
    let run = |work: Work| match &wasm {
        Some(wasm) => wasm.run(work),
        None => work.run(),
    };
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let effort = Effort {
        time: Duration::from_secs(fuzz.seconds),
        calls: fuzz.calls,
        threads: fuzz.threads.unwrap_or(cores),
        seed: fuzz.seed,
    };
    hunt::silence_panics();
    let seeds = Seeds::load();
    let (mut is_fine, mut calls) = (true, 0);
    let chosen = |target: &&Target| match fuzz.targets.is_empty() {
        // Wasm changes nothing for the host.
        true => wasm.is_none() || target.is_of_component(),
        false => fuzz.targets.iter().any(|name| name == target.name),
    };
    for target in TARGETS.iter().filter(chosen) {
        let tally = hunt::hunt(target, &seeds, effort, &run);
        is_fine &= tally.finds.is_empty();
        calls += tally.calls;
        report(target.name, tally, &fuzz.out)?;
    }
    println!("{:12} {calls:>11} calls", "together");
    Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(name: &str, tally: Tally, out: &Path) -> anyhow::Result<()> {
    let Tally { calls, panics, wrong, slowest, took, finds } = tally;
    let speed = calls as f64 / took.as_secs_f64().max(1e-9);
    println!(
        "{name:12} {calls:>11} calls  {speed:>9.0}/s  {panics:>6} panics  {wrong:>6} wrong  slowest {slowest:>9.1?}"
    );
    let folder = out.join(name);
    for (number, (what, work)) in finds.into_iter().enumerate() {
        fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{number:02}.json"));
        fs::write(&file, serde_json::to_string(&work)? + "\n")?;
        println!("  {}: {what}", file.display());
    }
    Ok(())
}
