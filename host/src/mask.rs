//! Keeps what a person marked as secret out of what is shown.

use serde_json::Value;

use crate::contract::Request;
use crate::redact::Redactor;

/// The texts of an input that its schema marks with `x-secret`.
#[derive(Default)]
pub struct Mask(Option<Redactor>);

impl Mask {
    /// `input` may be anything: what does not fit the schema is not looked at.
    pub fn new(schema: &str, input: &str) -> Self {
        let parse = |text| serde_json::from_str(text).unwrap_or_default();
        let (schema, input): (Value, Value) = (parse(schema), parse(input));
        let mut secrets = Vec::new();
        collect(&schema, &input, &mut secrets);
        let found = !secrets.is_empty();
        Mask(found.then(|| Redactor::everything(secrets.iter().map(String::as_str))))
    }

    /// Whether there is nothing to keep out.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The same for a request that is shown, before it is written in any other way.
    pub fn request(&self, request: Request) -> Request {
        match &self.0 {
            Some(redactor) => redactor.request(request),
            None => request,
        }
    }

    /// The text without those values, however it writes them.
    pub fn apply(&self, text: String) -> String {
        match &self.0 {
            Some(redactor) => redactor.text(text),
            None => text,
        }
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
        assert_eq!(shown, r#"{"a": {"b": ["[secret]", {"c": "[secret]"}]}, "d": "three"}"#);
    }
}
