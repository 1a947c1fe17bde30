//! Jobs that were begun.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::job_kind::{self, Job};
use crate::clock::Moment;

/// How long a job takes at most, in seconds; or until it was looked after once.
const TAKES_S: i64 = 60;

/// A job that was begun.
#[derive(Clone)]
pub struct Started {
    /// Its kind.
    pub job: &'static Job,
    /// The rest.
    pub begun: Begun,
}

/// What is kept of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    /// When.
    pub at: Moment,
    /// How often somebody looked after it.
    pub looks: u32,
    /// What the call that began it was answered.
    pub answer: Value,
    /// The state that somebody has set.
    pub settled: Option<String>,
    /// The ending of the file's name: `json`, or else `csv`.
    pub ending: String,
    /// What it was to tell, for a report of figures.
    pub question: Option<Value>,
    /// The rows of its result, where somebody has said them.
    pub kept: Option<Vec<Value>>,
    /// How many rows are made up otherwise.
    pub made_up: usize,
}

impl Started {
    /// A job as it was kept; None when there is no such kind any more.
    pub fn again(kind: &str, begun: Begun) -> Option<Started> {
        Some(Started { job: job_kind::of(kind)?, begun })
    }

    /// The kind of job, by an operation that begins it, and what is kept of it.
    pub fn kept(&self) -> (&'static str, &Begun) {
        (self.job.begin.first().copied().unwrap_or_default(), &self.begun)
    }

    /// Sets its state, for good.
    pub fn settle(&mut self, state: &str) {
        self.begun.settled = Some(state.to_owned());
    }

    /// Its state: what somebody has set, or else done. It is under way for the first look, unless
    /// time has passed.
    pub fn look(&mut self, now: Moment) -> &str {
        let begun = &mut self.begun;
        begun.looks = begun.looks.saturating_add(1);
        let is_done = begun.looks > 1 || now >= begun.at.plus_s(TAKES_S);
        let state = if is_done { self.job.states.1 } else { self.job.states.0 };
        begun.settled.as_deref().unwrap_or(state)
    }
}
