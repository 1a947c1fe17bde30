//! What a journal tells about a call.

use connector_host::Call;
use connector_store::{Row, StoreError};
use serde::Serialize;

/// The columns that [`read`] takes.
pub const SELECT: &str = "SELECT id, connector, version, connection, settings, call, started, \
    changed, state, doing, outcome_unknown, items, requests, error, component FROM runs";

/// A call in a journal. Times are milliseconds since 1970-01-01 UTC.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Short; sorted they are in the order of their beginnings.
    pub id: String,
    /// The connector's id.
    pub connector: String,
    /// Its version when the call began.
    pub version: String,
    /// The SHA-256 of its component, in hexadecimal digits, if it was noted.
    pub component: Option<String>,
    /// The name of the connection.
    pub connection: String,
    /// The settings of the connection, as a JSON text.
    pub settings: String,
    /// What was called. Values that the schema marks as secret are not in it.
    pub call: Call,
    /// When it began.
    pub started: i64,
    /// When something was last heard of it.
    pub changed: i64,
    /// How it stands.
    pub state: RunState,
    /// What comes next: `start`, `send`, `pause`, `emit`, `read`, `done`.
    pub doing: String,
    /// Whether a write was under way, and nobody knows what came of it.
    pub outcome_unknown: bool,
    /// Items that were passed on.
    pub items: u64,
    /// Requests that were sent, repeats included.
    pub requests: u64,
    /// Why it was interrupted or failed, if that is known.
    pub error: Option<String>,
}

/// How a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// A process has it.
    Running,
    /// It can go on.
    Interrupted,
    /// It came to its end.
    Done,
    /// It came to another end, and does not go on.
    Failed,
}

impl RunState {
    /// As it is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            RunState::Running => "running",
            RunState::Interrupted => "interrupted",
            RunState::Done => "done",
            RunState::Failed => "failed",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        let all = [RunState::Running, RunState::Interrupted, RunState::Done, RunState::Failed];
        all.into_iter().find(|state| state.word() == word)
    }
}

/// A row of [`SELECT`].
pub fn read(row: &Row<'_>) -> Result<Run, StoreError> {
    let call: String = row.get(5)?;
    let state: String = row.get(8)?;
    Ok(Run {
        id: row.get(0)?,
        connector: row.get(1)?,
        version: row.get(2)?,
        connection: row.get(3)?,
        settings: row.get(4)?,
        call: serde_json::from_str(&call).map_err(|_| row.wrong(5))?,
        started: row.get(6)?,
        changed: row.get(7)?,
        state: RunState::from_word(&state).ok_or_else(|| row.wrong(8))?,
        doing: row.get(9)?,
        outcome_unknown: row.get(10)?,
        items: row.get::<i64>(11)? as u64,
        requests: row.get::<i64>(12)? as u64,
        error: row.get(13)?,
        component: row.get(14)?,
    })
}
