//! Triggers as addresses: `trigger://CONNECTOR/TRIGGER`, with the configuration as the query.

use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use crate::account::CONNECTION;

/// The address of a trigger without a configuration, of the connection that has to be said, if one has.
pub fn plain(connector: &str, trigger: &str, said: Option<&str>) -> String {
    let address = format!("trigger://{connector}/{trigger}");
    match said {
        None => address,
        Some(said) => {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair(CONNECTION, said)
                .finish();
            format!("{address}?{query}")
        }
    }
}

/// Takes the connection out of a query.
pub fn take_connection(query: &mut Vec<(String, String)>) -> Option<String> {
    let at = query.iter().position(|(name, _)| name == CONNECTION)?;
    Some(query.remove(at).1)
}

/// The template (RFC 6570) of all addresses of a trigger, given the schema of its configuration.
pub fn template(connector: &str, trigger: &str, config: &Value, said: Option<&str>) -> String {
    let fields = config["properties"].as_object().into_iter().flatten();
    let fields: Vec<&str> = fields.map(|(name, _)| name.as_str()).collect();
    let begun = if said.is_some() { '&' } else { '?' };
    match fields.as_slice() {
        [] => plain(connector, trigger, said),
        fields => format!("{}{{{begun}{}}}", plain(connector, trigger, said), fields.join(",")),
    }
}

/// The trigger's id in an address of the connector, and the query; none for any other address.
pub fn parse(connector: &str, address: &str) -> Option<(String, Vec<(String, String)>)> {
    let url = Url::parse(address).ok()?;
    let ours = url.scheme() == "trigger" && url.host_str() == Some(connector);
    let id = url.path().strip_prefix('/').filter(|_| ours)?;
    Some((id.to_owned(), url.query_pairs().into_owned().collect()))
}

/// The configuration that a query stands for: each text as the kind of value that the schema asks
/// for. What does not fit stays a text, and the connector refuses it by name.
pub fn config(query: Vec<(String, String)>, schema: &Value) -> Map<String, Value> {
    let value = |name: &str, text: String| match &schema["properties"][name] {
        field if field["type"] == "array" => {
            text.split(',').map(|part| scalar(&field["items"], part)).collect()
        }
        field => scalar(field, &text),
    };
    query.into_iter().map(|(name, text)| (name.clone(), value(&name, text))).collect()
}

fn scalar(field: &Value, text: &str) -> Value {
    match field["type"].as_str() {
        Some("boolean" | "integer" | "number" | "object") => {
            serde_json::from_str(text).unwrap_or_else(|_| text.into())
        }
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_query_is_a_configuration() {
        let schema = json!({"properties": {
            "list_id": {"type": "string"}, "first": {"type": "boolean"}, "count": {"type": "integer"},
            "kinds": {"type": "array", "items": {"type": "string"}},
        }});
        let of_all = template("shop", "orders.new", &schema, None);
        assert_eq!(of_all, "trigger://shop/orders.new{?list_id,first,count,kinds}");
        let of_one = template("shop", "orders.new", &schema, Some("a b"));
        assert_eq!(of_one, "trigger://shop/orders.new?connection=a+b{&list_id,first,count,kinds}");
        let address = plain("shop", "orders.new", Some("a b"));
        let (_, mut query) = parse("shop", &address).unwrap();
        assert_eq!((take_connection(&mut query).as_deref(), query.len()), (Some("a b"), 0));
        let address = "trigger://shop/orders.new?list_id=7&first=true&count=x&kinds=a%20b,c&odd=1";
        let (id, query) = parse("shop", address).unwrap();
        assert_eq!(id, "orders.new");
        let wanted = json!({
            "list_id": "7", "first": true, "count": "x", "kinds": ["a b", "c"], "odd": "1",
        });
        assert_eq!(Value::Object(config(query, &schema)), wanted);
    }

    #[test]
    fn addresses_of_others_are_none() {
        for other in ["trigger://else/orders.new", "https://shop/orders.new", "orders.new"] {
            assert_eq!(parse("shop", other), None, "{other}");
        }
    }
}
