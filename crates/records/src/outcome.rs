//! What became of one record.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use connector_host::Error;
use connector_host::contract::ErrorKind;

/// Serializes as `{"index", "ok": true, "data"}` or `{"index", "ok": false, "error"}`; the error
/// has at least a `kind` and a `message`.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The how manieth record of the input it is, from 0.
    pub index: u64,
    /// What the service made of the record, or why it did not.
    pub result: Result<Value, Value>,
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("index", &self.index)?;
        map.serialize_entry("ok", &self.result.is_ok())?;
        match &self.result {
            Ok(data) => map.serialize_entry("data", data)?,
            Err(error) => map.serialize_entry("error", error)?,
        }
        map.end()
    }
}

/// Why a record was not sent.
pub(crate) fn unfit(fields: &[(String, String)]) -> Value {
    let say = |(path, message): &(String, String)| match path.as_str() {
        "" => message.clone(),
        path => format!("`{path}`: {message}"),
    };
    let message = fields.iter().map(say).collect::<Vec<_>>().join("; ");
    let fields: Vec<Value> =
        fields.iter().map(|(path, message)| json!({"path": path, "message": message})).collect();
    json!({"kind": "invalid-input", "code": "invalid-record", "message": message, "fields": fields})
}

/// For the records after one whose failure no record can help.
pub(crate) fn not_attempted(why: &str) -> Value {
    json!({"kind": "unavailable", "code": "not-attempted", "message": format!("not attempted: {why}")})
}

/// For a record whose batch was ended with the process's runtime.
pub(crate) fn undecided(index: u64) -> Outcome {
    let message = "it was under way when this process ended: nobody knows what became of it";
    let error = json!({"kind": "unavailable", "code": "interrupted", "message": message});
    Outcome { index, result: Err(error) }
}

/// Whether it is about the records, so that others may fare better.
pub(crate) fn is_about_records(failure: &Error) -> bool {
    let Error::Connector(error) = failure else { return false };
    !matches!(error.kind, ErrorKind::Unauthenticated | ErrorKind::RateLimited)
}

/// Whether it did nothing because of other calls.
pub(crate) fn is_rate_limited(failure: &Error) -> bool {
    match failure {
        Error::Connector(error) => error.kind == ErrorKind::RateLimited,
        failure => matches!(failure, Error::RateLimited { .. }),
    }
}

/// Whether a part of the records may be accepted when this was said of all of them: nothing was
/// done for any.
pub(crate) fn is_about_one(failure: &Error) -> bool {
    let Error::Connector(error) = failure else { return false };
    matches!(error.kind, ErrorKind::InvalidInput | ErrorKind::Rejected)
}
