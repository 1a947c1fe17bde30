//! Which operations take a type, and which give it.

use crate::catalog::facts::{Facts, Operation};
use connector_catalog::files::types::Type;
use std::collections::{BTreeMap, BTreeSet};

/// Operations by the name of a type.
type ByType<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The types of facts with the operations that lead to them.
#[derive(Default)]
pub struct Reach<'a> {
    taken: ByType<'a>,
    given: ByType<'a>,
}

impl<'a> Reach<'a> {
    pub fn of(facts: &'a Facts) -> Self {
        let mut reach = Self::default();
        for (id, Operation { facts: operation, .. }) in &facts.operations {
            let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
            let taken = parameters.chain(operation.body.iter().map(|body| &body.schema));
            taken.for_each(|type_| enter(facts, type_, id, &mut reach.taken));
            operation.response.iter().for_each(|type_| enter(facts, type_, id, &mut reach.given));
        }
        reach
    }

    /// The operations that have the type in their input.
    pub fn taken(&self, name: &str) -> BTreeSet<&'a str> {
        self.taken.get(name).cloned().unwrap_or_default()
    }

    /// The operations that have the type in their answer.
    pub fn given(&self, name: &str) -> BTreeSet<&'a str> {
        self.given.get(name).cloned().unwrap_or_default()
    }
}

fn enter<'a>(facts: &'a Facts, type_: &'a Type, operation: &'a str, found: &mut ByType<'a>) {
    let mapped = type_.discriminator.iter().flat_map(|it| it.mapping.values());
    for name in type_.reference.iter().chain(mapped) {
        // A type may hold itself.
        if found.entry(name).or_default().insert(operation) {
            facts.types.get(name).into_iter().for_each(|it| enter(facts, it, operation, found));
        }
    }
    type_.inner().for_each(|inner| enter(facts, inner, operation, found));
}
