//! What the connector says for those who ask in words: the extension `vocabulary`.

use serde_json::Value;

/// The value of an extension of the descriptor; null where there is none.
pub fn extension(manifest: &Value, name: &str) -> Value {
    let all = manifest["connector"]["extensions"].as_array();
    let found = all.into_iter().flatten().find(|extension| extension["name"] == name);
    match found.map(|extension| &extension["value"]) {
        // As the contract has it, and as the manifest writes it.
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        Some(value) => value.clone(),
        None => Value::Null,
    }
}

/// The names, titles and texts of common jobs.
pub fn jobs(manifest: &Value) -> Vec<(String, String, String)> {
    let vocabulary = extension(manifest, "vocabulary");
    let text = |job: &Value, name: &str| job[name].as_str().unwrap_or_default().to_owned();
    let jobs = vocabulary["jobs"].as_array().into_iter().flatten();
    jobs.map(|job| (text(job, "name"), text(job, "title"), text(job, "text"))).collect()
}

/// The names in braces that a text leaves open.
pub fn open(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}
