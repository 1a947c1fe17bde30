//! What an action does, for those who decide whether it may be done without asking.

use connector_host::contract::Effect;
use connector_host::contract::actions::Action;
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::vocabulary::{Chargeable, Costs};

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    Read,
    /// Changes something.
    Change,
    /// Takes something away or ends it.
    Delete,
    /// Costs money, or may begin to.
    Spend,
}

impl Does {
    pub fn of(action: &Action, costs: &Costs) -> Self {
        match action.effect {
            Effect::Read => Does::Read,
            _ if action.destructive => Does::Delete,
            _ if costs.contains_key(&action.id) => Does::Spend,
            _ => Does::Change,
        }
    }

    /// What it does with these arguments: of what costs money, not all changes do.
    pub fn with(action: &Action, costs: &Costs, arguments: &JsonObject) -> Self {
        match (Does::of(action, costs), costs.get(&action.id)) {
            (Does::Spend, Some(costs)) if is_free(costs, arguments) => Does::Change,
            (does, _) => does,
        }
    }

    /// As a word of an answer.
    pub fn word(self) -> &'static str {
        match self {
            Does::Read => "reads",
            Does::Change => "changes",
            Does::Delete => "deletes",
            Does::Spend => "spends",
        }
    }

    /// Whether somebody has to confirm it.
    pub fn is_asked(self) -> bool {
        matches!(self, Does::Delete | Does::Spend)
    }
}

/// Whether a person may call everything with it: the connector's raw way to its service, which is none of
/// its operations and composed of none.
pub fn is_raw(action: &Action) -> bool {
    action.operation_id.is_none() && action.scopes.is_empty() && action.effect == Effect::Write
}

fn is_free(costs: &Chargeable, arguments: &JsonObject) -> bool {
    let is_free = |(name, value): (&String, &Value)| match costs.free.get(name) {
        None => false,
        Some(values) => {
            values.as_array().is_some_and(|values| values.is_empty() || values.contains(value))
        }
    };
    !costs.free.is_empty()
        && arguments.iter().all(|(name, value)| match value {
            // A list of changes.
            list if is_list(list) => {
                let mut items = list.as_array().into_iter().flatten().filter_map(Value::as_object);
                items.all(|item| item.iter().all(is_free))
            }
            _ => is_free((name, value)),
        })
}

/// Fills in what has to be said so that nothing is spent yet, where it is not said.
pub fn start(costs: Option<&Chargeable>, arguments: &mut JsonObject) -> Vec<String> {
    let mut filled = Vec::new();
    let Some(costs) = costs.filter(|costs| !costs.start.is_empty()) else { return filled };
    let lists = arguments.values().any(is_list);
    let fill = |item: &mut JsonObject, filled: &mut Vec<String>| {
        for (name, value) in &costs.start {
            if !item.contains_key(name) {
                item.insert(name.clone(), value.clone());
                filled.push(name.clone());
            }
        }
    };
    match lists {
        false => fill(arguments, &mut filled),
        true => {
            for list in arguments.values_mut().filter(|value| is_list(value)) {
                let items = list.as_array_mut().into_iter().flatten();
                items.filter_map(Value::as_object_mut).for_each(|item| fill(item, &mut filled));
            }
        }
    }
    filled.dedup();
    filled
}

fn is_list(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> JsonObject {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn a_pause_costs_nothing_and_a_budget_does() {
        let free = json!({"id": [], "account": [], "status": ["PAUSED"]});
        let costs = Chargeable { free: object(free), ..Chargeable::default() };
        let is_free =
            |items: Value| is_free(&costs, &object(json!({"account": "1", "body": items})));
        assert!(is_free(json!([{"id": "1", "status": "PAUSED"}])));
        assert!(!is_free(json!([{"id": "1", "status": "ACTIVE"}])));
        assert!(!is_free(json!([{"id": "1", "status": "PAUSED"}, {"id": "2", "cap": 5}])));
        assert!(!is_free(json!([])));
    }

    #[test]
    fn what_is_made_starts_as_the_catalogue_says_unless_said() {
        let start = object(json!({"status": "PAUSED"}));
        let costs = Chargeable { start, ..Chargeable::default() };
        let mut many = object(json!({"body": [{"name": "a"}, {"status": "ACTIVE"}]}));
        assert_eq!(super::start(Some(&costs), &mut many), ["status"]);
        let wanted = json!({"body": [{"name": "a", "status": "PAUSED"}, {"status": "ACTIVE"}]});
        assert_eq!(Value::Object(many), wanted);
        let mut one = object(json!({"name": "a"}));
        super::start(Some(&costs), &mut one);
        assert_eq!(one["status"], "PAUSED");
    }
}
