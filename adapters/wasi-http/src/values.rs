//! What whoever runs the component tells it.

use url::Url;

use crate::bindings::automation::adapters::values;
use crate::failure::Failure;

/// The value of a name, where one is set.
pub fn optional(name: &str) -> Result<Option<String>, Failure> {
    let unread = |why| Failure::set_up(format!("the value `{name}` cannot be read: {why}"));
    let value = values::get(name).map_err(unread)?;
    Ok(value.filter(|value| !value.is_empty()))
}

/// The value of a name. Without one nothing is served.
pub fn required(name: &str, what: &str) -> Result<String, Failure> {
    optional(name)?.ok_or_else(|| {
        let variable = name.to_ascii_uppercase().replace('-', "_");
        Failure::set_up(format!(
            "the value `{name}` is not set: {what} (`connector-{name}` in wasi:config, `CONNECTOR_{variable}` in the \
             environment)"
        ))
    })
}

/// The settings of the connection, as the connector takes them.
pub fn settings() -> Result<serde_json::Value, Failure> {
    let Some(text) = optional("settings")? else { return Ok(serde_json::json!({})) };
    match serde_json::from_str(&text) {
        Ok(settings @ serde_json::Value::Object(_)) => Ok(settings),
        _ => Err(Failure::set_up("the value `settings` is no JSON object".to_owned())),
    }
}

/// Where origins lead to instead, for tests: `ORIGIN=URL` with commas between.
pub fn routes() -> Result<Vec<(String, Url)>, Failure> {
    let text = optional("routes")?.unwrap_or_default();
    let routes = text.split(',').map(str::trim).filter(|route| !route.is_empty());
    routes.map(route).collect::<Option<_>>().ok_or_else(|| {
        let detail = "the value `routes` is `ORIGIN=URL`, with commas between; URLs are https, or http on loopback";
        Failure::set_up(detail.to_owned())
    })
}

fn route(text: &str) -> Option<(String, Url)> {
    let (origin, base) = text.split_once('=')?;
    let base = Url::parse(base).ok()?;
    let is_loopback = matches!(base.host_str()?, "127.0.0.1" | "localhost" | "[::1]");
    let is_fine = base.scheme() == "https" || (base.scheme() == "http" && is_loopback);
    is_fine.then(|| (origin.to_owned(), base))
}

/// Fails for two ids whose values would have one name in the environment.
pub fn distinct(ids: &[String]) -> Result<(), Failure> {
    let mut known: Vec<(String, &str)> = Vec::new();
    for id in ids {
        let variable = id.to_ascii_uppercase().replace('-', "_");
        if let Some((_, other)) =
            known.iter().find(|(name, other)| *name == variable && other != id)
        {
            let detail = format!(
                "the credentials `{other}` and `{id}` would both have the value of `CONNECTOR_CREDENTIAL_{variable}`: \
                 the connector is to name one of them otherwise"
            );
            return Err(Failure::refused("credential-id", detail));
        }
        known.push((variable, id));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_credentials_have_two_values() {
        let fails = |ids: [&str; 3]| distinct(&ids.map(str::to_owned)).err().map(|it| it.status);
        assert_eq!(fails(["a-b", "a-c", "ab"]), None);
        // A credential that is also a key of signatures.
        assert_eq!(fails(["a-b", "c", "a-b"]), None);
        assert_eq!(fails(["a-b", "c", "a_b"]), Some(502));
        assert_eq!(fails(["A-b", "c", "a-b"]), Some(502));
    }
}
