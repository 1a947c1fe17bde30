//! Names beside ids: what answers said of things is remembered, so that a later answer that has only the id
//! of one tells its name as well. Nothing is asked for it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

/// Things that are remembered; when there are more, all are forgotten.
const MOST: usize = 10_000;

/// Names by kinds of things and ids, such as (board, 7).
#[derive(Default)]
pub struct Names(Mutex<HashMap<(String, String), String>>);

impl Names {
    /// Remembers the thing that an action with this id answered with.
    pub fn learn(&self, action: &str, thing: &Value) {
        let resource = action.split('.').next().unwrap_or_default();
        let Some(kind) = resource.strip_suffix('s') else { return };
        let name = thing.get("name").or_else(|| thing.get("title")).and_then(Value::as_str);
        let id = thing.get("id").and_then(Value::as_str);
        let (Some(id), Some(name)) = (id, name.filter(|name| !name.is_empty())) else { return };
        self.keep(kind, id, name, true);
    }

    /// Remembers what was chosen for a field such as `board_id` or `board_ids`. A name that an answer gave
    /// says more than the title of a choice.
    pub fn know(&self, field: &str, id: &Value, title: &str) {
        let kind = field.strip_suffix("_ids").or(field.strip_suffix("_id"));
        if let (Some(kind), Some(id)) = (kind, id.as_str()) {
            self.keep(kind, id, title, false);
        }
    }

    fn keep(&self, kind: &str, id: &str, name: &str, certain: bool) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        let key = (kind.to_owned(), id.to_owned());
        if certain || !known.contains_key(&key) {
            known.insert(key, name.to_owned());
        }
    }

    /// Puts names beside the ids in an answer, where they are known and not there yet.
    pub fn tell(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.values_mut().for_each(|member| self.tell(member));
                let named: Vec<_> =
                    members.iter().filter_map(|it| self.beside(it, members)).collect();
                members.extend(named);
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.tell(item)),
            _ => {}
        }
    }

    fn beside(
        &self,
        (member, id): (&String, &Value),
        members: &Map<String, Value>,
    ) -> Option<(String, Value)> {
        let kind = member.strip_suffix("_id")?;
        let name = format!("{kind}_name");
        let key = (kind.to_owned(), id.as_str()?.to_owned());
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(&key).filter(|_| !members.contains_key(&name))?;
        Some((name, found.as_str().into()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_that_was_seen_with_a_name_is_told_with_it() {
        let names = Names::default();
        names.learn("boards.list", &json!({"id": "7", "name": "Ferns"}));
        names.learn("pins.get", &json!({"id": "8", "title": "Moss"}));
        names.learn("pins.get", &json!({"id": "9", "title": ""}));
        names.know("owner_ids", &json!("5"), "Ann");
        names.know("board_id", &json!("7"), "Ferns, 3 Pins");
        let mut answer = json!({"items": [
            {"board_id": "7", "pin_id": "8"}, {"board_id": "8", "pin_id": "9"},
            {"board_id": "7", "board_name": "As said"}, {"owner_id": "5"},
        ]});
        names.tell(&mut answer);
        let wanted = json!({"items": [
            {"board_id": "7", "pin_id": "8", "board_name": "Ferns", "pin_name": "Moss"},
            {"board_id": "8", "pin_id": "9"}, {"board_id": "7", "board_name": "As said"},
            {"owner_id": "5", "owner_name": "Ann"},
        ]});
        assert_eq!(answer, wanted);
    }
}
