//! Settings in the values of extensions: `{"region": "{region}"}`. Only a name that the schema of the
//! settings has is one; other braces are the extension's own.

use serde_json::Value;

use super::Settings;
use crate::contract::{CredentialSource, Descriptor, Extension, Placement};

/// Whether a value holds a setting.
pub(super) fn has_any(descriptor: &Descriptor) -> bool {
    let settings = Settings::new(descriptor, "{}");
    let mut descriptor = descriptor.clone();
    let mut found = false;
    let _ = each_text(&mut descriptor, &mut |_, text| {
        found |= settings.named_in(text).is_some();
        Ok(())
    });
    found
}

/// Fills the settings in: see [`super::fill`].
pub(super) fn fill(descriptor: &mut Descriptor, settings: &Settings) -> Result<(), String> {
    each_text(descriptor, &mut |extension, text| match text.contains("://") {
        true => settings.fill(text),
        false => settings.fill_text(extension, text),
    })
}

impl Settings {
    /// The first setting that a text holds.
    fn named_in<'a>(&self, text: &'a str) -> Option<&'a str> {
        let known = self.schema["properties"].as_object()?;
        let parts = text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0));
        parts.into_iter().find(|name| known.contains_key(*name))
    }

    fn fill_text(&self, extension: &str, text: &mut String) -> Result<(), String> {
        let (mut filled, mut rest) = (String::new(), text.as_str());
        while let Some(name) = self.named_in(rest) {
            let place = format!("{{{name}}}");
            let (before, behind) = rest.split_once(&place).expect("it is there");
            filled += before;
            filled += &match self.value(name) {
                Value::String(value) if !value.is_empty() => value.clone(),
                Value::Number(value) => value.to_string(),
                _ if self.may_lack => place,
                _ => {
                    return Err(format!("the setting `{name}` is missing: `{extension}` needs it"));
                }
            };
            rest = behind;
        }
        *text = filled + rest;
        Ok(())
    }
}

/// Every text in the values of placements and sources, with the name of its extension.
fn each_text(
    descriptor: &mut Descriptor,
    act: &mut dyn FnMut(&str, &mut String) -> Result<(), String>,
) -> Result<(), String> {
    for credential in &mut descriptor.credentials {
        if let CredentialSource::Other(extension) = &mut credential.source {
            within(extension, act)?;
        }
        if let Placement::Other(extension) = &mut credential.placement {
            within(extension, act)?;
        }
    }
    Ok(())
}

fn within(
    extension: &mut Extension,
    act: &mut dyn FnMut(&str, &mut String) -> Result<(), String>,
) -> Result<(), String> {
    // What is no JSON is refused where it is used.
    let Ok(mut value) = serde_json::from_str::<Value>(&extension.value) else { return Ok(()) };
    each(&mut value, &mut |text| act(&extension.name, text))?;
    extension.value = value.to_string();
    Ok(())
}

fn each(
    value: &mut Value,
    act: &mut dyn FnMut(&mut String) -> Result<(), String>,
) -> Result<(), String> {
    match value {
        Value::String(text) => act(text),
        Value::Array(items) => items.iter_mut().try_for_each(|item| each(item, act)),
        Value::Object(members) => members.values_mut().try_for_each(|member| each(member, act)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(text: &str, settings: Value, may_lack: bool) -> Result<String, String> {
        let Value::Object(given) = settings else { panic!("it is an object") };
        let schema = json!({"properties": {
            "region": {"type": "string"}, "stage": {"default": 2}, "site": {"type": "string"},
        }});
        let mut text = text.to_owned();
        Settings { given, schema, may_lack }.fill_text("aws-sigv4", &mut text)?;
        Ok(text)
    }

    #[test]
    fn only_settings_are_filled_in() {
        let given = json!({"region": "eu-west-1"});
        let fill = |text, given: &Value| filled(text, given.clone(), false);
        assert_eq!(fill("{region}", &given).unwrap(), "eu-west-1");
        assert_eq!(fill("{/iss} {region}-{stage} {x", &given).unwrap(), "{/iss} eu-west-1-2 {x");
        let twice = json!({"region": "{region}"});
        assert_eq!(fill("{region}{region}", &twice).unwrap(), "{region}{region}");
        let missing = "the setting `site` is missing: `aws-sigv4` needs it";
        assert_eq!(fill("a {site}", &given).unwrap_err(), missing);
        assert_eq!(filled("a {site}", given, true).unwrap(), "a {site}");
    }
}
