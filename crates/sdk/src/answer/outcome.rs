//! What became of one input of a batch.

use serde_json::{Map, Value, json};

use super::state::State;
use super::verdict::{Verdict, failed, unknown};
use crate::catalog::Service;

pub struct Outcome {
    /// Its place in the input; absent when the service does not say whose outcome it is.
    pub index: Option<usize>,
    pub data: Value,
    /// The typed error, unless it is known to have been done, or to be under way.
    pub error: Option<Value>,
    /// Nobody knows whether it was done.
    pub is_unknown: bool,
    /// It tells its outcome itself, and is not only there.
    pub says_so: bool,
    /// It is under way.
    pub is_waiting: bool,
    /// What else the answer says of it.
    pub rest: Map<String, Value>,
}

impl Outcome {
    pub fn done(index: Option<usize>) -> Outcome {
        Outcome {
            index,
            data: Value::Null,
            error: None,
            is_unknown: false,
            says_so: true,
            is_waiting: false,
            rest: Map::new(),
        }
    }

    pub fn failed(index: Option<usize>, error: Value) -> Outcome {
        Outcome { error: Some(error), ..Outcome::done(index) }
    }

    pub fn unknown(index: Option<usize>, error: Value) -> Outcome {
        Outcome { is_unknown: true, ..Outcome::failed(index, error) }
    }

    pub fn of(index: Option<usize>, verdict: Verdict) -> Outcome {
        match verdict {
            Verdict::Done => Outcome::done(index),
            Verdict::Silent => Outcome { says_so: false, ..Outcome::done(index) },
            Verdict::Waiting => Outcome { is_waiting: true, ..Outcome::done(index) },
            Verdict::Failed(error) => Outcome::failed(index, error),
            Verdict::Unknown(error) => Outcome { says_so: false, ..Outcome::unknown(index, error) },
        }
    }

    /// Holds it against the state of the whole batch, whose word is `word`: what says nothing itself
    /// went as the batch did, and what is under way in a batch that is over is not known.
    pub fn settle(&mut self, service: &Service, state: Option<State>, word: &str) {
        if self.error.is_some() || (self.says_so && !self.is_waiting) {
            return;
        }
        let told = match (state, self.is_waiting) {
            (Some(State::Failed), _) => from_state(service, State::Failed, word),
            (Some(State::Unknown), _) => from_state(service, State::Unknown, word),
            (Some(State::Done), true) => {
                let why =
                    format!("the batch is over, and {} says that this is under way", service.name);
                Outcome::unknown(None, unknown(&self.data, &why))
            }
            _ => return,
        };
        (self.error, self.is_unknown) = (told.error, told.is_unknown);
    }
}

/// The outcome of what the service says nothing of, in a batch of this state.
pub fn from_state(service: &Service, state: State, word: &str) -> Outcome {
    let of_all = json!({ "status": word });
    match state {
        State::Done => Outcome::done(None),
        State::Waiting => Outcome::of(None, Verdict::Waiting),
        State::Failed => {
            Outcome::failed(None, failed(service, &of_all, &format!("{word} of the batch")))
        }
        State::Unknown => {
            let why = format!("{} says {word} and nothing of this one", service.name);
            Outcome::unknown(None, unknown(&Value::Null, &why))
        }
    }
}

/// The output that these outcomes make. `envelope` is what else the answer has.
pub fn output(
    mut envelope: Map<String, Value>,
    outcomes: Vec<Outcome>,
    refusal: Option<Value>,
) -> Value {
    let failed = outcomes.iter().filter(|outcome| outcome.error.is_some()).count();
    let unknown = outcomes.iter().filter(|outcome| outcome.is_unknown).count();
    let result = |outcome: Outcome| {
        let mut result = outcome.rest;
        result.insert("index".to_owned(), json!(outcome.index));
        result.insert("ok".to_owned(), outcome.error.is_none().into());
        if outcome.is_unknown {
            result.insert("unknown".to_owned(), true.into());
        }
        result.insert("data".to_owned(), outcome.data);
        if let Some(error) = outcome.error {
            result.insert("error".to_owned(), error);
        }
        Value::Object(result)
    };
    envelope.insert("results".to_owned(), outcomes.into_iter().map(result).collect());
    envelope.insert("failed".to_owned(), failed.into());
    envelope.insert("unknown".to_owned(), unknown.into());
    if let Some(refusal) = refusal {
        envelope.insert("refusal".to_owned(), refusal);
    }
    Value::Object(envelope)
}
