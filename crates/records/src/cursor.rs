//! How far a read has come: small, storable, and enough to go on exactly.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Error;

const FORMAT: u32 = 1;

/// How many of the rows given last are known by name while a run is under way. A service whose
/// pages are cut by position shows rows again when others are put before them; a page holds far
/// fewer rows than this.
const RECENT: usize = 1000;

/// How long before the beginning of a run a row may have been made, by the service's clock, and
/// still be missing from a list: 5 minutes, for clocks that disagree and lists that lag.
pub(crate) const LAG: i64 = 5 * 60 * 1_000_000;

/// Where a read stands. To be stored after the records that it counts as given; until then those
/// of the last page come again. Times are microseconds since 1970 UTC.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Cursor {
    format: u32,
    resource: String,
    /// The input that the caller gave, parents among it.
    input: Map<String, Value>,
    /// From when on the caller wants rows.
    since: Option<i64>,
    /// All rows that changed before this have been given.
    pub(crate) mark: Option<i64>,
    /// The rows given that changed at the mark or later, or that have no time of change.
    pub(crate) given: Rows,
    /// Parents that were refused to the last runs, with the mark up to which their rows were given
    /// before.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    missed: BTreeMap<String, Option<i64>>,
    /// The run under way; none when the last one came to its end.
    pub(crate) run: Option<Run>,
}

/// Rows by what tells them apart, with the time of the change that was given.
pub(crate) type Rows = BTreeMap<String, Option<i64>>;

/// A run that has begun.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Run {
    pub began: i64,
    /// The latest change seen.
    pub top: Option<i64>,
    /// As in the cursor, for what comes after this run.
    pub given: Rows,
    /// Parents whose rows have all been given.
    pub done: BTreeSet<String>,
    /// Parents that were refused.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub refused: BTreeSet<String>,
    /// The parent whose rows are being read, and the checkpoint after its last whole page.
    pub at: Option<Place>,
    recent: VecDeque<(String, Option<i64>)>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Place {
    pub parent: String,
    /// In base64.
    pub checkpoint: String,
}

impl Cursor {
    /// Before the first run.
    pub(crate) fn new(resource: &str, input: Map<String, Value>, since: Option<i64>) -> Self {
        Cursor {
            format: FORMAT,
            resource: resource.to_owned(),
            input,
            since,
            mark: since,
            given: Rows::new(),
            missed: BTreeMap::new(),
            run: None,
        }
    }

    /// Fails when it was made by a read of something else, or by another release.
    pub(crate) fn check(
        &self,
        resource: &str,
        input: &Map<String, Value>,
        since: Option<i64>,
    ) -> Result<(), Error> {
        let other = |what: String| Err(Error::Cursor(what));
        if self.format != FORMAT {
            return other(format!("its format is {}, and not {FORMAT}", self.format));
        }
        if self.resource != resource {
            return other(format!("it is for `{}`, and not for `{resource}`", self.resource));
        }
        if self.input != *input {
            let was = Value::from(self.input.clone());
            return other(format!("it is for the input {was}"));
        }
        if since.is_some() && self.since != since {
            return other("it began at another time than --since says".into());
        }
        Ok(())
    }

    /// Whether no run has come to its end yet.
    pub(crate) fn is_first(&self) -> bool {
        self.mark == self.since
    }

    /// Whether a run has begun and not come to its end.
    pub fn is_under_way(&self) -> bool {
        self.run.is_some()
    }

    /// Whether all rows of a parent have been given in the run under way.
    pub(crate) fn is_done(&self, parent: &str) -> bool {
        self.run.as_ref().is_some_and(|run| run.done.contains(parent))
    }

    /// From when on the rows of a parent are missing.
    pub(crate) fn mark_of(&self, parent: &str) -> Option<i64> {
        // Of several steps of a walk the first may have been refused.
        let within = |missed: &&String| missed == &parent || is_within(parent, missed);
        let missed = self.missed.iter().find(|(missed, _)| within(missed));
        missed.map_or(self.mark, |(_, mark)| *mark)
    }

    /// Leaves the rows of a parent, or of all below it, to the next run.
    pub(crate) fn miss(&mut self, parent: &str) {
        let run = self.run.get_or_insert_default();
        run.at = None;
        run.refused.insert(parent.to_owned());
    }

    /// Whether a change came too early to be of interest.
    pub(crate) fn is_before_mark(&self, changed: Option<i64>, parent: &str) -> bool {
        changed.is_some_and(|changed| self.mark_of(parent).is_some_and(|mark| changed < mark))
    }

    /// Whether a row still has to be given.
    pub(crate) fn wants(&self, row: &str, changed: Option<i64>, parent: &str) -> bool {
        if self.is_before_mark(changed, parent) {
            return false;
        }
        let known = |rows: &Rows| rows.get(row) == Some(&changed);
        let recently = |run: &Run| run.recent.iter().any(|it| it.0 == row && it.1 == changed);
        let run = self.run.as_ref();
        !known(&self.given) && !run.is_some_and(|run| known(&run.given) || recently(run))
    }

    /// Counts a row that was seen, whether or not it was given just now.
    pub(crate) fn count(&mut self, row: String, changed: Option<i64>, parent: &str) {
        if self.is_before_mark(changed, parent) {
            return;
        }
        let Some(run) = &mut self.run else { return };
        if let Some(changed) = changed {
            if run.top.is_none_or(|top| changed > top) {
                run.top = Some(changed);
                let mark = run.mark();
                run.given.retain(|_, changed| changed.is_none() || *changed >= mark);
            }
            if run.mark().is_some_and(|mark| changed < mark) {
                return;
            }
        }
        run.given.insert(row, changed);
    }

    /// Ends the run. What changed after the new mark is known row by row, so the next run gives
    /// what this one could not have seen, and nothing twice.
    pub(crate) fn finish(&mut self) {
        let Some(run) = self.run.take() else { return };
        let missed = run.refused.iter().map(|parent| (parent.clone(), self.mark_of(parent)));
        self.missed = missed.collect();
        self.mark = self.mark.max(run.mark());
        let (mark, missed) = (self.mark, &self.missed);
        let before = std::mem::replace(&mut self.given, run.given);
        self.given.retain(|_, changed| changed.is_none() || *changed >= mark);
        // This run has seen nothing of them.
        let kept = |row: &str| missed.keys().any(|parent| is_within(row, parent));
        self.given.extend(before.into_iter().filter(|(row, _)| kept(row)));
    }
}

/// Whether the values that name something begin with those of a parent: `["1","2"]` is within
/// `["1"]`.
fn is_within(name: &str, parent: &str) -> bool {
    let begins = parent.strip_suffix(']').and_then(|parent| name.strip_prefix(parent));
    begins.is_some_and(|rest| rest.starts_with(','))
}

impl Run {
    pub fn new(began: i64) -> Self {
        Run { began, ..Run::default() }
    }

    /// Up to where a list that was read since the run began is certain to be whole: the latest
    /// change seen, and no later than when the run began. What came while it was under way may
    /// stand on a page that had already been read.
    fn mark(&self) -> Option<i64> {
        self.top.map(|top| top.min(self.began.saturating_sub(LAG)))
    }

    /// Remembers a row of the last pages.
    pub fn remember(&mut self, row: String, changed: Option<i64>) {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back((row, changed));
    }
}
