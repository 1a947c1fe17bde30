//! The operations of the API, as the actions that are exactly one each know them.

use crate::Connector;
use crate::catalog::{self, Action};
use crate::contract::operations::{Base, Guest, Operation};

impl Guest for Connector {
    fn bases() -> Vec<Base> {
        let base = |&(environment, url): &(&str, &str)| Base {
            url: url.to_owned(),
            environment: Some(environment.to_owned()),
        };
        catalog::BASES.iter().map(base).collect()
    }

    fn all() -> Vec<Operation> {
        catalog::ACTIONS.iter().filter_map(operation).collect()
    }
}

/// None for an action that is made of others.
fn operation(action: &Action) -> Option<Operation> {
    Some(Operation {
        id: action.operation_id?.to_owned(),
        method: action.method,
        path: action.path.to_owned(),
        scopes: action.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        effect: action.effect,
        destructive: action.destructive,
    })
}
