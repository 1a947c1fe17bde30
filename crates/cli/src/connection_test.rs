//! What the connection test tells a person.

use std::collections::BTreeMap;

use connector_auth::{Account, Tested};

/// Ids that are named for each scope that is lacking; the rest is counted.
const NAMED: usize = 3;

/// Who is connected, what was granted, and what for lack of scopes cannot be done.
pub fn lines(tested: &Tested) -> Vec<String> {
    let Account { id, name } = tested.account();
    let mut lines = vec![format!("Connected as {name} (id {id})")];
    lines.push(match &tested.granted {
        Some(granted) => format!("Granted: {}", granted.join(" ")),
        None => "Which scopes were granted is not known".into(),
    });
    lines.extend(lacking(tested).into_iter().map(|(scope, ids)| {
        let named = ids[..ids.len().min(NAMED)].join(", ");
        match ids.len().saturating_sub(NAMED) {
            0 => format!("Without {scope} no {named}"),
            more => format!("Without {scope} no {named} and {more} more"),
        }
    }));
    lines
}

/// What each scope that was not granted would allow.
fn lacking(tested: &Tested) -> BTreeMap<&str, Vec<&str>> {
    let mut by_scope: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in tested.output["lacking"].as_array().into_iter().flatten() {
        for scope in entry["scopes"].as_array().into_iter().flatten() {
            let (Some(scope), Some(id)) = (scope.as_str(), entry["id"].as_str()) else {
                continue;
            };
            by_scope.entry(scope).or_default().push(id);
        }
    }
    by_scope
}
