//! READMEs of packages: a text with `{{NAMES}}`, and what they stand for.

use serde_json::Value;

use crate::values::list;

/// The text with its names filled in: those that are given, and what the connector says about itself.
pub fn fill(template: &str, manifest: &Value, own: &[(&str, String)]) -> String {
    let connector = &manifest["connector"];
    let text = |name: &str| connector[name].as_str().unwrap_or_default().to_owned();
    let count = |name: &str| list(&manifest[name]).count().to_string();
    let common = [
        ("TITLE", text("title")),
        ("SUMMARY", text("summary")),
        ("API", text("api_version")),
        ("ACTIONS", count("actions")),
        ("TRIGGERS", count("triggers")),
        ("SETUP", setup(connector)),
    ];
    let values = own.iter().chain(&common);
    values.fold(template.to_owned(), |made, (name, value)| {
        made.replace(&format!("{{{{{name}}}}}"), value)
    })
}

/// How to get what a connection needs; empty when there is nothing to do.
fn setup(connector: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let steps = list(&connector["setup"]).enumerate().map(|(at, step)| {
        let url = step["url"].as_str().map_or(String::new(), |url| format!(" <{url}>"));
        format!("{}. **{}.** {}{url}\n", at + 1, text(&step["title"]), text(&step["text"]))
    });
    let steps: String = steps.collect();
    if steps.is_empty() { steps } else { format!("\n## Setting up\n\n{steps}") }
}

/// What is to be said about a credential besides its value.
pub fn remark(credential: &Value) -> Option<String> {
    match (credential["group"].as_str(), credential["required"] == true) {
        (Some(group), _) => Some(format!("one of the group {group}")),
        (None, false) => Some("optional".to_owned()),
        (None, true) => None,
    }
}

/// `a-b` as the name of a variable of the environment, `A_B`.
pub fn constant(id: &str) -> String {
    id.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_").to_uppercase()
}
