//! The descriptor, as an expression that builds it, and the settings.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::load::{Catalog, text};
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
            ("settings", "settings"),
            ("form", "form"),
            ("setup", "[SetupStep"),
            ("quotas", "[Quota"),
            ("operations", "[text"),
        ],
    ),
    ("Environment", &[("id", "text"), ("title", "text"), ("help", "text")]),
    (
        "Credential",
        &[
            ("id", "text"),
            ("title", "text"),
            ("required", "plain"),
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
            ("token_url", "text"),
            ("revoke_url", "?"),
        ],
    ),
    ("Scope", &[("id", "text"), ("purpose", "text"), ("minimum", "plain"), ("suggested", "plain")]),
    (
        "TokenParameter",
        &[("grant", "|Grant"), ("name", "text"), ("value", "text"), ("condition", "?")],
    ),
    (
        "TokenAnswer",
        &[
            ("access_token", "text"),
            ("expires_in", "text"),
            ("refresh_token", "?"),
            ("refresh_token_expires_in", "?"),
            ("granted_scopes", "?"),
        ],
    ),
];

/// `BASES`, `SETTINGS` and the function `descriptor`.
pub fn write(catalog: &Catalog, types: &mut Types) -> Result<String> {
    let mut source = "pub static BASES: &[(&str, &str)] = &[".to_owned();
    for (environment, base) in catalog.connection["bases"].as_object().unwrap_or(&Map::new()) {
        write!(
            source,
            "({environment:?}, {:?}), ",
            base.as_str().context("a base is not a text")?
        )?;
    }
    let mut fields = Vec::new();
    for setting in catalog.connection["setting"].as_array().into_iter().flatten() {
        let name = text(setting, "name")?;
        let keys = vec![format!("settings/{name}"), name.to_owned()];
        fields.push(Field {
            name,
            schema: &setting["schema"],
            required: false,
            place: "Place::Body",
            keys,
        });
    }
    let (fields, _) = types.fields(&fields, Way::In)?;
    writeln!(source, "];\npub static SETTINGS: &[Field] = {fields};")?;
    let descriptor = expression("Descriptor", &catalog.connection)?;
    writeln!(
        source,
        "/// `settings` and `form` are JSON Schemas.\npub fn descriptor(settings: String, form: String) -> Descriptor {{ {descriptor} }}"
    )?;
    Ok(source)
}

/// A Rust expression of the type that the mark stands for.
fn expression(mark: &str, value: &Value) -> Result<String> {
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
                let mark = if value.is_string() { "text" } else { name };
                Ok(format!("{variant}::{name}({})", expression(mark, value)?))
            }
            other => bail!("{other} is no {variant}"),
        };
    }
    match (mark, value) {
        ("text", Value::String(text)) => Ok(format!("{text:?}.to_owned()")),
        ("?", Value::String(text)) => Ok(format!("Some({text:?}.to_owned())")),
        ("?", Value::Null) => Ok("None".to_owned()),
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
                    let value = object.get(*name).unwrap_or(&Value::Null);
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
