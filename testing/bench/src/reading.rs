//! What the host costs on top of plain HTTP.

use std::time::Duration;

use anyhow::{Result, ensure};
use connector_durable::Journal;
use connector_host::Connector;

use crate::clock::Spent;
use crate::service::Service;
use crate::table::Pairs;
use crate::{pins, table};

const PINS: usize = 10_000;
const PAGES: u32 = 40;
/// Odd, so that there is a middle.
const ROUNDS: usize = 15;

/// `mapping`: what the guest takes for one page.
pub async fn measure(connector: &Connector, service: &Service, mapping: Duration) -> Result<()> {
    let place = &service.place;
    let connection = pins::connection(connector, &place.origin, &place.token)?;
    let client = reqwest::Client::new();
    let folder = tempfile::tempdir()?;
    let journal = Journal::open(folder.path().join("journal"))?;
    let (mut host, mut durable) = (Pairs::default(), Pairs::default());
    let (mut host_cpu, mut durable_cpu) = (Pairs::default(), Pairs::default());
    // The first round opens connections and does not count.
    for round in 0..=ROUNDS {
        let begun = Spent::begin();
        let taken = pins::through_the_host(&connection, pins::call(place, PINS)?).await?;
        let through_the_host = begun.until_now();
        ensure!(taken == PINS, "the host gave {taken} pins");

        let begun = Spent::begin();
        let run = journal.begin(&connection, "bench", pins::call(place, PINS)?)?;
        let mut taken = pins::Taken(0);
        run.run(&connection, &mut taken).await?;
        let in_the_journal = begun.until_now();
        ensure!(taken.0 == PINS, "the journal gave {} pins", taken.0);

        let begun = Spent::begin();
        let taken = pins::plainly(&client, place, PINS).await?;
        let plainly = begun.until_now();
        ensure!(taken == PINS, "the service gave {taken} pins");
        if round > 0 {
            host.add(through_the_host.wall, plainly.wall);
            host_cpu.add(through_the_host.cpu, plainly.cpu);
            durable.add(in_the_journal.wall, plainly.wall);
            durable_cpu.add(in_the_journal.cpu, plainly.cpu);
        }
    }
    let alone = "10 000 pins with reqwest and serde_json alone";
    table::compared("10 000 pins through the host", alone, &host, "≤ 1.12×");
    table::row("  of processor time (aim: ≤ 1.6×)", host_cpu.ratio());
    table::row("  of the first, mapping in the guest", table::time(mapping * PAGES));
    table::row("the same in the journal", table::time(durable.ours()));
    table::row("  ratio (aim: ≤ 2×)", durable.ratio());
    table::row("  of processor time", durable_cpu.ratio());
    Ok(())
}
