//! Connections and OAuth clients of integrator.io, as its API takes them: from the descriptor.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::functions::{list, members, text};
use super::probe::Sent;
use crate::File;

/// For each environment a connection of the HTTP connector and, where there is OAuth, its client;
/// and the connection of the module.
pub fn connections(descriptor: &Value, ping: Option<&Sent>) -> Vec<File> {
    let mut files = vec![File::json("documents/stack/connection.json", &stack(descriptor))];
    let title = text(&descriptor["title"]);
    for environment in list(&descriptor["environments"]) {
        let id = text(&environment["id"]);
        let name = format!("{title} ({})", text(&environment["title"]));
        files.extend(http(descriptor, ping, &name, id));
    }
    if files.len() == 1 {
        files.extend(http(descriptor, ping, title, ""));
    }
    files
}

/// The HTTP connector's connection and client for an environment, or for the service if it has
/// none.
fn http(descriptor: &Value, ping: Option<&Sent>, name: &str, environment: &str) -> Vec<File> {
    let path = |file: &str| match environment {
        "" => format!("documents/{file}"),
        environment => format!("documents/{environment}/{file}"),
    };
    let credential = list(&descriptor["credentials"]).find(|it| it["required"] == true);
    let oauth = credential.map(|it| &it["source"]["oauth2"]).filter(|it| it.is_object());
    let endpoints = oauth.and_then(|it| {
        list(&it["endpoints"]).find(|it| environment.is_empty() || it["environment"] == environment)
    });
    let mut http = json!({
        "formType": "http",
        "mediaType": "json",
        "baseURI": base(credential, environment, ping),
    });
    if let Some(ping) = ping {
        http["ping"] = json!({ "relativeURI": ping.uri, "method": ping.method });
    }
    let mut files = Vec::new();
    http["auth"] = match (oauth.zip(endpoints), credential) {
        (Some((oauth, endpoints)), _) => {
            let client = client(name, oauth, endpoints);
            files.push(File::json(path("iclient.json"), &client));
            http["_iClientId"] = json!("ICLIENT_ID");
            oauth_of(oauth, endpoints)
        }
        (None, Some(credential)) => json!({ "type": "token", "token": token(credential) }),
        (None, None) => json!({ "type": "custom" }),
    };
    let connection = json!({ "type": "http", "name": name, "http": http });
    files.push(File::json(path("connection.json"), &connection));
    files
}

/// Where requests of an environment go.
fn base(credential: Option<&Value>, environment: &str, ping: Option<&Sent>) -> Value {
    let bound = credential.and_then(|credential| {
        list(&credential["origins"])
            .find(|it| it["environment"].is_null() || it["environment"] == environment)
    });
    bound.map_or_else(|| json!(ping.map(|it| &it.origin)), |bound| bound["origin"].clone())
}

/// Lets the platform get tokens, and new ones when they end.
fn oauth_of(oauth: &Value, endpoints: &Value) -> Value {
    let extra: Vec<_> = list(&oauth["token_parameters"])
        .filter(|it| it["grant"] == "authorization-code")
        .map(|it| format!("{}={}", text(&it["name"]), text(&it["value"])))
        .collect();
    let mut made = json!({
        "grantType": "authorizecode",
        "authURI": endpoints["authorize_url"],
        "tokenURI": endpoints["token_url"],
        "scope": scopes(oauth),
        "scopeDelimiter": oauth["scope_separator"],
        "clientCredentialsLocation": location(oauth),
        "accessTokenPath": path(&oauth["token_answer"]["access_token"]),
        "useIClientFields": false,
    });
    if !extra.is_empty() {
        made["accessTokenBody"] = json!(extra.join("&"));
    }
    json!({
        "type": "oauth",
        "oauth": made,
        "token": {
            "location": "header",
            "headerName": "Authorization",
            "scheme": "Bearer",
            "refreshMethod": "POST",
            "refreshMediaType": "urlencoded",
        },
    })
}

fn client(name: &str, oauth: &Value, endpoints: &Value) -> Value {
    let urls = ["authorize_url", "token_url"].map(|url| text(&endpoints[url]));
    let hosts: BTreeSet<_> = urls.iter().filter_map(|url| url.split('/').nth(2)).collect();
    json!({
        "name": name,
        "provider": "custom_oauth2",
        "formType": "http",
        "oauth2": {
            "clientId": "CLIENT_ID",
            "clientSecret": "CLIENT_SECRET",
            "grantType": "authorizecode",
            "auth": { "uri": urls[0] },
            "token": { "uri": urls[1] },
            "scope": scopes(oauth),
            "scopeDelimiter": oauth["scope_separator"],
            "clientCredentialsLocation": location(oauth),
            "accessTokenPath": path(&oauth["token_answer"]["access_token"]),
            "refreshTokenPath": path(&oauth["token_answer"]["refresh_token"]),
            "accessTokenLocation": "header",
            "accessTokenHeaderName": "Authorization",
            "scheme": "Bearer",
            "validDomainNames": hosts,
        },
    })
}

/// The scopes to ask for, unless a person chooses others.
fn scopes(oauth: &Value) -> Vec<&Value> {
    list(&oauth["scopes"])
        .filter(|it| it["minimum"] == true || it["suggested"] == true)
        .map(|it| &it["id"])
        .collect()
}

fn location(oauth: &Value) -> &str {
    match text(&oauth["client_authentication"]) {
        "basic" => "basicauthheader",
        _ => "body",
    }
}

/// A JSON pointer with dots.
fn path(pointer: &Value) -> String {
    text(pointer).trim_start_matches('/').replace('/', ".")
}

/// A token that a person pastes.
fn token(credential: &Value) -> Value {
    match credential["placement"]["header"].as_str() {
        Some(header) => json!({ "token": "TOKEN", "location": "header", "headerName": header }),
        None => json!({
            "token": "TOKEN",
            "location": "header",
            "headerName": "Authorization",
            "scheme": "Bearer",
        }),
    }
}

/// The connection of the module: its fields are the settings and the credentials.
fn stack(descriptor: &Value) -> Value {
    let settings = &descriptor["settings"];
    let needed: Vec<_> = list(&settings["required"]).map(text).collect();
    let open = members(&settings["properties"]).zip(1..).map(|(name, position)| {
        let field = &settings["properties"][name];
        json!({
            "id": name,
            "label": field["title"],
            "helpText": field["description"],
            "required": needed.contains(&name),
            "position": position,
        })
    });
    let secret = list(&descriptor["credentials"]).zip(1..).map(|(credential, position)| {
        json!({
            "id": credential["id"],
            "label": credential["title"],
            "required": credential["required"],
            "position": position,
        })
    });
    json!({
        "type": "wrapper",
        "name": descriptor["title"],
        "wrapper": {
            "_stackId": "STACK_ID",
            "pingFunction": "ping",
            "unencrypted": {},
            "unencryptedFields": open.collect::<Vec<_>>(),
            "encrypted": {},
            "encryptedFields": secret.collect::<Vec<_>>(),
        },
    })
}
