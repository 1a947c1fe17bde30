//! The words for states. Each state that the description lists for jobs and for items of batches must
//! be among them.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::files::facts::{Operation, PartialShape};
use crate::files::states::States;
use crate::files::types::Type;
use crate::load::{Catalog, texts};
use crate::types::Types;

pub fn write(catalog: &Catalog, types: &Types) -> Result<String> {
    let States { done, waiting, failed } = &catalog.states;
    for (id, facts) in looked_at(catalog) {
        let Some(response) = &facts.response else { continue };
        check(&catalog.states, types, response, 0)
            .map_err(|cause| cause.context(format!("a state in the answer of {id}")))?;
    }
    Ok(format!(
        "const STATES: States = States {{ done: {}, waiting: {}, failed: {} }};\n",
        texts(done),
        texts(waiting),
        texts(failed),
    ))
}

/// The operations whose states decide something: those of flows, and batches.
fn looked_at(catalog: &Catalog) -> Vec<(&str, &Operation)> {
    let flows = catalog.actions.iter().filter(|(_, words)| words.flow.is_some());
    let used: Vec<&String> = flows.flat_map(|(_, words)| &words.uses).collect();
    let is_used = |id: &str| used.iter().any(|used| *used == id);
    let is_batch = |facts: &Operation| {
        let partial = facts.partial.as_ref();
        partial.is_some_and(|it| it.items.is_some() || it.shape == PartialShape::Array)
    };
    let ids = catalog.actions.iter().map(|(_, words)| words.id.as_str());
    let facts = ids.filter_map(|id| Some((id, catalog.operation(id).ok()?)));
    facts.filter(|(id, facts)| is_used(id) || is_batch(facts)).collect()
}

/// The members that flows and batches look at.
const MEMBERS: [&str; 4] = ["status", "state", "report_status", "export_status"];

/// An enumeration of such a member with a word for waiting is one of states: each of its words must
/// be known.
fn check(states: &States, types: &Types, schema: &Type, depth: usize) -> Result<()> {
    let schema = types.resolve(schema)?;
    if depth > 6 {
        return Ok(());
    }
    for (name, member) in &schema.properties {
        if MEMBERS.contains(&name.as_str()) {
            all_known(states, types.resolve(member)?)?;
        }
        check(states, types, member, depth + 1)?;
    }
    let mut inner = schema.one_of.iter().chain(schema.items.as_deref());
    inner.try_for_each(|inner| check(states, types, inner, depth + 1))
}

fn all_known(states: &States, schema: &Type) -> Result<()> {
    let options: Vec<_> = schema.options.iter().filter_map(Value::as_str).collect();
    let is = |words: &[String], word: &str| words.contains(&word.to_ascii_lowercase());
    let is_known = |word: &str| {
        let lower = word.to_ascii_lowercase();
        is(&states.done, word)
            || is(&states.waiting, word)
            || states.failed.iter().any(|part| lower.contains(part))
    };
    let waits = |word: &&str| is(&states.waiting, word) && !word.eq_ignore_ascii_case("paused");
    if options.iter().any(waits)
        && let Some(word) = options.iter().find(|word| !is_known(word))
    {
        bail!("states.toml does not have {word}");
    }
    Ok(())
}
