//! Runs a call: prints items as they come and shows on a terminal how far it is.

use std::ops::ControlFlow;
use std::time::Duration;

use connector_host::contract::{Outcome, Request};
use connector_host::{Call, Connection, Observer, Transfer};
use indicatif::{BinaryBytes, ProgressBar, ProgressStyle};

use crate::error::Error;
use crate::output;

/// How one item is printed.
pub type Print = fn(&serde_json::value::RawValue) -> String;

/// Runs a call and prints each of its items on a line, at most `limit` of them; then no further
/// page is asked for. Only one page at a time is in memory, and each is flushed before the next.
pub async fn run(
    connection: &Connection,
    call: Call,
    limit: Option<u64>,
    print: Print,
) -> Result<Outcome, Error> {
    let mut printer = Printer {
        bar: spinner(),
        print,
        left: limit.unwrap_or(u64::MAX),
        items: 0,
        requests: 0,
        broken: None,
    };
    let outcome = connection.run(call, &mut printer).await;
    printer.bar.finish_and_clear();
    tracing::info!(requests = printer.requests, items = printer.items, "done");
    match printer.broken {
        Some(error) => Err(error),
        None => match outcome {
            Ok(outcome) => Ok(outcome),
            Err(failure) => Err(connection.diagnose(failure).await.into()),
        },
    }
}

/// A file on its way, when its length is known.
fn transfer_style() -> ProgressStyle {
    let line = "{bar:30} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}";
    ProgressStyle::with_template(line).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// On stderr, and only when that is a terminal.
fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

struct Printer {
    bar: ProgressBar,
    print: Print,
    left: u64,
    items: u64,
    requests: u64,
    broken: Option<Error>,
}

impl Printer {
    fn take(&mut self, array: &str) -> Result<(), Error> {
        let items = output::items(array)?;
        let wanted = items.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let print = self.print;
        self.bar.suspend(|| output::lines(items[..wanted].iter().map(|item| print(item))))?;
        self.items += wanted as u64;
        self.left -= wanted as u64;
        Ok(())
    }
}

impl Observer for Printer {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        self.broken = self.take(items).err();
        match self.broken.is_some() || self.left == 0 {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn sending(&mut self, _request: &Request) {
        self.requests += 1;
        let (items, requests) = (self.items, self.requests);
        self.bar.set_style(ProgressStyle::default_spinner());
        self.bar.set_message(format!("request {requests}, {items} items so far"));
    }

    fn transferring(&mut self, transfer: &Transfer) {
        let (done, total) = match transfer.received {
            0 => (transfer.sent, Some(transfer.to_send)),
            received => (received, transfer.to_receive),
        };
        match total {
            Some(total) => {
                self.bar.set_style(transfer_style());
                self.bar.set_length(total);
                self.bar.set_position(done);
            }
            None => self.bar.set_message(format!("{} so far", BinaryBytes(done))),
        }
    }

    fn waiting(&mut self, time: Duration, reason: &str) {
        let seconds = time.as_secs_f64();
        self.bar.set_style(ProgressStyle::default_spinner());
        self.bar.set_message(format!("waiting {seconds:.1} s: {reason}"));
        tracing::info!(seconds, reason, "waiting");
    }
}
