//! Connections and OAuth clients of integrator.io, as its API takes them: from the descriptor.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::File;
use crate::probe::Sent;
use crate::values::{list, names, text};

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
    // A token call of JSON is nothing that the platform makes.
    let oauth = credential
        .map(|it| &it["source"]["oauth2"])
        .filter(|it| it.is_object() && it["token_body"] != "json");
    let endpoints = oauth.and_then(|it| {
        list(&it["endpoints"]).find(|it| environment.is_empty() || it["environment"] == environment)
    });
    let mut http = json!({
        "formType": "http",
        "mediaType": "json",
        "baseURI": base(credential, environment, ping),
    });
    let needed = settings_in(&http["baseURI"]);
    if !needed.is_empty() {
        http["unencrypted"] =
            needed.iter().map(|name| ((*name).to_owned(), json!(name.to_uppercase()))).collect();
        http["baseURI"] = json!(with_settings(text(&http["baseURI"])));
    }
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
        (None, Some(credential)) => pasted(credential),
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
        "authURI": authorize_url(endpoints),
        "tokenURI": with_settings(text(&endpoints["token_url"])),
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
    let urls = [authorize_url(endpoints), with_settings(text(&endpoints["token_url"]))];
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

/// Where a person is asked for access, with what the service wants besides.
fn authorize_url(endpoints: &Value) -> String {
    let url = with_settings(text(&endpoints["authorize_url"]));
    let mut more = Serializer::new(String::new());
    for parameter in list(&endpoints["authorize_parameters"]) {
        more.append_pair(text(&parameter[0]), text(&parameter[1]));
    }
    match (more.finish(), url.contains('?')) {
        (more, _) if more.is_empty() => url,
        (more, true) => format!("{url}&{more}"),
        (more, false) => format!("{url}?{more}"),
    }
}

/// The settings that an address holds in braces.
fn settings_in(address: &Value) -> Vec<&str> {
    let parts = text(address).split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0)).collect()
}

/// An address whose settings are fields of the connection.
fn with_settings(address: &str) -> String {
    address.replace('{', "{{connection.http.unencrypted.").replace('}', "}}")
}

/// What a person pastes.
fn pasted(credential: &Value) -> Value {
    let token = |token: Value| json!({ "type": "token", "token": token });
    let header = |name: &str| json!({ "token": "TOKEN", "location": "header", "headerName": name });
    match &credential["placement"] {
        Value::String(word) if word == "bearer" => {
            let mut made = header("Authorization");
            made["scheme"] = json!("Bearer");
            token(made)
        }
        Value::String(word) if word == "basic" => {
            json!({ "type": "basic", "basic": { "username": "USERNAME", "password": "PASSWORD" } })
        }
        placement => match (&placement["header"], &placement["query"]) {
            (Value::Object(_), _) => {
                let mut made = header(text(&placement["header"]["name"]));
                let prefix = text(&placement["header"]["prefix"]);
                match prefix.strip_suffix(' ') {
                    Some(scheme) => made["scheme"] = json!(scheme),
                    None => made["token"] = json!(format!("{prefix}TOKEN")),
                }
                token(made)
            }
            (_, Value::String(name)) => {
                token(json!({ "token": "TOKEN", "location": "url", "paramName": name }))
            }
            // The platform cannot sign as the service wants.
            _ => json!({ "type": "custom" }),
        },
    }
}

/// The connection of the module: its fields are the settings and the credentials.
fn stack(descriptor: &Value) -> Value {
    let settings = &descriptor["settings"];
    let needed: Vec<_> = list(&settings["required"]).map(text).collect();
    let pairs = || list(&descriptor["credentials"]).filter(|it| it["source"]["pair"].is_object());
    let required =
        |credential: &Value| credential["required"] == true && credential["group"].is_null();
    let users = pairs().map(|credential| {
        json!({
            "id": format!("{}_user", text(&credential["id"])),
            "label": credential["source"]["pair"]["user"],
            "helpText": credential["source"]["pair"]["help"],
            "required": required(credential),
        })
    });
    let open = names(&settings["properties"]).map(|name| {
        let field = &settings["properties"][name];
        json!({
            "id": name,
            "label": field["title"],
            "helpText": field["description"],
            "required": needed.contains(&name),
        })
    });
    let secret = list(&descriptor["credentials"]).map(|credential| {
        let pair = &credential["source"]["pair"];
        let (id, label) = match pair.is_object() {
            true => (json!(format!("{}_password", text(&credential["id"]))), &pair["password"]),
            false => (credential["id"].clone(), &credential["title"]),
        };
        json!({ "id": id, "label": label, "required": required(credential) })
    });
    json!({
        "type": "wrapper",
        "name": descriptor["title"],
        "wrapper": {
            "_stackId": "STACK_ID",
            "pingFunction": "ping",
            "unencrypted": {},
            "unencryptedFields": numbered(open.chain(users)),
            "encrypted": {},
            "encryptedFields": numbered(secret),
        },
    })
}

/// Fields in their order.
fn numbered(fields: impl Iterator<Item = Value>) -> Vec<Value> {
    let place = |(mut field, position): (Value, usize)| {
        field["position"] = json!(position);
        field
    };
    fields.zip(1..).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents(descriptor: &Value) -> Vec<(String, Value)> {
        let read = |file: File| (file.path, serde_json::from_slice(&file.bytes).expect("JSON"));
        connections(descriptor, None).into_iter().map(read).collect()
    }

    fn of(placement: &Value, source: &Value) -> Vec<(String, Value)> {
        documents(&json!({
            "title": "It",
            "settings": {"properties": {"shop": {"title": "Shop"}}, "required": ["shop"]},
            "credentials": [{
                "id": "account", "title": "Account", "required": true, "source": source,
                "placement": placement, "origins": [{"origin": "https://{shop}.example.com"}],
            }],
        }))
    }

    #[test]
    fn each_placement_that_the_platform_knows_is_in_the_connection() {
        let token = |more: Value| {
            let mut token = json!({"token": "TOKEN", "location": "header"});
            token.as_object_mut().expect("one").extend(more.as_object().expect("one").clone());
            json!({"type": "token", "token": token})
        };
        let basic = json!({"username": "USERNAME", "password": "PASSWORD"});
        for (placement, expected) in [
            (json!("bearer"), token(json!({"headerName": "Authorization", "scheme": "Bearer"}))),
            (json!("basic"), json!({"type": "basic", "basic": basic})),
            (
                json!({"header": {"name": "x-key", "prefix": ""}}),
                token(json!({"headerName": "x-key", "token": "TOKEN"})),
            ),
            (
                json!({"header": {"name": "authorization", "prefix": "Bot "}}),
                token(json!({"headerName": "authorization", "scheme": "Bot"})),
            ),
            (
                json!({"header": {"name": "authorization", "prefix": "token="}}),
                token(json!({"headerName": "authorization", "token": "token=TOKEN"})),
            ),
            (json!({"query": "key"}), token(json!({"location": "url", "paramName": "key"}))),
            (json!({"other": {"name": "aws-sigv4", "value": {}}}), json!({"type": "custom"})),
        ] {
            let made = of(&placement, &json!({"secret": "There."}));
            assert_eq!(made[1].1["http"]["auth"], expected, "{placement}");
        }
    }

    #[test]
    fn settings_in_addresses_are_fields_of_the_connection() {
        let http = &of(&json!("bearer"), &json!({"secret": "There."}))[1].1["http"];
        assert_eq!(http["baseURI"], "https://{{connection.http.unencrypted.shop}}.example.com");
        assert_eq!(http["unencrypted"], json!({"shop": "SHOP"}));
    }

    #[test]
    fn a_pair_is_two_fields_of_which_one_is_encrypted() {
        let pair = json!({"pair": {"user": "Key id", "password": "Key", "help": "There."}});
        let wrapper = &of(&json!("basic"), &pair)[0].1["wrapper"];
        let open: Vec<_> = list(&wrapper["unencryptedFields"]).map(|it| &it["id"]).collect();
        assert_eq!(open, ["shop", "account_user"]);
        let field =
            json!({"id": "account_password", "label": "Key", "required": true, "position": 1});
        assert_eq!(wrapper["encryptedFields"], json!([field]));
    }

    #[test]
    fn the_authorize_url_has_what_the_service_wants_besides() {
        let with = |url: &str| {
            let more = json!([["access_type", "offline"], ["x", "a b"]]);
            authorize_url(&json!({"authorize_url": url, "authorize_parameters": more}))
        };
        assert_eq!(with("https://a.example/o"), "https://a.example/o?access_type=offline&x=a+b");
        assert_eq!(
            with("https://a.example/o?b=1"),
            "https://a.example/o?b=1&access_type=offline&x=a+b"
        );
        assert_eq!(
            authorize_url(&json!({"authorize_url": "https://a.example/o"})),
            "https://a.example/o"
        );
    }
}
