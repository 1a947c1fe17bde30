//! Writes down what happens in a call.

use connector_host::contract::{Context, Effect, ErrorKind, Page, Step};
use connector_host::{
    Call, Connection, Ended, Error, Mask, Recorder, RecorderEvent as Event, Seal, rule,
};
use connector_store::{Database, StoreError, Value, now, values};

use super::{JournalError, RunState};

type Result<T> = std::result::Result<T, StoreError>;

/// Calls that have ended are forgotten after so many milliseconds.
const KEPT: i64 = 30 * 24 * 3600 * 1000;

/// The row of one call.
pub struct Recording {
    pub db: Database,
    pub id: String,
    /// Whether steps are kept out of it.
    pub secret: bool,
    pub mask: Mask,
    pub goes_on: bool,
    pub place: Place,
    pub unwritten: Unwritten,
}

/// What the row does not have yet, and needs not: after a crash it is found out again.
#[derive(Default)]
pub struct Unwritten {
    /// Requests that do nothing when they are sent again.
    requests: i64,
    /// The last request only reads, and what comes of it can be asked for again.
    reading: bool,
    /// Where the call goes on after the page of such a request, once that was passed on.
    after_page: Option<Step>,
}

/// Where the steps of a call belong, and the key that marks them.
pub struct Place {
    seal: Option<Seal>,
    words: [String; 4],
}

impl Place {
    /// `call` as the row has it.
    pub fn new(on: &Connection, id: &str, call: &Call) -> Self {
        let call = serde_json::to_string(call).expect("a call is nothing but texts");
        let connector = on.connector().descriptor().id.clone();
        let words = ["run".into(), connector, id.to_owned(), call];
        Place { seal: on.seal().cloned(), words }
    }

    pub fn close(&self, bytes: Vec<u8>) -> Vec<u8> {
        match &self.seal {
            Some(seal) => seal.close(&self.words(), &bytes),
            None => bytes,
        }
    }

    /// None when they do not belong there.
    pub fn open<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        match &self.seal {
            Some(seal) => seal.open(&self.words(), bytes),
            None => Some(bytes),
        }
    }

    fn words(&self) -> [&str; 4] {
        self.words.each_ref().map(String::as_str)
    }
}

impl Recording {
    /// Adds the row. `call` is without secrets.
    pub fn begin(
        &self,
        on: &Connection,
        connection: &str,
        context: &Context,
        call: &Call,
        now: i64,
    ) -> Result<()> {
        let old = "DELETE FROM runs WHERE state IN ('done', 'failed') AND changed < ?1";
        self.db.sql().execute(old, &values![now - KEPT])?;
        let descriptor = on.connector().descriptor();
        let call = serde_json::to_string(call).expect("a call is nothing but texts");
        self.db.sql().execute(
            "INSERT INTO runs (id, connector, version, connection, settings, call, secret, \
             started, changed, state, component, step, context) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 'running', ?9, ?10, ?11)",
            &values![
                self.id,
                descriptor.id,
                descriptor.version,
                connection,
                on.settings(),
                call,
                self.secret,
                now,
                on.connector().digest(),
                // No step yet, and the mark that says so.
                self.place.close(Vec::new()),
                serde_json::to_string(context).expect("a context is nothing but texts")
            ],
        )?;
        Ok(())
    }

    /// A page that can be asked for again is not written down, only where to go on after it.
    fn next(&mut self, step: &Step) -> Result<usize> {
        let reading = std::mem::take(&mut self.unwritten.reading);
        if let (Step::Emit(page), true) = (step, reading) {
            let items = String::new();
            let page = Page { items, count: page.count, checkpoint: page.checkpoint.clone() };
            self.unwritten.after_page = Some(Step::Emit(page));
            return Ok(1);
        }
        self.doing(step, false, 0)
    }

    fn passed(&mut self, count: u32) -> Result<usize> {
        match self.unwritten.after_page.take() {
            Some(step) => self.doing(&step, true, count),
            None => self.set("passed = 1, items = items + ?3", &values![count]),
        }
    }

    /// `step` is what the call goes on with, or after when it was `passed` on.
    fn doing(&mut self, step: &Step, passed: bool, items: u32) -> Result<usize> {
        let kept = match self.secret {
            true => None,
            false => {
                let step = postcard::to_allocvec(step).expect("a step is plain data");
                Some(self.place.close(step))
            }
        };
        self.set(
            "state = 'running', error = NULL, step = ?3, step_at = ?2, doing = ?4, passed = ?5, \
             items = items + ?6, outcome_unknown = 0",
            &values![kept, word(step), passed, items],
        )
    }

    fn ended(&mut self, ended: &Ended) -> Result<usize> {
        let Err(failure) = ended else {
            return self.set("state = ?3, error = NULL", &values![RunState::Done.word()]);
        };
        // The input was refused: nothing was done.
        let nothing = "DELETE FROM runs WHERE id = ?1 AND doing = 'start'";
        if self.db.sql().execute(nothing, &values![self.id])? == 1 {
            return Ok(1);
        }
        if let Error::Credential(_) = failure {
            // It is attached before anything is sent.
            self.set("outcome_unknown = 0", &[])?;
        }
        let error = self.mask.apply(failure.to_string());
        self.set(
            "error = ?3, state = iif(NOT secret AND (?4 = 'always' OR \
             (?4 = 'certain' AND NOT outcome_unknown)), 'interrupted', 'failed')",
            &values![error, can_go_on(failure)],
        )
    }

    /// With all that was written before. Whatever else is lost when the power fails makes the call
    /// go on from an earlier step, which does no harm; a write that is sent again might.
    fn on_disk(&mut self, columns: &str) -> Result<usize> {
        self.db.set("synchronous", "full")?;
        let written = self.set(columns, &[]);
        self.db.set("synchronous", "normal")?;
        written
    }

    fn is_interrupted(&self) -> Result<bool> {
        let find = "SELECT count(*) FROM runs WHERE id = ?1 AND state = ?2";
        let given = values![self.id, RunState::Interrupted.word()];
        Ok(self.db.sql().one(find, &given, |row| row.get::<i64>(0))? == 1)
    }

    /// `values` are the parameters from the third on.
    fn set(&mut self, columns: &str, values: &[Value]) -> Result<usize> {
        let now = now();
        let parameters = [&values![self.id, now][..], values].concat();
        let sent = self.unwritten.requests;
        let update = format!(
            "UPDATE runs SET changed = ?2, requests = requests + {sent}, {columns} WHERE id = ?1"
        );
        let changed = self.db.sql().execute(&update, &parameters)?;
        self.unwritten.requests = 0;
        Ok(changed)
    }
}

impl Recorder for Recording {
    fn record(&mut self, event: Event<'_>) -> std::result::Result<(), Error> {
        let changed = match event {
            Event::Next(step) => self.next(step),
            Event::Sending(effect) => {
                self.unwritten.requests += 1;
                self.unwritten.reading = effect == Effect::Read;
                match effect {
                    Effect::Write => self.on_disk("outcome_unknown = 1"),
                    // It is sent again whatever came of it.
                    _ => Ok(1),
                }
            }
            Event::Unprocessed => self.set("outcome_unknown = 0", &[]),
            Event::Passed(count) => self.passed(count),
            Event::Ended(ended) => {
                let changed = self.ended(ended);
                self.goes_on = self.is_interrupted().map_err(JournalError::from)?;
                changed
            }
        };
        match changed.map_err(JournalError::from)? {
            0 => Err(JournalError::Unknown(self.id.clone()).into()),
            _ => Ok(()),
        }
    }

    fn goes_on(&self) -> bool {
        self.goes_on
    }
}

/// Whether a call can go on after this: `always`, `never`, or only when it is `certain` what came
/// of its last request. What the connector said about an unknown outcome is its last word.
fn can_go_on(failure: &Error) -> &'static str {
    match failure {
        Error::Stopped
        | Error::Busy(_)
        | Error::RateLimited { .. }
        | Error::Credential(_)
        | Error::Recorder(_)
        | Error::Refused { rule: rule::CALL_TIME, .. } => "always",
        Error::Connector(error) => match error.kind {
            ErrorKind::Unauthenticated | ErrorKind::RateLimited | ErrorKind::Unavailable => {
                "certain"
            }
            _ => "never",
        },
        _ => "never",
    }
}

fn word(step: &Step) -> &'static str {
    match step {
        Step::Send(_) => "send",
        Step::Pause(_) => "pause",
        Step::Emit(_) => "emit",
        Step::Read(_) => "read",
        Step::Done(_) => "done",
    }
}
