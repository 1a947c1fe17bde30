//! The operations of the API: those of actions that are exactly one operation.

use crate::catalog::{Action, Catalog};
use crate::contract::operations::{Base, Operation};

pub fn bases(catalog: &Catalog) -> Vec<Base> {
    let is_chosen = catalog.settings.iter().any(|field| field.name == "environment");
    let base = |&(environment, url): &(&str, &str)| Base {
        url: url.to_owned(),
        environment: is_chosen.then(|| environment.to_owned()),
    };
    catalog.bases.iter().map(base).collect()
}

pub fn all(catalog: &Catalog) -> Vec<Operation> {
    catalog.actions.iter().flat_map(operations).collect()
}

/// None for a composed action; several where a field of the path holds several segments.
fn operations(action: &Action) -> Vec<Operation> {
    let Some(id) = action.operation_id else { return Vec::new() };
    let operation = |path: String| Operation {
        id: id.to_owned(),
        method: action.method.clone(),
        path,
        scopes: action.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        effect: action.effect,
        destructive: action.destructive,
    };
    paths(action.path).into_iter().map(operation).collect()
}

/// The segments that a `{+name}` may stand for. The contract has names for single ones.
const DEPTH: usize = 16;

/// A path as the contract writes it: a segment that is a name and more becomes a name, which stands for
/// more than that, and one that holds several becomes a path for each number of them.
fn paths(path: &str) -> Vec<String> {
    let segments: Vec<_> = path.split('/').map(segment).collect();
    let Some(at) = segments.iter().position(|segment| segment.starts_with("{+")) else {
        return vec![segments.join("/")];
    };
    let name = segments[at].replace('+', "");
    let several = |count: usize| {
        let between = vec![name.as_str(); count].join("/");
        let all = segments.iter().enumerate();
        let all = all.map(|(index, segment)| if index == at { &*between } else { &**segment });
        all.collect::<Vec<_>>().join("/")
    };
    (1..=DEPTH).map(several).collect()
}

fn segment(text: &str) -> String {
    match (text.find('{'), text.find('}')) {
        (Some(start), Some(end)) if start < end => text[start..=end].to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_texts_and_names_alone() {
        assert_eq!(paths("/"), ["/"]);
        assert_eq!(paths("/things/{id}/parts"), ["/things/{id}/parts"]);
        assert_eq!(paths("/things/{id}.json"), ["/things/{id}"]);
        assert_eq!(paths("/sheets/{id}:append"), ["/sheets/{id}"]);
        let several = paths("/repos/{+repository}/issues");
        assert_eq!(several.len(), DEPTH);
        assert_eq!(several[1], "/repos/{repository}/{repository}/issues");
    }
}
