//! A call of a connector as a handler of Restate runs it: part by part, each an entry of the journal.
//!
//! When a handler is executed again, because its worker or the server was gone, the entries are given back and
//! only what has none is done. A request that may be repeated is sent again then. A write may not be, so each
//! execution has a number of its own, which it writes down with the entry before the write: another one that
//! finds that number tells the connector that nobody knows what came of the write.

use std::sync::Arc;
use std::time::Duration;

use connector_host::Call;
use connector_host::contract::{Effect, Outcome, Page, Step};
use restate_sdk::errors::{HandlerError, TerminalError};

use crate::advance::{At, Part, Tried};
use crate::failure::Failure;
use crate::handler::Handler;
use crate::journal::{Begun, Came, Counts, Place};
use crate::worker::Worker;

/// Parts of one call: as many steps as the loop of one process allows.
const PARTS: u32 = 100_000;

/// A call under way.
pub struct Run {
    worker: Worker,
    place: Arc<Place>,
    begun: Option<Begun>,
    at: At,
    /// Of this execution.
    attempt: u64,
    /// The execution that wrote the last entry.
    written_by: u64,
    /// Something was waited for since then, so that another execution may be the first to go on.
    waited: bool,
    parts: u32,
}

/// How far a call has come.
pub enum Progress {
    /// A page, which is to be passed on.
    Page(Page),
    Done(Outcome),
}

/// Why a call goes no further.
#[derive(Debug)]
pub enum Ended {
    /// It has failed.
    Failed(Failure),
    /// Restate has ended the invocation.
    Cancelled(TerminalError),
}

impl From<TerminalError> for Ended {
    fn from(error: TerminalError) -> Self {
        Ended::Cancelled(error)
    }
}

impl From<Ended> for HandlerError {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Failed(failure) => TerminalError::from(failure).into(),
            Ended::Cancelled(error) => error.into(),
        }
    }
}

impl Run {
    /// `id` is that of the invocation; no more than so many items are `wanted`.
    pub fn new(
        worker: &Worker,
        connection: String,
        call: Call,
        id: &str,
        wanted: Option<u64>,
    ) -> Self {
        let place = Place::new(connection, call, id.to_owned(), wanted, worker.seal());
        Run {
            worker: worker.clone(),
            place: Arc::new(place),
            begun: None,
            at: At::Start,
            attempt: fastrand::u64(..),
            written_by: 0,
            waited: false,
            parts: 0,
        }
    }

    /// Goes on to the next page, or to the end.
    pub async fn next(&mut self, ctx: &dyn Handler) -> Result<Progress, Ended> {
        let mut tried = Tried::default();
        loop {
            match self.at.step() {
                Some(Step::Done(outcome)) => return Ok(Progress::Done(outcome.clone())),
                Some(Step::Emit(page)) => {
                    let page = page.clone();
                    self.at = At::After(page.checkpoint.clone());
                    return Ok(Progress::Page(page));
                }
                Some(Step::Pause(pause)) => {
                    let (ms, checkpoint) = (pause.ms.into(), pause.checkpoint.clone());
                    self.sleep(ctx, ms).await?;
                    self.at = At::After(checkpoint);
                }
                _ => {}
            }
            let is_write = matches!(self.at.step(), Some(Step::Send(it)) if it.request.effect == Effect::Write);
            if is_write && self.waited {
                let attempt = self.attempt.to_le_bytes().to_vec();
                let note = ctx.keep("before the write".into(), Box::pin(async { Ok(attempt) }));
                self.written_by = note.await?.try_into().map_or(0, u64::from_le_bytes);
            }
            tried.unknown = is_write && self.written_by != self.attempt;
            match self.part(ctx, tried).await? {
                Came::Next(step) => {
                    self.at = At::Step(Box::new(step));
                    tried = Tried::default();
                }
                Came::Failed(failure) => return Err(Ended::Failed(failure)),
                Came::Again { wait_ms, counts, .. } => {
                    match counts {
                        Counts::Sent => tried.sent += 1,
                        Counts::Refreshed => tried.refreshed += 1,
                        Counts::Waited => {}
                    }
                    if wait_ms > 0 {
                        self.sleep(ctx, wait_ms).await?;
                    }
                }
            }
        }
    }

    async fn part(&mut self, ctx: &dyn Handler, tried: Tried) -> Result<Came, Ended> {
        self.parts += 1;
        if self.parts > PARTS {
            let why = format!("the call took more than {PARTS} steps");
            return Err(Ended::Failed(Failure::new("refused", why)));
        }
        let part = Part {
            worker: self.worker.clone(),
            place: self.place.clone(),
            begun: self.begun.clone(),
            attempt: self.attempt,
            at: self.at.clone(),
            tried,
        };
        let name = self.name();
        let closed = ctx.keep(name, Box::pin(part.done())).await?;
        let forged =
            || Failure::new("journal", "an entry of this call was not written by a worker");
        let entry = self.place.open(&closed).ok_or_else(|| Ended::Failed(forged()))?;
        self.begun = Some(entry.begun);
        self.written_by = entry.attempt;
        self.waited = false;
        Ok(entry.came)
    }

    async fn sleep(&mut self, ctx: &dyn Handler, ms: u64) -> Result<(), Ended> {
        ctx.sleep(Duration::from_millis(ms)).await?;
        self.waited = true;
        Ok(())
    }

    /// What is shown of a part to who looks into the journal: the request without its query.
    fn name(&self) -> String {
        match (&self.at, self.at.step()) {
            (At::Start, _) => "start".into(),
            (_, Some(Step::Send(pending))) => {
                let url = pending.request.url.split('?').next().unwrap_or_default();
                format!("{} {url}", pending.request.method.word())
            }
            _ => "go on".into(),
        }
    }
}
