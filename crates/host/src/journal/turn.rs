//! The right to go on with a call, and where it goes on.

use std::fs::File;

use rusqlite::OptionalExtension;

use super::JournalError;
use super::record::{Place, Recording};
use crate::call::Call;
use crate::connection::Connection;
use crate::contract::{Outcome, Page, Pause, PendingRequest, Range, Reply, Step};
use crate::database::now;
use crate::driver::Observer;
use crate::error::Failure;
use crate::guard::guarded;
use crate::instance::Instance;

/// A call of a journal that this process alone goes on with, until this is dropped.
pub struct Turn {
    pub(super) recording: Recording,
    pub(super) call: Call,
    pub(super) from: From,
    pub(super) _lock: File,
}

/// Where a call goes on.
pub(super) enum From {
    Start,
    /// To be done.
    Step(Step),
    /// Done; a page was passed on, and the next step was not yet known.
    Passed(Step),
    /// Perhaps done.
    Unknown(Step),
}

impl From {
    pub fn read(
        db: &rusqlite::Connection,
        id: &str,
        on: &Connection,
    ) -> Result<(Call, From), JournalError> {
        let row = db.query_row(
            "SELECT state, secret, call, step, passed, outcome_unknown, step_at, error \
             FROM runs WHERE id = ?1",
            [id],
            |row| {
                Ok((
                    (row.get::<_, String>(0)?, row.get::<_, bool>(1)?, row.get::<_, String>(2)?),
                    row.get::<_, Option<Vec<u8>>>(3)?,
                    (row.get::<_, bool>(4)?, row.get::<_, bool>(5)?, row.get::<_, Option<i64>>(6)?),
                    row.get::<_, Option<String>>(7)?,
                ))
            },
        );
        let ((state, secret, call), step, (passed, unknown, since), error) =
            row.optional()?.ok_or_else(|| JournalError::Unknown(id.into()))?;
        if state == "failed" {
            return Err(JournalError::Failed { id: id.into(), error: error.unwrap_or_default() });
        }
        if secret {
            return Err(JournalError::Secret(id.into()));
        }
        let damaged = || JournalError::Damaged(id.into());
        let call = serde_json::from_str(&call).map_err(|_| damaged())?;
        let step = step.unwrap_or_default();
        let step = Place::new(on, id, &call).open(&step);
        let step = step.ok_or_else(|| JournalError::Forged(id.into()))?;
        if step.is_empty() {
            return Ok((call, From::Start));
        }
        let mut step = postcard::from_bytes(step).map_err(|_| damaged())?;
        if let Step::Pause(pause) = &mut step {
            let waited =
                u32::try_from(now().saturating_sub(since.unwrap_or_default())).unwrap_or_default();
            pause.ms = pause.ms.saturating_sub(waited);
        }
        let from = match (passed, unknown) {
            (true, _) => From::Passed(step),
            (_, true) => From::Unknown(step),
            _ => From::Step(step),
        };
        Ok((call, from))
    }
}

impl Turn {
    /// The id to resume it with.
    pub fn id(&self) -> &str {
        &self.recording.id
    }
}

impl Connection {
    /// Runs a call of a journal to its end, as [`Connection::run`] does. The journal knows each
    /// step before it is done. When the process ends before the call does, or the call ends for a
    /// reason that may pass (no credential, a rate limit, a service that is down),
    /// [`Journal::resume`](crate::Journal::resume) takes it up.
    pub async fn run_durably(
        &self,
        turn: Turn,
        observer: &mut dyn Observer,
    ) -> Result<Outcome, Failure> {
        guarded(self.taken_up(turn, observer)).await
    }

    async fn taken_up(&self, turn: Turn, observer: &mut dyn Observer) -> Result<Outcome, Failure> {
        let Turn { mut recording, call, from, _lock } = turn;
        let mut instance = self.connector.instance().await?;
        let (call, first) = match self.opened(call.clone()) {
            Err(forged) => (call, Err(forged)),
            Ok(call) => {
                let first = begin(&mut instance, from, &call, &self.settings);
                (call, first)
            }
        };
        self.drive(instance, &call, first, observer, &mut recording).await
    }
}

fn begin(
    instance: &mut Instance,
    from: From,
    call: &Call,
    settings: &String,
) -> Result<Step, Failure> {
    match from {
        From::Start => instance.start(call, settings),
        From::Step(step) => Ok(step),
        From::Passed(step) => go_on(instance, step, &Reply::Proceed),
        From::Unknown(step) => {
            let why = "the host was interrupted while the request was under way";
            go_on(instance, step, &Reply::Undelivered(why.into()))
        }
    }
}

fn go_on(instance: &mut Instance, step: Step, reply: &Reply) -> Result<Step, Failure> {
    match step {
        Step::Send(PendingRequest { checkpoint, .. })
        | Step::Pause(Pause { checkpoint, .. })
        | Step::Emit(Page { checkpoint, .. })
        | Step::Read(Range { checkpoint, .. }) => instance.resume(&checkpoint, reply),
        Step::Done(_) => Ok(step),
    }
}
