//! Settings in the hosts of a descriptor's addresses: `https://{shop}.example.com`.

mod values;

use serde_json::{Map, Value};

use crate::contract::operations::Base;
use crate::contract::{CredentialSource, Descriptor, Oauth2};

/// Whether any address of a descriptor holds a setting.
pub(crate) fn has_any(descriptor: &Descriptor, bases: &[Base]) -> bool {
    let mut descriptor = descriptor.clone();
    let mut found = bases.iter().any(|base| base.url.contains('{'));
    let _ = each_address(&mut descriptor, &mut |address| {
        found |= address.contains('{');
        Ok(())
    });
    found || values::has_any(&descriptor)
}

/// Fills the settings into all addresses. `settings` is the JSON text of an object; what it leaves open
/// has the default that the schema of the settings gives. Fails naming the setting that is missing or
/// cannot be part of an address; or, when that may come later, leaves such an address as it is.
pub(crate) fn fill(
    descriptor: &mut Descriptor,
    bases: &mut [Base],
    settings: &str,
    may_lack: bool,
) -> Result<(), String> {
    let settings = Settings { may_lack, ..Settings::new(descriptor, settings) };
    each_address(descriptor, &mut |address| settings.fill(address))?;
    values::fill(descriptor, &settings)?;
    bases.iter_mut().try_for_each(|base| settings.fill(&mut base.url))
}

/// Every address that may hold settings.
fn each_address(
    descriptor: &mut Descriptor,
    act: &mut dyn FnMut(&mut String) -> Result<(), String>,
) -> Result<(), String> {
    descriptor.origins.iter_mut().try_for_each(&mut *act)?;
    for credential in &mut descriptor.credentials {
        credential.origins.iter_mut().try_for_each(|bound| act(&mut bound.origin))?;
        if let CredentialSource::Oauth2(Oauth2 { endpoints, .. }) = &mut credential.source {
            for endpoints in endpoints {
                act(&mut endpoints.authorize_url)?;
                act(&mut endpoints.token_url)?;
                endpoints.revoke_url.iter_mut().try_for_each(&mut *act)?;
            }
        }
    }
    Ok(())
}

struct Settings {
    given: Map<String, Value>,
    /// The schema of the settings.
    schema: Value,
    /// Whether an address whose setting is missing stays as it is.
    may_lack: bool,
}

impl Settings {
    fn new(descriptor: &Descriptor, settings: &str) -> Self {
        let given = match serde_json::from_str(settings) {
            Ok(Value::Object(given)) => given,
            _ => Map::new(),
        };
        let schema = serde_json::from_str(&descriptor.settings).unwrap_or_default();
        Settings { given, schema, may_lack: false }
    }

    /// Only the host is looked at: settings elsewhere stay as they are, and are then no address.
    fn fill(&self, address: &mut String) -> Result<(), String> {
        let Some(begin) = address.find("://").map(|at| at + 3) else { return Ok(()) };
        let end = address[begin..].find('/').map_or(address.len(), |at| begin + at);
        let host = &address[begin..end];
        if !host.contains('{') {
            return Ok(());
        }
        let mut filled = String::new();
        let mut rest = host;
        while let Some((before, behind)) = rest.split_once('{') {
            let (name, behind) = behind
                .split_once('}')
                .ok_or_else(|| format!("`{address}` has a brace that is not closed"))?;
            if self.may_lack && self.value(name).is_null() {
                return Ok(());
            }
            filled += before;
            filled +=
                &self.part(name, before.is_empty() && filled.is_empty() && behind.is_empty())?;
            rest = behind;
        }
        filled += rest;
        *address = format!("{}{filled}{}", &address[..begin], &address[end..]);
        Ok(())
    }

    fn value(&self, name: &str) -> &Value {
        let default = &self.schema["properties"][name]["default"];
        self.given.get(name).unwrap_or(default)
    }

    /// The value of a setting as a part of a label, or as a whole host name.
    fn part(&self, name: &str, is_whole: bool) -> Result<String, String> {
        let text = match self.value(name) {
            Value::String(text) if !text.is_empty() => text.to_ascii_lowercase(),
            Value::Number(number) => number.to_string(),
            _ => {
                return Err(format!(
                    "the setting `{name}` is missing: it is part of the service's address"
                ));
            }
        };
        let is_fit = match is_whole {
            true => is_host_name(&text),
            false => is_within_label(&text),
        };
        match is_fit {
            true => Ok(text),
            false if is_whole => Err(format!("the setting `{name}` must be a host name")),
            false => Err(format!(
                "the setting `{name}` must have letters, digits and hyphens only: it is part of the \
                 service's address"
            )),
        }
    }
}

/// No address in numbers: those lead into private networks.
fn is_host_name(text: &str) -> bool {
    let top = text.rsplit('.').next().unwrap_or_default();
    // `0x7f` is a number too.
    let is_name = top.starts_with(|c: char| c.is_ascii_alphabetic());
    text.contains('.') && text.split('.').all(is_label) && is_name
}

fn is_label(text: &str) -> bool {
    is_within_label(text) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_within_label(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(address: &str, settings: Value) -> Result<String, String> {
        let Value::Object(given) = settings else { panic!("it is an object") };
        let schema = json!({"properties": {"region": {"default": "eu-west-1"}}});
        let mut address = address.to_owned();
        Settings { given, schema, may_lack: false }.fill(&mut address)?;
        Ok(address)
    }

    #[test]
    fn a_setting_is_a_part_of_a_label_or_a_whole_host() {
        let shop = json!({"shop": "My-Shop", "host": "social.example.org", "number": 7});
        for (address, expected) in [
            ("https://{shop}.example.com", "https://my-shop.example.com"),
            ("https://a-{number}.example.com/v1", "https://a-7.example.com/v1"),
            ("https://s3.{region}.example.com", "https://s3.eu-west-1.example.com"),
            ("https://{host}", "https://social.example.org"),
            ("https://{host}/oauth", "https://social.example.org/oauth"),
            ("https://example.com/{shop}", "https://example.com/{shop}"),
        ] {
            assert_eq!(filled(address, shop.clone()).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn nothing_else_gets_into_an_address() {
        for value in [
            json!("evil.test/"),
            json!("evil.test#"),
            json!("a.b"),
            json!("a@b"),
            json!("a:80"),
            json!(""),
            json!(null),
            json!(["a"]),
            json!("ä"),
            json!("a b"),
            json!("%2e"),
            json!("a\n"),
        ] {
            let refused = filled("https://{shop}.example.com", json!({ "shop": value.clone() }));
            assert!(refused.is_err_and(|why| why.contains("`shop`")), "{value}");
        }
        for value in [
            "localhost",
            "169.254.169.254",
            "1.0x7f",
            "10.0.0.0x7f",
            "-a.example",
            "a..b",
            "a.example:80",
            "a.example/",
            "u@a.example",
        ] {
            assert!(filled("https://{host}", json!({ "host": value })).is_err(), "{value}");
        }
        assert!(filled("https://{shop", json!({})).is_err());
    }
}
