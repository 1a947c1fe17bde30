//! Runs a call: prints items as they come and shows on a terminal how far it is.

use std::ops::ControlFlow;
use std::time::Duration;

use connector_durable::RunLease;
use connector_host::contract::{Context, Outcome, Request};
use connector_host::{Call, CancellationToken, Connection, Error as HostError, Observer, Transfer};
use serde_json::value::RawValue;

use crate::error::Error;
use crate::items::Items;
use crate::output;
use crate::print::Print;
use crate::progress::Progress;

/// Each item on a line of its own, as JSON.
pub struct JsonLines {
    /// Said to people when there are none.
    empty: Option<&'static str>,
    any: bool,
}

impl JsonLines {
    /// Says nothing when there are none.
    pub fn silent() -> Self {
        JsonLines { empty: None, any: false }
    }
}

impl Print for JsonLines {
    fn print(&mut self, items: &[&RawValue]) -> Result<(), Error> {
        self.any |= !items.is_empty();
        output::lines(items.iter().map(|item| output::one_line(item)))
    }

    fn end(&mut self) {
        self.empty.filter(|_| !self.any).into_iter().for_each(output::note);
    }
}

/// What prints items: as a table on a terminal, as JSON elsewhere and for programs. `empty` is said
/// on stderr when there are none, but to programs.
pub fn printer(
    json: bool,
    empty: &'static str,
    table: impl FnOnce(&'static str) -> Items,
) -> Box<dyn Print> {
    match (json, output::is_terminal()) {
        (true, _) => Box::new(JsonLines::silent()),
        (false, true) => Box::new(table(empty)),
        (false, false) => Box::new(JsonLines { empty: Some(empty), any: false }),
    }
}

/// Runs a call and prints each of its items on a line, at most `limit` of them; then no further
/// page is asked for. Only one page at a time is in memory, and each is flushed before the next.
pub async fn run(
    connection: &Connection,
    call: Call,
    limit: Option<u64>,
    print: &mut dyn Print,
) -> Result<Outcome, Error> {
    let mut printer = Printer::new(limit, print, CancellationToken::new());
    let outcome = connection.run_in(Context::fresh().wanting(limit), call, &mut printer).await;
    printer.end(diagnosed(connection, outcome).await)
}

/// The same with a call of a journal. When the output takes no more, `stop` ends the call where it
/// is; `stop` is the connection's.
pub async fn run_durably(
    connection: &Connection,
    turn: RunLease,
    limit: Option<u64>,
    print: &mut dyn Print,
    stop: CancellationToken,
) -> Result<Outcome, Error> {
    let mut printer = Printer::new(limit, print, stop);
    let outcome = turn.run(connection, &mut printer).await;
    printer.end(diagnosed(connection, outcome).await)
}

/// A refused token may be one of another environment.
async fn diagnosed(
    connection: &Connection,
    outcome: Result<Outcome, HostError>,
) -> Result<Outcome, HostError> {
    match outcome {
        Err(failure) => Err(connection.diagnose(failure).await),
        outcome => outcome,
    }
}

struct Printer<'a> {
    progress: Progress,
    print: &'a mut dyn Print,
    left: u64,
    items: u64,
    requests: u64,
    broken: Option<Error>,
    stop: CancellationToken,
}

impl<'a> Printer<'a> {
    fn new(limit: Option<u64>, print: &'a mut dyn Print, stop: CancellationToken) -> Self {
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

    fn end(self, outcome: Result<Outcome, HostError>) -> Result<Outcome, Error> {
        self.progress.end();
        tracing::info!(requests = self.requests, items = self.items, "done");
        match self.broken {
            Some(error) => Err(error),
            None => {
                let outcome = outcome?;
                self.print.end();
                Ok(outcome)
            }
        }
    }

    fn take(&mut self, array: &str) -> Result<(), Error> {
        let items = output::items(array)?;
        let wanted = items.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let (progress, print) = (&self.progress, &mut self.print);
        progress.aside(|| print.print(&items[..wanted]))?;
        self.items += wanted as u64;
        self.left -= wanted as u64;
        Ok(())
    }
}

impl Observer for Printer<'_> {
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
