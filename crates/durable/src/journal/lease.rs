//! The right to go on with a call, and where it goes on.

use std::fmt;
use std::fs::File;

use connector_host::contract::{Context, Outcome, Step};
use connector_host::{Call, Connection, Error, Observer, ResumePoint};
use connector_store::{Sql, now, values};

use super::JournalError;
use super::record::{Place, Recording};

/// A call of a journal that this process alone goes on with, until this is dropped.
pub struct RunLease {
    pub(super) recording: Recording,
    pub(super) call: Call,
    pub(super) context: Context,
    pub(super) from: ResumePoint,
    pub(super) _lock: File,
}

/// Where a call goes on, and the call.
pub fn read(
    sql: Sql<'_>,
    id: &str,
    on: &Connection,
) -> Result<(Call, Context, ResumePoint), JournalError> {
    let row = sql.row(
        "SELECT state, secret, call, step, passed, outcome_unknown, step_at, error, context \
         FROM runs WHERE id = ?1",
        &values![id],
        |row| {
            Ok((
                (row.get::<String>(0)?, row.get::<bool>(1)?, row.get::<String>(2)?),
                row.get::<Option<Vec<u8>>>(3)?,
                (row.get::<bool>(4)?, row.get::<bool>(5)?, row.get::<Option<i64>>(6)?),
                (row.get::<Option<String>>(7)?, row.get::<Option<String>>(8)?),
            ))
        },
    );
    let ((state, secret, call), step, (passed, unknown, since), (error, context)) =
        row?.ok_or_else(|| JournalError::Unknown(id.into()))?;
    if state == "failed" {
        return Err(JournalError::Failed { id: id.into(), error: error.unwrap_or_default() });
    }
    if secret {
        return Err(JournalError::Secret(id.into()));
    }
    let damaged = || JournalError::Damaged(id.into());
    let call = serde_json::from_str(&call).map_err(|_| damaged())?;
    let context = context.as_deref().map(serde_json::from_str).transpose();
    // A run of an older format has none: its id is its own as well.
    let context = context.map_err(|_| damaged())?.unwrap_or_else(|| Context::new(id, ""));
    let step = step.unwrap_or_default();
    let step = Place::new(on, id, &call).open(&step);
    let step = step.ok_or_else(|| JournalError::Forged(id.into()))?;
    if step.is_empty() {
        return Ok((call, context, ResumePoint::Start));
    }
    let mut step = postcard::from_bytes(step).map_err(|_| damaged())?;
    if let Step::Pause(pause) = &mut step {
        let waited =
            u32::try_from(now().saturating_sub(since.unwrap_or_default())).unwrap_or_default();
        pause.ms = pause.ms.saturating_sub(waited);
    }
    let from = match (passed, unknown) {
        (true, _) => ResumePoint::Passed(step),
        (_, true) => ResumePoint::Unknown(step),
        _ => ResumePoint::Step(step),
    };
    Ok((call, context, from))
}

impl RunLease {
    /// The id to resume it with.
    pub fn id(&self) -> &str {
        &self.recording.id
    }
}

impl RunLease {
    /// Runs the call to its end, as [`Connection::run`] does. The journal knows each step before it
    /// is done. When the process ends before the call does, or the call ends for a reason that may
    /// pass (no credential, a rate limit, a service that is down),
    /// [`Journal::resume`](crate::Journal::resume) takes it up.
    pub async fn run(self, on: &Connection, observer: &mut dyn Observer) -> Result<Outcome, Error> {
        let RunLease { mut recording, call, context, from, _lock } = self;
        on.run_recorded(&context, call, from, &mut recording, observer).await
    }
}

impl fmt::Debug for RunLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunLease").field("id", &self.recording.id).finish_non_exhaustive()
    }
}
