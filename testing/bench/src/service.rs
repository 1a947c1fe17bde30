//! The emulator, in a process of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use connector_emulator::{Emulator, Options, Seed, SeedBoard};
use connector_host::Routes;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;

/// So many pins are on each board.
const BOARDS: [usize; 4] = [250, 1_000, 10_000, 100_000];

/// Where it is and what is in it: what the process prints when it is ready.
#[derive(Serialize, Deserialize)]
pub struct Place {
    pub origin: String,
    pub token: String,
    /// The ids of the boards by the number of their pins.
    pub boards: BTreeMap<usize, String>,
}

impl Place {
    /// Leads requests to it.
    pub fn routes(&self) -> Result<Routes> {
        let mut routes = Routes::default();
        let added = routes.add("https://api.pinterest.com", &self.origin);
        added.map_err(anyhow::Error::msg)?;
        Ok(routes)
    }
}

/// The running process; it ends with this value.
pub struct Service {
    pub place: Place,
    process: Child,
}

impl Service {
    pub fn start() -> Result<Service> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("emulator")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = process.stdout.take().context("it has an output")?;
        BufReader::new(output).read_line(&mut line)?;
        let place = serde_json::from_str(&line).context("the emulator did not start")?;
        Ok(Service { place, process })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().ok();
    }
}

/// What the process does: it serves until its input ends, so it never outlives who started it.
pub async fn serve() -> Result<()> {
    let board = |pins: usize| SeedBoard::new(pins.to_string(), pins);
    let seed = Seed { boards: BOARDS.map(board).into(), ..Seed::empty() };
    let emulator = Emulator::start(Options { seed, ..Options::for_bench() }).await?;
    let control = emulator.control();
    let board = |pins: usize| Some((pins, control.board_id(&pins.to_string())?));
    let boards = BOARDS.into_iter().filter_map(board).collect();
    let place = Place { origin: emulator.origin(), token: emulator.access_token(), boards };
    println!("{}", serde_json::to_string(&place)?);
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    Ok(())
}
