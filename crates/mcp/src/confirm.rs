//! Confirmations: what deletes or spends is done only when somebody said yes to just that.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rmcp::model::JsonObject;
use serde_json::Value;

/// The argument that holds the token of a confirmation.
pub const CONFIRM: &str = "confirm";
/// How long a preview may be confirmed.
const VALID: Duration = Duration::from_secs(600);
/// Previews at once; the oldest goes when there are more.
const MOST: usize = 256;

/// The previews that wait for a yes, by their tokens.
#[derive(Default)]
pub struct Confirmations(Mutex<HashMap<String, Waiting>>);

struct Waiting {
    call: String,
    since: Instant,
}

impl Confirmations {
    /// A token for a call with these arguments and no others, for once. None when the machine gives no
    /// randomness.
    pub fn token(&self, id: &str, arguments: &JsonObject) -> Option<String> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).ok()?;
        let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, it| it.since.elapsed() < VALID);
        if waiting.len() >= MOST {
            let oldest =
                waiting.iter().min_by_key(|(_, it)| it.since).map(|(token, _)| token.clone());
            oldest.and_then(|token| waiting.remove(&token));
        }
        let call = call(id, arguments);
        waiting.insert(token.clone(), Waiting { call, since: Instant::now() });
        Some(token)
    }

    /// Whether the token is that of a call with these arguments. It is used up when it is.
    pub fn take(&self, token: &str, id: &str, arguments: &JsonObject) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_this = |it: &Waiting| it.since.elapsed() < VALID && it.call == call(id, arguments);
        match waiting.get(token).is_some_and(is_this) {
            true => waiting.remove(token).is_some(),
            false => false,
        }
    }
}

/// A call as a text that is the same for the same arguments in any order.
fn call(id: &str, arguments: &JsonObject) -> String {
    fn sorted(value: &Value) -> String {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| {
                        format!("{}:{}", Value::from(name.as_str()), sorted(value))
                    })
                    .collect();
                members.sort_unstable();
                format!("{{{}}}", members.join(","))
            }
            Value::Array(items) => {
                format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(","))
            }
            other => other.to_string(),
        }
    }
    format!("{id} {}", sorted(&Value::Object(arguments.clone())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_for_one_call_and_once() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let confirmations = Confirmations::default();
        let (one, same) = (object(json!({"a": 1, "b": [2]})), object(json!({"b": [2], "a": 1})));
        let token = confirmations.token("things.delete", &one).unwrap();
        assert!(!confirmations.take(&token, "others.delete", &one));
        assert!(!confirmations.take(&token, "things.delete", &object(json!({"a": 2, "b": [2]}))));
        assert!(confirmations.take(&token, "things.delete", &same));
        assert!(!confirmations.take(&token, "things.delete", &one));
    }

    #[test]
    fn there_is_room_for_so_many() {
        let confirmations = Confirmations::default();
        let none = JsonObject::new();
        let first = confirmations.token("a", &none).unwrap();
        (0..MOST).for_each(|_| drop(confirmations.token("a", &none)));
        assert!(!confirmations.take(&first, "a", &none));
    }
}
