//! Keeps what a person marked as secret out of what is shown.

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

/// The texts of an input that its schema marks with `x-secret`.
#[derive(Default)]
pub struct Mask(Vec<String>);

impl Mask {
    /// `input` may be anything: what does not fit the schema is not looked at.
    pub fn new(schema: &str, input: &str) -> Self {
        let parse = |text| serde_json::from_str(text).unwrap_or_default();
        let (schema, input): (Value, Value) = (parse(schema), parse(input));
        let mut secrets = Vec::new();
        collect(&schema, &input, &mut secrets);
        Mask(secrets)
    }

    /// Whether there is nothing to keep out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text without those values, however it writes them: as they are, in JSON or in a URL.
    pub fn apply(&self, mut text: String) -> String {
        for secret in &self.0 {
            let in_json = Value::from(secret.as_str()).to_string();
            let in_json = &in_json[1..in_json.len() - 1];
            let in_url: String = byte_serialize(secret.as_bytes()).collect();
            for written in [secret, in_json, &in_url] {
                text = text.replace(written, "<secret>");
            }
        }
        text
    }
}

fn collect(schema: &Value, input: &Value, secrets: &mut Vec<String>) {
    let secret = schema["x-secret"] == true;
    if secret && let Some(text) = input.as_str().filter(|text| !text.is_empty()) {
        secrets.push(text.to_owned());
    }
    for key in ["oneOf", "anyOf"] {
        for alternative in schema[key].as_array().into_iter().flatten() {
            collect(alternative, input, secrets);
        }
    }
    // All that is in something secret is secret.
    let within = |part| if secret { schema } else { part };
    for (name, value) in input.as_object().into_iter().flatten() {
        collect(within(&schema["properties"][name]), value, secrets);
    }
    for item in input.as_array().into_iter().flatten() {
        collect(within(&schema["items"]), item, secrets);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_in_something_secret_is_secret() {
        let schema = r#"{"properties": {"a": {"x-secret": true}}}"#;
        let input = r#"{"a": {"b": ["one", {"c": "two"}]}, "d": "three"}"#;
        let shown = Mask::new(schema, input).apply(input.to_owned());
        assert_eq!(shown, r#"{"a": {"b": ["<secret>", {"c": "<secret>"}]}, "d": "three"}"#);
    }
}
