//! Runs a call: prints items as they come and shows on a terminal how far it is.

use std::ops::ControlFlow;
use std::time::Duration;

use connector_host::contract::{Outcome, Request};
use connector_host::{Call, CancellationToken, Connection, Failure, Observer, Transfer, Turn};

use crate::error::Error;
use crate::output;
use crate::progress::Progress;

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
    let mut printer = Printer::new(limit, print, CancellationToken::new());
    let outcome = connection.run(call, &mut printer).await;
    printer.end(diagnosed(connection, outcome).await)
}

/// The same with a call of a journal. When the output takes no more, `stop` ends the call where it
/// is; `stop` is the connection's.
pub async fn run_durably(
    connection: &Connection,
    turn: Turn,
    limit: Option<u64>,
    print: Print,
    stop: CancellationToken,
) -> Result<Outcome, Error> {
    let mut printer = Printer::new(limit, print, stop);
    let outcome = connection.run_durably(turn, &mut printer).await;
    printer.end(diagnosed(connection, outcome).await)
}

/// A refused token may be one of another environment.
async fn diagnosed(
    connection: &Connection,
    outcome: Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    match outcome {
        Err(failure) => Err(connection.diagnose(failure).await),
        outcome => outcome,
    }
}

struct Printer {
    progress: Progress,
    print: Print,
    left: u64,
    items: u64,
    requests: u64,
    broken: Option<Error>,
    stop: CancellationToken,
}

impl Printer {
    fn new(limit: Option<u64>, print: Print, stop: CancellationToken) -> Self {
        Printer {
            progress: Progress::new(),
            print,
            left: limit.unwrap_or(u64::MAX),
            items: 0,
            requests: 0,
            broken: None,
            stop,
        }
    }

    fn end(self, outcome: Result<Outcome, Failure>) -> Result<Outcome, Error> {
        self.progress.end();
        tracing::info!(requests = self.requests, items = self.items, "done");
        match self.broken {
            Some(error) => Err(error),
            None => Ok(outcome?),
        }
    }

    fn take(&mut self, array: &str) -> Result<(), Error> {
        let items = output::items(array)?;
        let wanted = items.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let print = self.print;
        self.progress.aside(|| output::lines(items[..wanted].iter().map(|item| print(item))))?;
        self.items += wanted as u64;
        self.left -= wanted as u64;
        Ok(())
    }
}

impl Observer for Printer {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        self.broken = self.take(items).err();
        // A reader that has gone has enough. Anything else may be mended, and then the page is
        // still to be printed.
        if self.broken.as_ref().is_some_and(|error| !error.is_closed_pipe()) {
            self.stop.cancel();
        }
        match self.broken.is_some() || self.left == 0 {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn sending(&mut self, _request: &Request) {
        self.requests += 1;
        self.progress.working(self.requests, self.items);
    }

    fn transferring(&mut self, transfer: &Transfer) {
        self.progress.transferring(transfer);
    }

    fn waiting(&mut self, time: Duration, reason: &str) {
        self.progress.waiting(time, reason);
        tracing::info!(seconds = time.as_secs_f64(), reason, "waiting");
    }
}
