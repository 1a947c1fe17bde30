//! Patterns of the facts, compiled when they are first needed: a command asks for few of them, and
//! all of them would take longer than the rest of it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use fancy_regex::Regex;

/// What is compiled already; None for a pattern that is none.
static COMPILED: LazyLock<Mutex<HashMap<String, Option<Arc<Regex>>>>> =
    LazyLock::new(Mutex::default);

/// Whether part of a text matches. Nothing matches a pattern that does not compile, of which
/// there is none in the facts.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if !compiled.contains_key(pattern) {
        compiled.insert(pattern.to_owned(), Regex::new(pattern).ok().map(Arc::new));
    }
    let regex = compiled[pattern].clone();
    drop(compiled);
    regex.is_some_and(|regex| regex.is_match(text).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fancy_regex::Regex;

    use super::super::{FACTS, Type};

    fn patterns(type_: &'static Type, found: &mut BTreeSet<&'static str>) {
        found.extend(type_.pattern.as_deref());
        type_.inner().for_each(|inner| patterns(inner, found));
    }

    #[test]
    fn every_pattern_of_the_facts_compiles() {
        let mut found = BTreeSet::new();
        FACTS.types.values().for_each(|type_| patterns(type_, &mut found));
        for operation in &FACTS.operations {
            let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
            let body = operation.body.as_ref().map(|body| &body.schema);
            let all = parameters.chain(body).chain(&operation.response);
            all.for_each(|type_| patterns(type_, &mut found));
        }
        assert!(found.len() > 10, "{}", found.len());
        for pattern in found {
            Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        }
    }
}
