//! The emulator, in a process of its own.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use connector_emulator::{Emulator, Options, Seed, SeedBoard};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;

use crate::child::Child;

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

/// The running process; it ends with this value.
pub struct Service {
    pub place: Place,
    _process: Child,
}

impl Service {
    pub fn start() -> Result<Service> {
        let process = Child::start("emulator", &[])?;
        let place = serde_json::from_str(&process.said).context("the emulator did not start")?;
        Ok(Service { place, _process: process })
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
