//! Drafts of cases: a call that succeeds and one that is refused. `make cases` adds the requests and what comes
//! of them.

use super::sample::sample;
use super::words::Draft;
use crate::catalog::facts::Facts;
use anyhow::Result;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Writes both into the folder of the action, and gives the names of the files. What is there is left as it is.
pub fn write(cases: &Path, draft: &Draft, facts: &Facts) -> Result<Vec<String>> {
    let operation = &facts.operations[&draft.operation].facts;
    let status = |all: &[u16], usual: u16| all.first().copied().unwrap_or(usual);
    let answer = operation.response.as_ref().map(|type_| sample(facts, type_, true));
    let refusal = json!({ "code": 1, "message": "The service says why." });
    let both = [
        ("success", status(&operation.success, 200), answer.unwrap_or(Value::Null)),
        ("refused", status(&operation.errors, 400), refusal),
    ];
    let folder = cases.join(&draft.id);
    fs::create_dir_all(&folder)?;
    let mut written = Vec::new();
    for (name, status, body) in both {
        let mut response =
            json!({ "status": status, "headers": { "content-type": "application/json" } });
        if !body.is_null() {
            response["body"] = body;
        }
        let case = json!({
            "call": { "do": "action", "id": draft.id, "input": draft.example },
            "exchanges": [{ "response": response }],
        });
        let file = folder.join(format!("{name}.json"));
        if !file.exists() {
            fs::write(&file, serde_json::to_string_pretty(&case)? + "\n")?;
            written.push(format!("tests/cases/{}/{name}.json", draft.id));
        }
    }
    Ok(written)
}
