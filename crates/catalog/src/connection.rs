//! The descriptor, as an expression that builds it, the settings and the form.

use std::fmt::Write;
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::load::{Catalog, option, text, texts};
use crate::types::{Field, Types, Way};

/// What a record of the contract holds: its type, and its members in `catalog/connection.toml`.
/// `?` marks what is optional, alone a text; a member that is a record names its type.
const RECORDS: &[(&str, &[(&str, &str)])] = &[
    (
        "Descriptor",
        &[
            ("id", "text"),
            ("title", "text"),
            ("summary", "text"),
            ("version", "env!(\"CARGO_PKG_VERSION\").to_owned()"),
            ("api_version", "text"),
            ("environments", "[Environment"),
            ("origins", "[text"),
            ("credentials", "[Credential"),
            ("requires", "[text"),
            ("settings", "settings"),
            ("form", "form"),
            ("setup", "[SetupStep"),
            ("quotas", "[Quota"),
            ("operations", "[text"),
            ("extensions", "[Extension"),
        ],
    ),
    ("Environment", &[("id", "text"), ("title", "text"), ("help", "text")]),
    (
        "Credential",
        &[
            ("id", "text"),
            ("title", "text"),
            ("required", "plain"),
            ("group", "?"),
            ("source", "|CredentialSource"),
            ("placement", "|Placement"),
            ("origins", "[BoundOrigin"),
        ],
    ),
    ("BoundOrigin", &[("origin", "text"), ("environment", "?")]),
    ("SetupStep", &[("title", "text"), ("text", "text"), ("url", "?")]),
    ("Quota", &[("id", "text"), ("calls", "plain"), ("window_ms", "plain")]),
    (
        "Oauth2",
        &[
            ("endpoints", "[Endpoints"),
            ("scopes", "[Scope"),
            ("scope_separator", "text"),
            ("grants", "[|Grant"),
            ("client_authentication", "|ClientAuthentication"),
            ("token_body", "|TokenBody"),
            ("token_parameters", "[TokenParameter"),
            ("token_answer", "TokenAnswer"),
            ("pkce", "plain"),
            ("redirect_uris", "[RedirectUri"),
            ("rules", "[OauthRule"),
        ],
    ),
    ("RedirectUri", &[("platform", "text"), ("uri", "text")]),
    (
        "OauthRule",
        &[
            ("grant", "?|Grant"),
            ("status", "?plain"),
            ("contains", "text"),
            ("fault", "|OauthFault"),
            ("advice", "text"),
        ],
    ),
    (
        "Endpoints",
        &[
            ("environment", "text"),
            ("authorize_url", "text"),
            ("authorize_parameters", "pairs"),
            ("token_url", "text"),
            ("revoke_url", "?"),
        ],
    ),
    (
        "Scope",
        &[
            ("id", "text"),
            ("purpose", "text"),
            ("minimum", "plain"),
            ("suggested", "plain"),
            ("implies", "[text"),
        ],
    ),
    ("Pair", &[("user", "text"), ("password", "text"), ("help", "text")]),
    ("SharedConsent", &[("credential", "text"), ("token_answer", "TokenAnswer")]),
    ("CredentialHeader", &[("name", "text"), ("prefix", "text")]),
    ("Extension", &[("name", "text"), ("value", "json")]),
    (
        "Signature",
        &[
            ("header", "text"),
            ("element", "?"),
            ("prefix", "text"),
            ("encoding", "|Encoding"),
            ("algorithm", "|Algorithm"),
            ("key", "|SigningKey"),
            ("key_encoding", "|Encoding"),
            ("signed", "text"),
            ("time", "?SignedTime"),
        ],
    ),
    ("SignedTime", &[("time", "text"), ("tolerance_ms", "plain")]),
    (
        "TokenParameter",
        &[("grant", "|Grant"), ("name", "text"), ("value", "text"), ("condition", "?")],
    ),
    (
        "TokenAnswer",
        &[
            ("access_token", "text"),
            ("expires_in", "?"),
            ("refresh_token", "?"),
            ("refresh_token_expires_in", "?"),
            ("granted_scopes", "?"),
            ("settings", "pairs"),
        ],
    ),
];

/// `BASES`, `SETTINGS`, `FORM`, `FORM_HINTS` and the function `descriptor`.
pub fn write(catalog: &Catalog, types: &mut Types) -> Result<String> {
    let mut source = "pub static BASES: &[(&str, &str)] = &[".to_owned();
    for (environment, base) in catalog.connection["bases"].as_object().unwrap_or(&Map::new()) {
        write!(
            source,
            "({environment:?}, {:?}), ",
            base.as_str().context("a base is not a text")?
        )?;
    }
    let form = form(catalog)?;
    let settings: Vec<&Value> = form.iter().filter(|field| field["role"] == "setting").collect();
    writeln!(source, "];\npub static SETTINGS: &[Field] = {};", fields(types, settings)?)?;
    writeln!(source, "pub static FORM: &[Field] = {};", fields(types, form.iter())?)?;
    writeln!(source, "pub static FORM_HINTS: &[(&str, &str, &str)] = &{:?};", hints(&form)?)?;
    source += &whole(catalog, &form)?;
    let descriptor = expression("Descriptor", &catalog.connection)?;
    writeln!(
        source,
        "/// `settings` and `form` are JSON Schemas.\npub fn descriptor(settings: String, form: String) -> Descriptor {{ {descriptor} }}"
    )?;
    Ok(source)
}

/// The static `CATALOG`, which holds all others.
fn whole(catalog: &Catalog, form: &[Value]) -> Result<String> {
    let connection = &catalog.connection;
    let pairs = |table: &Value| -> Vec<(String, String)> {
        let members = table.as_object().into_iter().flatten();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        members.map(|(name, value)| (name.clone(), text(value))).collect()
    };
    let filled_in = form.iter().filter(|field| field["fills_in"] == true);
    let filled_in = filled_in.filter_map(|field| field["name"].as_str());
    let envelope = &catalog.errors["envelope"];
    let envelope = match envelope.is_object() {
        true => format!("Some(({:?}, {:?}))", text(envelope, "code")?, text(envelope, "message")?),
        false => "None".to_owned(),
    };
    let test = &connection["test"];
    let action = text(test, "action").context("test, in connection.toml")?;
    if !catalog.actions.iter().any(|(_, words)| words["id"] == action) {
        bail!("connection.toml: the test's {action} is no action");
    }
    let input = if test["input"].is_null() { json!({}) } else { test["input"].clone() };
    let name = match &test["name"] {
        Value::Array(names) => texts(names.iter().filter_map(Value::as_str)),
        _ => texts([text(test, "name")?]),
    };
    Ok(format!(
        "pub static CATALOG: Catalog = Catalog {{ id: {:?}, service: Service {{ name: {:?}, \
         request_id: {}, errors: ERRORS, states: STATES, envelope: {envelope} }}, descriptor, \
         actions: ACTIONS, triggers: TRIGGERS, webhooks: WEBHOOKS, sources: SOURCES, \
         resources: RESOURCES, settings: SETTINGS, filled_in: {}, form: FORM, \
         form_hints: FORM_HINTS, bases: BASES, headers: &{:?}, \
         test: Test {{ action: {action:?}, input: {:?}, id: {:?}, name: {name}, also: &{:?} }} }};\n",
        text(connection, "id")?,
        connection["service"].as_str().map_or_else(|| text(connection, "title"), Ok)?,
        option(&connection["request_id"]),
        texts(filled_in),
        pairs(&connection["headers"]),
        input.to_string(),
        text(test, "id")?,
        pairs(&test["also"]),
    ))
}

/// The fields of the form, with the schema of the scopes filled in.
fn form(catalog: &Catalog) -> Result<Vec<Value>> {
    let oauth = &catalog.connection["credentials"][0]["source"]["Oauth2"];
    let scopes = |flag: Option<&str>| -> Vec<&Value> {
        let all = oauth["scopes"].as_array().into_iter().flatten();
        let wanted = all.filter(|scope| flag.is_none_or(|flag| scope[flag] == true));
        wanted.map(|scope| &scope["id"]).collect()
    };
    let mut form = catalog.connection["field"].as_array().cloned().unwrap_or_default();
    for field in form.iter_mut().filter(|field| field["role"] == "scopes") {
        field["schema"] = json!({
            "type": "array",
            "items": { "type": "string", "enum": scopes(None) },
            "default": scopes(Some("suggested")),
        });
        let minimum = scopes(Some("minimum")).into_iter();
        let minimum = minimum.map(|scope| json!({ "contains": { "const": scope } }));
        field["keywords"] = json!({ "uniqueItems": true, "allOf": minimum.collect::<Vec<_>>() });
    }
    Ok(form)
}

fn fields<'a>(types: &mut Types, described: impl IntoIterator<Item = &'a Value>) -> Result<String> {
    let field = |described: &'a Value| -> Result<Field<'a>> {
        let name = text(described, "name")?;
        let keys = vec![format!("settings/{name}"), name.to_owned()];
        let required = described["required"] == true;
        Ok(Field { name, schema: &described["schema"], required, place: "Location::Body", keys })
    };
    let fields: Vec<_> = described.into_iter().map(field).collect::<Result<_>>()?;
    Ok(types.fields(&fields, Way::In)?.0)
}

fn hints(form: &[Value]) -> Result<Vec<(&str, &str, String)>> {
    let mut hints = Vec::new();
    for field in form {
        let name = text(field, "name")?;
        hints.push((name, "x-role", field["role"].to_string()));
        if field["first_choice"] == true {
            hints.push((name, "x-first-choice", true.to_string()));
        }
        let keywords = field["keywords"].as_object().into_iter().flatten();
        hints.extend(keywords.map(|(keyword, value)| (name, keyword.as_str(), value.to_string())));
    }
    Ok(hints)
}

/// A Rust expression of the type that the mark stands for.
pub(crate) fn expression(mark: &str, value: &Value) -> Result<String> {
    if let Some(of) = mark.strip_prefix('[') {
        let items: Result<Vec<_>> =
            value.as_array().into_iter().flatten().map(|item| expression(of, item)).collect();
        return Ok(format!("vec![{}]", items?.join(", ")));
    }
    if let Some(of) = mark.strip_prefix('?').filter(|of| !of.is_empty()) {
        return match value {
            Value::Null => Ok("None".to_owned()),
            some => Ok(format!("Some({})", expression(of, some)?)),
        };
    }
    if let Some(variant) = mark.strip_prefix('|') {
        return match value {
            Value::String(name) => Ok(format!("{variant}::{name}")),
            Value::Object(one) if one.len() == 1 => {
                let (name, value) = one.iter().next().expect("it has one member");
                let mark = match name.as_str() {
                    _ if value.is_string() => "text",
                    "Header" => "CredentialHeader",
                    "Other" => "Extension",
                    name => name,
                };
                Ok(format!("{variant}::{name}({})", expression(mark, value)?))
            }
            other => bail!("{other} is no {variant}"),
        };
    }
    match (mark, value) {
        ("text", Value::String(text)) => Ok(format!("{text:?}.to_owned()")),
        ("?", Value::String(text)) => Ok(format!("Some({text:?}.to_owned())")),
        ("?", Value::Null) => Ok("None".to_owned()),
        ("json", value) => Ok(format!("{:?}.to_owned()", value.to_string())),
        ("pairs", Value::Null) => Ok("vec![]".to_owned()),
        ("pairs", Value::Object(pairs)) => {
            let pair = |(name, value): (&String, &Value)| {
                let value = value.as_str().context("it is not a text")?;
                Ok(format!("({name:?}.to_owned(), {value:?}.to_owned())"))
            };
            let pairs: Result<Vec<_>> = pairs.iter().map(pair).collect();
            Ok(format!("vec![{}]", pairs?.join(", ")))
        }
        ("plain", Value::Bool(_) | Value::Number(_)) => Ok(value.to_string()),
        (code, Value::Null) if !RECORDS.iter().any(|(name, _)| *name == code) => {
            Ok(code.to_owned())
        }
        (record, Value::Object(object)) => {
            let (_, members) =
                RECORDS.iter().find(|(name, _)| *name == record).context("unknown record")?;
            let members: Result<Vec<_>> = members
                .iter()
                .map(|(name, mark)| {
                    let value = object.get(*name).unwrap_or_else(|| default(record, name));
                    let value =
                        expression(mark, value).with_context(|| format!("{record}.{name}"))?;
                    Ok(format!("{name}: {value}"))
                })
                .collect();
            Ok(format!("{record} {{ {} }}", members?.join(", ")))
        }
        (mark, value) => bail!("{value} is no {mark}"),
    }
}

/// What a member is when it is left out: mostly nothing.
fn default(record: &str, name: &str) -> &'static Value {
    static DEFAULTS: LazyLock<Value> = LazyLock::new(|| {
        json!({
            "Oauth2": { "token_body": "Form" },
            "Signature": { "prefix": "", "encoding": "Hex", "key_encoding": "Plain", "signed": "{body}" },
            "CredentialHeader": { "prefix": "" },
        })
    });
    &DEFAULTS[record][name]
}
