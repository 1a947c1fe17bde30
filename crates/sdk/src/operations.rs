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
    catalog.actions.iter().filter_map(operation).collect()
}

/// None for a composed action.
fn operation(action: &Action) -> Option<Operation> {
    Some(Operation {
        id: action.operation_id?.to_owned(),
        method: action.method.clone(),
        path: action.path.to_owned(),
        scopes: action.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        effect: action.effect,
        destructive: action.destructive,
    })
}
