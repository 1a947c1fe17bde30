//! Writes the descriptor, the settings and the form of a connection. The descriptor is a function that
//! builds it, because it owns its texts.

use std::fmt::Write;
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::files::connection::{FormField, Role};
use crate::files::types::{Kind, Type};
use crate::load::{Catalog, option, texts};
use crate::types::{Field, Types, Way};

/// The records of the contract, each with its members, which have the same names in `connection.toml`.
/// A member is described by a mark:
///
/// - `text` is a text, `plain` a number or a flag that is copied, `json` any value as a JSON text, `pairs`
///   a table of texts, a record's name that record;
/// - `[mark` is a list, `?mark` optional, and `?` alone an optional text;
/// - `|Name` is a variant of the enum of that name;
/// - anything else is a Rust expression, for a member that the file does not have.
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

/// `BASES`, `SETTINGS`, `FORM`, `FORM_HINTS`, `CATALOG` and the function `descriptor`.
pub fn write(catalog: &Catalog, types: &mut Types) -> Result<String> {
    let mut source = "pub static BASES: &[(&str, &str)] = &[".to_owned();
    for (environment, base) in &catalog.connection.bases {
        let base = base.as_str().context("a base is not a text")?;
        write!(source, "({environment:?}, {base:?}), ")?;
    }
    let form = form(catalog);
    let is_setting = |(field, _): &&(FormField, Keywords)| field.role == Role::Setting;
    let settings = fields(types, form.iter().filter(is_setting))?;
    writeln!(source, "];\npub static SETTINGS: &[Field] = {settings};")?;
    writeln!(source, "pub static FORM: &[Field] = {};", fields(types, &form)?)?;
    writeln!(source, "pub static FORM_HINTS: &[(&str, &str, &str)] = &{:?};", hints(&form)?)?;
    source += &whole(catalog, &form)?;
    let descriptor = expression("Descriptor", &catalog.descriptor)?;
    writeln!(
        source,
        "/// `settings` and `form` are JSON Schemas.\npub fn descriptor(settings: String, form: String) -> Descriptor {{ {descriptor} }}"
    )?;
    Ok(source)
}

/// The static `CATALOG`, which holds all others.
fn whole(catalog: &Catalog, form: &[(FormField, Keywords)]) -> Result<String> {
    let connection = &catalog.connection;
    let pairs = |table: &Map<String, Value>| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        table.iter().map(|(name, value)| (name.clone(), text(value))).collect()
    };
    let filled_in = form.iter().filter(|(field, _)| field.fills_in == Some(true));
    let envelope = catalog.errors.envelope.as_ref().map(|it| (&it.code, &it.message));
    let test = &connection.test;
    if !catalog.has_action(&test.action) {
        bail!("connection.toml: the test's {} is no action", test.action);
    }
    Ok(format!(
        "pub static CATALOG: Catalog = Catalog {{ id: {:?}, service: Service {{ name: {:?}, \
         request_id: {}, errors: ERRORS, states: STATES, envelope: {envelope:?} }}, descriptor, \
         actions: ACTIONS, triggers: TRIGGERS, webhooks: WEBHOOKS, sources: SOURCES, \
         resources: RESOURCES, settings: SETTINGS, filled_in: {}, form: FORM, \
         form_hints: FORM_HINTS, bases: BASES, headers: &{:?}, \
         test: Test {{ action: {:?}, input: {:?}, id: {:?}, name: {}, also: &{:?} }} }};\n",
        connection.id,
        connection.service.as_ref().unwrap_or(&connection.title),
        option(connection.request_id.as_deref()),
        texts(filled_in.map(|(field, _)| &field.name)),
        pairs(&connection.headers),
        test.action,
        serde_json::to_string(&test.input)?,
        test.id,
        texts(test.name.all()),
        pairs(&test.also),
    ))
}

/// Keywords of a field's JSON Schema that types do not have.
type Keywords = Map<String, Value>;

/// The fields of the form. The field for scopes gets its type from the scopes of the credential.
fn form(catalog: &Catalog) -> Vec<(FormField, Keywords)> {
    let credential = catalog.connection.credentials.first();
    let scopes = credential.and_then(|it| it.source["Oauth2"]["scopes"].as_array());
    let scopes = |flag: Option<&str>| -> Vec<Value> {
        let all = scopes.into_iter().flatten();
        let wanted = all.filter(|scope| flag.is_none_or(|flag| scope[flag] == true));
        wanted.map(|scope| scope["id"].clone()).collect()
    };
    let field = |field: &FormField| {
        let (mut field, mut keywords) = (field.clone(), Keywords::new());
        if field.role == Role::Scopes {
            let scope = Type { options: scopes(None), ..Type::of(Kind::String) };
            field.schema = Some(Type {
                items: Some(Box::new(scope)),
                default: Some(scopes(Some("suggested")).into()),
                ..Type::of(Kind::Array)
            });
            let minimum = scopes(Some("minimum")).into_iter();
            let minimum = minimum.map(|scope| json!({ "contains": { "const": scope } }));
            keywords.insert("uniqueItems".to_owned(), true.into());
            keywords.insert("allOf".to_owned(), minimum.collect());
        }
        (field, keywords)
    };
    catalog.connection.field.iter().map(field).collect()
}

fn fields<'a>(
    types: &mut Types,
    form: impl IntoIterator<Item = &'a (FormField, Keywords)>,
) -> Result<String> {
    let anything = Type::default();
    let fields: Vec<_> = form
        .into_iter()
        .map(|(field, _)| Field {
            name: &field.name,
            schema: field.schema.as_ref().unwrap_or(&anything),
            required: field.required == Some(true),
            place: "Location::Body",
            keys: vec![format!("settings/{}", field.name), field.name.clone()],
        })
        .collect();
    Ok(types.fields(&fields, Way::In)?.0)
}

fn hints(form: &[(FormField, Keywords)]) -> Result<Vec<(&str, &str, String)>> {
    let mut hints = Vec::new();
    for (field, keywords) in form {
        let name = field.name.as_str();
        hints.push((name, "x-role", serde_json::to_string(&field.role)?));
        if field.first_choice == Some(true) {
            hints.push((name, "x-first-choice", true.to_string()));
        }
        hints.extend(keywords.iter().map(|(word, value)| (name, word.as_str(), value.to_string())));
    }
    Ok(hints)
}

/// A Rust expression for a value that is described by a mark, see [`RECORDS`].
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
