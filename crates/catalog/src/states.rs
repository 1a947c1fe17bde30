//! The words for states. Each state that the description lists for jobs and for items of batches must
//! be among them.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::load::{Catalog, items, texts};
use crate::types::Types;

pub fn write(catalog: &Catalog, types: &Types) -> Result<String> {
    let words = |name: &str| items(&catalog.states, name).filter_map(Value::as_str);
    for (id, facts) in looked_at(catalog) {
        check(catalog, types, &facts["response"], 0)
            .map_err(|cause| cause.context(format!("a state in the answer of {id}")))?;
    }
    Ok(format!(
        "const STATES: States = States {{ done: {}, waiting: {}, failed: {} }};\n",
        texts(words("done")),
        texts(words("waiting")),
        texts(words("failed")),
    ))
}

/// The operations whose states decide something: those of flows, and batches.
fn looked_at(catalog: &Catalog) -> Vec<(&str, &Value)> {
    let flows = catalog.actions.iter().filter(|(_, words)| words["flow"].is_string());
    let used: Vec<_> =
        flows.flat_map(|(_, words)| items(words, "uses").filter_map(Value::as_str)).collect();
    let is_used = |id: &str| used.contains(&id);
    let actions = catalog.actions.iter().filter_map(|(_, words)| words["id"].as_str());
    let facts = actions.filter_map(|id| Some((id, catalog.operation(id).ok()?)));
    let is_batch = |facts: &Value| {
        let partial = &facts["partial"];
        partial["items"].is_string() || partial["shape"] == "array"
    };
    facts.filter(|(id, facts)| is_used(id) || is_batch(facts)).collect()
}

/// The members that flows and batches look at.
const MEMBERS: [&str; 4] = ["status", "state", "report_status", "export_status"];

/// An enumeration of such a member with a word for waiting is one of states: each of its words must
/// be known.
fn check(catalog: &Catalog, types: &Types, schema: &Value, depth: usize) -> Result<()> {
    let schema = types.resolve(schema)?;
    if depth > 6 {
        return Ok(());
    }
    let members = schema["properties"].as_object().into_iter().flatten();
    for (name, member) in members {
        if MEMBERS.contains(&name.as_str()) {
            all_known(catalog, types.resolve(member)?)?;
        }
        check(catalog, types, member, depth + 1)?;
    }
    let inner = items(schema, "oneOf").chain(schema.get("items"));
    inner.into_iter().try_for_each(|inner| check(catalog, types, inner, depth + 1))
}

fn all_known(catalog: &Catalog, schema: &Value) -> Result<()> {
    let options: Vec<_> = items(schema, "enum").filter_map(Value::as_str).collect();
    let known = |name: &str, word: &str| {
        let mut words = items(&catalog.states, name).filter_map(Value::as_str);
        let word = word.to_ascii_lowercase();
        words.any(|known| if name == "failed" { word.contains(known) } else { word == known })
    };
    if options.iter().any(|word| known("waiting", word) && !word.eq_ignore_ascii_case("paused"))
        && let Some(word) = options
            .iter()
            .find(|word| !["done", "waiting", "failed"].iter().any(|name| known(name, word)))
    {
        bail!("states.toml does not have {word}");
    }
    Ok(())
}
