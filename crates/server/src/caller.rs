//! Who sends a request: the holder of a key.

use std::sync::{Arc, OnceLock};

use axum::http::StatusCode;
use connector_store::now;

use crate::audit;
use crate::keys::{Key, Keys};
use crate::problem::Problem;
use crate::quotas::Standing;
use crate::rights::Right;
use crate::tenant::Tenant;

/// The holder of a key, and all that it reaches.
#[derive(Clone, Debug)]
pub struct Caller {
    pub key: Key,
    pub tenant: Arc<Tenant>,
    pub told: Told,
}

/// What the answer to a request tells of its tenant's quotas; once a call was counted.
#[derive(Clone, Debug, Default)]
pub struct Told(pub Arc<OnceLock<Vec<Standing>>>);

impl Caller {
    /// Whether the key was not revoked since.
    pub fn still_counts(&self, keys: &Keys) -> bool {
        matches!(keys.get(&self.key.id), Ok(Some(_)))
    }

    /// Fails when the key does not have this right.
    pub fn may(&self, right: Right) -> Result<(), Problem> {
        if self.key.rights.has(right) {
            return Ok(());
        }
        let word = serde_json::to_value(right).unwrap_or_default();
        let word = word.as_str().unwrap_or_default();
        let detail = format!("the key `{}` has no right `{word}`", self.key.name);
        let refused = Err(Problem::forbidden(detail).with("needs", word));
        self.note(format!("refused: needs {word}"), None, None, &refused);
        refused
    }

    /// Notes what was done.
    pub fn note<T>(
        &self,
        what: impl Into<String>,
        connection: Option<&str>,
        input: Option<String>,
        done: &Result<T, Problem>,
    ) {
        let outcome = match done {
            Ok(_) => "done".to_owned(),
            Err(problem) => problem.code.clone(),
        };
        audit::note(
            &self.tenant.db,
            &audit::Entry {
                time: now(),
                key: self.key.id.clone(),
                what: what.into(),
                connection: connection.map(str::to_owned),
                input,
                outcome,
            },
        );
    }
}

impl Caller {
    /// Notes what is done when it has ended, also when the caller has not waited for it.
    pub fn noting(&self, what: String, connection: &str, input: String) -> Noting {
        let connection = connection.to_owned();
        Noting { caller: self.clone(), what, connection, input: Some(input) }
    }
}

/// Something that is to be noted.
#[derive(Debug)]
pub struct Noting {
    caller: Caller,
    what: String,
    connection: String,
    /// None once it is noted.
    input: Option<String>,
}

impl Noting {
    /// What came of it.
    pub fn end<T>(mut self, done: &Result<T, Problem>) {
        let (caller, input) = (self.caller.clone(), self.input.take());
        caller.note(self.what.clone(), Some(&self.connection), input, done);
    }
}

impl Drop for Noting {
    fn drop(&mut self) {
        if let Some(input) = self.input.take() {
            let gone = Problem::new(StatusCode::REQUEST_TIMEOUT, "caller-gone", "");
            let done = Err::<(), _>(gone);
            self.caller.note(self.what.clone(), Some(&self.connection), Some(input), &done);
        }
    }
}
