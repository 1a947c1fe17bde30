//! Credentials: what a person fills in to connect an account.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::names::{camel, help, pascal, title, title_case, words};
use super::typescript::{expression, string};
use crate::File;
use crate::probe::Sent;

/// A credential of n8n's.
pub struct Credential<'a> {
    /// The name of its class, which is that of its file.
    pub class: String,
    /// Its name in nodes.
    pub name: String,
    pub title: String,
    /// The connector's credential.
    pub of: &'a Value,
    /// How its value is got.
    pub way: Way,
}

/// How the value of a credential is got.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    OAuth2,
    /// One value that a person pastes.
    Pasted,
    /// Two of them.
    Pair,
}

impl Way {
    /// Its value in the parameter `authentication`, and what people read for it.
    pub fn option(self) -> (&'static str, &'static str) {
        match self {
            Way::OAuth2 => ("oAuth2", "OAuth2"),
            Way::Pasted => ("token", "Access Token"),
            Way::Pair => ("pair", "User and Password"),
        }
    }
}

/// All of a connector. A credential of OAuth has two: a token can be pasted, too.
pub fn credentials(connector: &Value) -> Result<Vec<Credential<'_>>> {
    let service = connector["title"].as_str().unwrap_or_default();
    let id = words(connector["id"].as_str().unwrap_or_default());
    let mut all = Vec::new();
    for (at, of) in connector["credentials"].as_array().into_iter().flatten().enumerate() {
        let own = of["title"].as_str().unwrap_or_default();
        let more = words(of["id"].as_str().unwrap_or_default());
        let (called, shown) = match at {
            0 => (id.clone(), service.to_owned()),
            _ => (
                format!("{id} {more}"),
                format!("{service} {}", own.replacen(service, "", 1).trim()),
            ),
        };
        let source = &of["source"];
        let ways: &[Way] = if source["oauth2"].is_object() {
            &[Way::OAuth2, Way::Pasted]
        } else if source["pair"].is_object() {
            &[Way::Pair]
        } else if source["secret"].is_string() {
            &[Way::Pasted]
        } else {
            bail!("{own}: n8n has no credential that is got as this one is")
        };
        if !(of["placement"] == "bearer"
            || of["placement"] == "basic"
            || of["placement"]["header"].is_object()
            || of["placement"]["query"].is_string())
        {
            bail!("{own}: n8n has no way to sign requests as this credential does");
        }
        all.extend(ways.iter().map(|&way| {
            let end = if way == Way::OAuth2 { "OAuth2Api" } else { "Api" };
            let class = format!("{}{end}", pascal(&called));
            let name = format!("{}{end}", camel(&called));
            let end = if way == Way::OAuth2 { "OAuth2 API" } else { "API" };
            Credential { class, name, title: format!("{} {end}", title_case(&shown)), of, way }
        }));
    }
    Ok(all)
}

/// The file of a credential's class. `test`: what the connection test asks for; `settings`: whether the
/// connection's settings are filled in here.
pub fn file(
    credential: &Credential,
    manifest: &Value,
    icon: &str,
    home: &str,
    test: Option<&Sent>,
) -> File {
    let mut properties = settings(&manifest["connector"]);
    match credential.way {
        Way::OAuth2 => {
            properties.extend(oauth(&credential.of["source"]["oauth2"], &needed(manifest)))
        }
        Way::Pasted => properties.push(pasted(credential.of)),
        Way::Pair => properties.extend(pair(&credential.of["source"]["pair"])),
    }
    let is_oauth = credential.way == Way::OAuth2;
    let mut types = vec!["ICredentialTestRequest", "ICredentialType", "Icon", "INodeProperties"];
    if !is_oauth {
        types.insert(0, "IAuthenticateGeneric");
    }
    let mut body = format!(
        "import type {{ {} }} from 'n8n-workflow';\n\nexport class {} implements ICredentialType {{\n\tname = {};\n",
        types.join(", "),
        credential.class,
        string(&credential.name),
    );
    if is_oauth {
        body.push_str("\n\textends = ['oAuth2Api'];\n");
    }
    body.push_str(&format!(
        "\n\tdisplayName = {};\n\n\ticon: Icon = {{ light: 'file:../icons/{icon}.svg', dark: 'file:../icons/{icon}.dark.svg' }};\n\n\tdocumentationUrl = {};\n\n\tproperties: INodeProperties[] = {};\n",
        string(&credential.title),
        string(&format!("{home}#credentials")),
        expression(&properties.into(), 1),
    ));
    if !is_oauth {
        let place = placed(credential.of);
        body.push_str(&format!(
            "\n\tauthenticate: IAuthenticateGeneric = {};\n",
            expression(&json!({"type": "generic", "properties": place}), 1)
        ));
    }
    if let Some(test) = test {
        let request = json!({
            "baseURL": base(credential.of, &test.origin),
            "url": test.uri,
            "method": test.method,
        });
        body.push_str(&format!(
            "\n\ttest: ICredentialTestRequest = {};\n",
            expression(&json!({"request": request}), 1)
        ));
    }
    body.push_str("}\n");
    File::new(format!("credentials/{}.credentials.ts", credential.class), body)
}

/// The connection's settings.
fn settings(connector: &Value) -> Vec<Value> {
    let settings = &connector["settings"];
    let needed: Vec<_> = settings["required"].as_array().into_iter().flatten().collect();
    let field = |(name, schema): (&String, &Value)| {
        let mut field = json!({
            "displayName": title(name, schema),
            "name": name,
            "type": "string",
            "default": schema["default"].as_str().unwrap_or_default(),
        });
        if let Some(values) = schema["enum"].as_array() {
            field["type"] = "options".into();
            field["options"] = values
                .iter()
                .map(|value| json!({"name": title_of(connector, value), "value": value}))
                .collect();
            if schema["default"].is_null() {
                field["default"] = values[0].clone();
            }
        }
        if needed.iter().any(|need| *need == name) {
            field["required"] = true.into();
        }
        let text = help(schema["description"].as_str().unwrap_or_default());
        if !text.is_empty() {
            field["description"] = text.into();
        }
        field
    };
    settings["properties"].as_object().into_iter().flatten().map(field).collect()
}

/// The title of an environment or of a credential, or the value in words.
fn title_of(connector: &Value, value: &Value) -> String {
    let named =
        ["environments", "credentials"].into_iter().filter_map(|list| connector[list].as_array());
    let found = named.flatten().find(|it| it["id"] == *value).and_then(|it| it["title"].as_str());
    title_case(found.unwrap_or(value.as_str().unwrap_or_default()))
}

/// The scopes of all that is in the pack.
fn needed(manifest: &Value) -> BTreeSet<&str> {
    let lists = [("actions", "input"), ("triggers", "config"), ("webhooks", "config")];
    let mut needed = BTreeSet::new();
    for (list, form) in lists {
        for entry in manifest[list].as_array().into_iter().flatten() {
            let about = if list == "actions" { &entry["action"] } else { &entry["trigger"] };
            needed.extend(texts(&about["scopes"]));
            loaded(&entry[form], &mut needed);
        }
    }
    needed
}

/// The scopes of lists that n8n loads as soon as a node is opened: those of which one takes several.
fn loaded<'a>(schema: &'a Value, needed: &mut BTreeSet<&'a str>) {
    match schema {
        Value::Object(members) => {
            if schema["type"] == "array" {
                needed.extend(texts(&schema["x-scopes"]));
            }
            members.values().for_each(|member| loaded(member, needed));
        }
        Value::Array(items) => items.iter().for_each(|item| loaded(item, needed)),
        _ => {}
    }
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn oauth(oauth: &Value, needed: &BTreeSet<&str>) -> Vec<Value> {
    let hidden = |title: &str, name: &str, default: Value| json!({"displayName": title, "name": name, "type": "hidden", "default": default});
    let scopes = oauth["scopes"].as_array().into_iter().flatten();
    let wanted: Vec<_> = scopes
        .filter_map(|it| Some((it, it["id"].as_str()?)))
        .filter(|(it, id)| it["minimum"] == true || it["suggested"] == true || needed.contains(id))
        .map(|(_, id)| id)
        .collect();
    let separator = oauth["scope_separator"].as_str().unwrap_or(" ");
    let query = |endpoint: &Value| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for pair in endpoint["authorize_parameters"].as_array().into_iter().flatten() {
            query.append_pair(
                pair[0].as_str().unwrap_or_default(),
                pair[1].as_str().unwrap_or_default(),
            );
        }
        query.finish()
    };
    let url = |name: &'static str| {
        move |endpoint: &Value| endpoint[name].as_str().unwrap_or_default().to_owned()
    };
    let grant = if oauth["pkce"] == true { "pkce" } else { "authorizationCode" };
    let place = if oauth["client_authentication"] == "basic" { "header" } else { "body" };
    vec![
        hidden("Grant Type", "grantType", grant.into()),
        hidden("Authorization URL", "authUrl", by_environment(oauth, &url("authorize_url"))),
        hidden("Access Token URL", "accessTokenUrl", by_environment(oauth, &url("token_url"))),
        json!({
            "displayName": "Scope",
            "name": "scope",
            "type": "string",
            "default": wanted.join(separator),
            "description": format!("What may be done with the account. All that there are: {}", all_scopes(oauth)),
        }),
        hidden("Auth URI Query Parameters", "authQueryParameters", by_environment(oauth, &query)),
        hidden("Authentication", "authentication", place.into()),
    ]
}

fn all_scopes(oauth: &Value) -> String {
    let scopes = oauth["scopes"].as_array().into_iter().flatten();
    scopes.filter_map(|it| it["id"].as_str()).collect::<Vec<_>>().join(", ")
}

/// A text of the endpoints, as an expression where it depends on the environment or on settings.
fn by_environment(oauth: &Value, text: &dyn Fn(&Value) -> String) -> Value {
    let endpoints: Vec<_> = oauth["endpoints"].as_array().into_iter().flatten().collect();
    let written = |endpoint: &&Value| filled(&text(endpoint));
    let texts: Vec<_> = endpoints.iter().map(written).collect();
    let Some(first) = texts.first() else { return json!("") };
    let settings = texts.iter().any(|text| text.contains("$self["));
    if texts.iter().all(|text| text == first) && !settings {
        return json!(text(endpoints[0]));
    }
    let mut made = first.clone();
    for (endpoint, text) in endpoints.iter().zip(&texts).skip(1) {
        if text != first {
            made =
                format!("$self[\"environment\"] === {} ? {text} : {made}", endpoint["environment"]);
        }
    }
    json!(format!("={{{{{made}}}}}"))
}

/// A text with settings in braces, as an expression in JavaScript.
fn filled(text: &str) -> String {
    let mut parts = Vec::new();
    for (at, part) in text.split('{').enumerate() {
        match part.split_once('}').filter(|_| at > 0) {
            Some((name, rest)) => {
                parts.push(format!("$self[\"{name}\"]"));
                parts.push(json!(rest).to_string());
            }
            None => parts.push(json!(part).to_string()),
        }
    }
    parts.retain(|part| part != "\"\"");
    if parts.is_empty() { "\"\"".into() } else { parts.join(" + ") }
}

/// Where the connection test goes, in the environment that was chosen.
fn base(of: &Value, origin: &str) -> Value {
    let bound = of["origins"].as_array().into_iter().flatten();
    let mut made = json!(origin).to_string();
    for bound in bound.filter(|bound| bound["environment"].is_string()) {
        if bound["origin"] != origin {
            let name = &bound["environment"];
            made = format!("$credentials.environment === {name} ? {} : {made}", bound["origin"]);
        }
    }
    if made.starts_with('"') { json!(origin) } else { json!(format!("={{{{{made}}}}}")) }
}

fn pasted(of: &Value) -> Value {
    let text = of["source"]["secret"].as_str().unwrap_or("A token that you have already");
    json!({
        "displayName": "Access Token",
        "name": "accessToken",
        "type": "string",
        "typeOptions": {"password": true},
        "required": true,
        "default": "",
        "description": help(text),
    })
}

fn pair(pair: &Value) -> [Value; 2] {
    let text = help(pair["help"].as_str().unwrap_or_default());
    let title = |name: &str| title_case(pair[name].as_str().unwrap_or(name));
    [
        json!({"displayName": title("user"), "name": "username", "type": "string", "default": "", "description": text}),
        json!({
            "displayName": title("password"),
            "name": "password",
            "type": "string",
            "typeOptions": {"password": true},
            "default": "",
            "description": text,
        }),
    ]
}

/// Where n8n puts a value that was pasted.
fn placed(of: &Value) -> Value {
    let (placement, is_pair) = (&of["placement"], of["source"]["pair"].is_object());
    let token = if is_pair { "password" } else { "accessToken" };
    if placement == "basic" {
        return match is_pair {
            true => {
                json!({"auth": {"username": "={{$credentials.username}}", "password": "={{$credentials.password}}"}})
            }
            false => json!({"auth": {"username": "={{$credentials.accessToken}}", "password": ""}}),
        };
    }
    if let Some(name) = placement["query"].as_str() {
        return json!({"qs": {name: format!("={{{{$credentials.{token}}}}}")}});
    }
    let (name, prefix) = match placement["header"].as_object() {
        Some(header) => (
            header["name"].as_str().unwrap_or_default(),
            header["prefix"].as_str().unwrap_or_default(),
        ),
        None => ("Authorization", "Bearer "),
    };
    json!({"headers": {name: format!("={prefix}{{{{$credentials.{token}}}}}")}})
}
