//! Many calls at once, in a process of their own: lists of three pages, creates, and batches that wait.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use connector_host::{Call, Connection};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::cpu;
use crate::table::Pairs;
use crate::{component, connector, memory, peers, pins, table};

/// Calls at once, and how often they are made: odd, so that there is a middle. The most of them take a minute.
const CALLS: [(usize, usize); 2] = [(1_000, ROUNDS), (10_000, 3)];
const ROUNDS: usize = 7;
/// The connections that they are spread over.
const CONNECTIONS: usize = 100;
/// What the service asks to wait for a batch.
const PAUSE: Duration = Duration::from_secs(2);
const BATCH: &str = r#"{"body":{"catalog_type":"RETAIL","country":"GB","language":"en-GB","items":[{"operation":"UPDATE","item_id":"MUG-BLUE","attributes":{"price":"12.50 GBP","availability":"in stock"}}]}}"#;

/// What the process tells at its end.
#[derive(Serialize, Deserialize)]
struct Used {
    failed: usize,
    cpu_us: u64,
    /// In KiB, above what there was before.
    peak: usize,
    /// The same when each call has begun and waits.
    #[serde(default)]
    waiting: usize,
}

/// `origin` is that of the delayed service.
pub fn measure(cache: &Path, origin: &str) -> Result<()> {
    for (calls, rounds) in CALLS {
        let (mut pairs, mut failed) = (Pairs::default(), 0);
        let (mut peaks, mut plain_peaks, mut waiting) = (Vec::new(), Vec::new(), 0);
        for _ in 0..rounds {
            let host = used("host", calls, cache, origin)?;
            let plain = used("plain", calls, cache, origin)?;
            ensure!(plain.failed == 0, "{} plain calls failed", plain.failed);
            failed += host.failed;
            peaks.push(host.peak);
            waiting = host.waiting.max(waiting);
            plain_peaks.push(plain.peak);
            pairs.add(host.each(calls), plain.each(calls));
        }
        let peak = |peaks: Vec<usize>| table::kb(peaks.into_iter().max().unwrap_or(0) * 1024);
        let what = format!("{calls} calls at once, of which failed in {rounds} rounds");
        table::row(&what, failed.to_string());
        table::row("memory at the most", peak(peaks));
        table::row("the same with reqwest and serde_json alone", peak(plain_peaks));
        let waiting = table::kb(waiting * 1024 / calls);
        table::row("memory of each that waits (aim: ≤ 20 KB)", waiting);
        table::compared("processor time of each", "the same alone", &pairs, "≤ 1.6×");
    }
    with_node(CALLS[0].0, cache, origin)
}

/// The same in Node, which cannot hold the most of them.
fn with_node(calls: usize, cache: &Path, origin: &str) -> Result<()> {
    let mut pairs = Pairs::default();
    let mut peak = 0;
    for _ in 0..ROUNDS {
        let Some(node) = peers::node(&["calls", &calls.to_string(), origin])? else {
            return Ok(());
        };
        let node: Used = serde_json::from_value(node)?;
        ensure!(node.failed == 0, "{} calls failed in Node", node.failed);
        peak = node.peak.max(peak);
        let host = used("host", calls, cache, origin)?;
        pairs.add(node.each(calls), host.each(calls));
    }
    table::row(&format!("{calls} calls at once with axios in Node"), table::time(pairs.ours()));
    table::row("  against the host (aim: ≥ 6×)", pairs.ratio());
    table::row("  memory at the most", table::kb(peak * 1024));
    Ok(())
}

impl Used {
    /// The processor time of each call.
    fn each(&self, calls: usize) -> Duration {
        Duration::from_micros(self.cpu_us / calls as u64)
    }
}

fn used(way: &str, calls: usize, cache: &Path, origin: &str) -> Result<Used> {
    let output = Command::new(std::env::current_exe()?)
        .args(["calls", way, &calls.to_string(), origin])
        .arg(cache)
        .stderr(std::process::Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "the calls did not come to an end");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What that process does.
pub async fn run(way: &str, calls: usize, origin: &str, cache: PathBuf) -> Result<()> {
    let origin: Arc<str> = origin.into();
    let through: Vec<Arc<Connection>> = match way {
        "host" => connections(cache, &origin)?,
        _ => Vec::new(),
    };
    let alone: Vec<reqwest::Client> = (0..CONNECTIONS).map(|_| reqwest::Client::new()).collect();
    std::fs::write("/proc/self/clear_refs", "5")?;
    let (before, begun) = (memory::status("VmRSS")?, cpu());
    let tasks = (0..calls).map(|index| {
        let (origin, client) = (origin.clone(), alone[index % CONNECTIONS].clone());
        match through.get(index % CONNECTIONS).cloned() {
            Some(connection) => tokio::spawn(async move {
                let call = call(index);
                let ended = connection.run(call, &mut pins::Taken(0)).await;
                ended.map(drop).map_err(anyhow::Error::from)
            }),
            None => tokio::spawn(async move { plainly(&client, &origin, index).await }),
        }
    });
    let tasks: Vec<_> = tasks.collect();
    // The one thread comes to it when it has begun each of the calls.
    let waiting = tokio::spawn(async { memory::status("VmRSS") }).await??.saturating_sub(before);
    let mut failed = 0;
    for task in tasks {
        if let Err(why) = task.await? {
            if failed == 0 {
                eprintln!("the first failure: {why:#}");
            }
            failed += 1;
        }
    }
    let cpu_us = u64::try_from((cpu() - begun).as_micros())?;
    let peak = memory::status("VmHWM")? - before;
    println!("{}", serde_json::to_string(&Used { failed, cpu_us, peak, waiting })?);
    Ok(())
}

fn connections(cache: PathBuf, origin: &str) -> Result<Vec<Arc<Connection>>> {
    let connector = connector(cache, &component("")?)?;
    let made = |_| Ok(Arc::new(pins::connection(&connector, origin, "a-token")?));
    (0..CONNECTIONS).map(made).collect()
}

/// Seven lists, two creates and a batch in ten.
fn call(index: usize) -> Call {
    let (id, input) = match index / CONNECTIONS % 10 {
        0..7 => ("pins.list", r#"{"page_size":250}"#),
        7 | 8 => ("boards.create", r#"{"name":"Summer recipes"}"#),
        _ => ("catalog_item_batches.run", BATCH),
    };
    Call::Action { id: id.into(), input: input.into() }
}

async fn plainly(client: &reqwest::Client, origin: &str, index: usize) -> Result<()> {
    let get = |path: String| client.get(format!("{origin}/v5/{path}")).bearer_auth("a-token");
    let post = |path: &str| client.post(format!("{origin}/v5/{path}")).bearer_auth("a-token");
    match index / CONNECTIONS % 10 {
        0..7 => {
            let mut path = "pins?page_size=250".to_owned();
            loop {
                let page = get(path).send().await?.error_for_status()?.bytes().await?;
                let pins::Page { bookmark, .. } = serde_json::from_slice(&page)?;
                let Some(bookmark) = bookmark else { return Ok(()) };
                path = format!("pins?page_size=250&bookmark={bookmark}");
            }
        }
        7 | 8 => {
            let board = post("boards").body(r#"{"name":"Summer recipes"}"#).send().await?;
            board.error_for_status()?.json::<Value>().await?;
            Ok(())
        }
        _ => {
            let batch = post("catalogs/items/batch").body(BATCH).send().await?;
            let mut batch: Value = batch.error_for_status()?.json().await?;
            while batch["status"] == "PROCESSING" {
                tokio::time::sleep(PAUSE).await;
                let id = batch["batch_id"].as_str().context("it has an id")?;
                let look = get(format!("catalogs/items/batch/{id}")).send().await?;
                batch = look.error_for_status()?.json().await?;
            }
            Ok(())
        }
    }
}
