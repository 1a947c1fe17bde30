//! What the host costs on top of plain HTTP.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use connector_durable::Journal;
use connector_host::Connector;

use crate::clock::middle;
use crate::service::Service;
use crate::{pins, table};

const PINS: usize = 10_000;
const PAGES: u32 = 40;
/// Odd, so that there is a middle.
const ROUNDS: usize = 15;

/// `mapping`: what the guest takes for one page.
pub async fn measure(connector: &Connector, service: &Service, mapping: Duration) -> Result<()> {
    let place = &service.place;
    let connection = pins::connection(connector, place)?;
    let client = reqwest::Client::new();
    let folder = tempfile::tempdir()?;
    let journal = Journal::open(folder.path().join("journal"))?;
    let (mut host, mut durable, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    // The first round opens connections and does not count.
    for round in 0..=ROUNDS {
        let begun = Instant::now();
        let taken = pins::through_the_host(&connection, pins::call(place, PINS)?).await?;
        let through_the_host = begun.elapsed();
        ensure!(taken == PINS, "the host gave {taken} pins");

        let begun = Instant::now();
        let run = journal.begin(&connection, "bench", pins::call(place, PINS)?)?;
        let mut taken = pins::Taken(0);
        run.run(&connection, &mut taken).await?;
        let in_the_journal = begun.elapsed();
        ensure!(taken.0 == PINS, "the journal gave {} pins", taken.0);

        let begun = Instant::now();
        let taken = pins::plainly(&client, place, PINS).await?;
        let plainly = begun.elapsed();
        ensure!(taken == PINS, "the service gave {taken} pins");
        if round > 0 {
            host.push(through_the_host);
            durable.push(in_the_journal);
            plain.push(plainly);
        }
    }
    let (host, durable, plain) = (middle(host), middle(durable), middle(plain));
    table::compared(
        "10 000 pins through the host",
        table::time(host),
        "10 000 pins with reqwest and serde_json alone",
        table::time(plain),
        host.as_secs_f64() / plain.as_secs_f64(),
        "≤ 1.12×",
    );
    table::row("the same in the journal", table::time(durable));
    let ratio = durable.as_secs_f64() / plain.as_secs_f64();
    table::row("  ratio (aim: ≤ 2×)", format!("{ratio:.2}×"));
    table::row("  of the first, mapping in the guest", table::time(mapping * PAGES));
    Ok(())
}
