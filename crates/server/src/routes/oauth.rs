//! How a client of MCP gets a key of its own: a person grants it on a page, with a key that he has
//! (OAuth 2.1 with RFC 7591, 7636, 8414, 8707 and 9207, as the authorization of MCP has it).

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::body;
use crate::authentication;
use crate::caller::{Caller, Told};
use crate::connect::form;
use crate::connect::html::{escaped, page, paragraph};
use crate::extract::{Query, Whole};
use crate::grants::{Client, Granted};
use crate::problem::Problem;
use crate::random;
use crate::rights::{Right, Rights};
use crate::server::{Server, blocking};

/// What may be granted, and what it says to a person.
const SCOPES: [(Right, &str, &str); 3] = [
    (Right::Read, "read", "Read what the account has"),
    (Right::Write, "write", "Change it"),
    (Right::Destructive, "destructive", "Delete and end things, too"),
];

/// `GET /.well-known/oauth-authorization-server` (RFC 8414)
pub async fn about(State(server): State<Server>) -> Json<Value> {
    Json(json!({
        "issuer": server.address(""),
        "authorization_endpoint": server.address("/oauth/authorize"),
        "token_endpoint": server.address("/oauth/token"),
        "registration_endpoint": server.address("/oauth/register"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": SCOPES.map(|(_, scope, _)| scope),
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// `POST /oauth/register` (RFC 7591): nothing is kept of it.
pub async fn register(
    State(server): State<Server>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Response {
    let refused = |why: &str| refusal("invalid_client_metadata", why);
    let Ok(given) = body::object(&headers, &body) else {
        return refused("the body is a JSON object");
    };
    let client: Client = match serde_json::from_value(given) {
        Ok(client) => client,
        Err(error) => return refused(&error.to_string()),
    };
    if let Some(fault) = client.fault() {
        return refusal("invalid_redirect_uri", fault);
    }
    let answer = json!({
        "client_id": client.id(&server.0.options.seal),
        "client_name": client.name,
        "redirect_uris": client.redirect_uris,
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    (StatusCode::CREATED, Json(answer)).into_response()
}

/// What a client asks a person for.
#[derive(Clone, Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    code_challenge: String,
    #[serde(default)]
    code_challenge_method: String,
    #[serde(default)]
    resource: String,
    scope: Option<String>,
    state: Option<String>,
}

/// `GET /oauth/authorize`
pub async fn ask(State(server): State<Server>, Query(asked): Query<Asked>) -> Response {
    match checked(&server, &asked) {
        Ok((client, resource)) => asking(&asked, &client, &resource, None),
        Err(response) => response,
    }
}

/// `POST /oauth/authorize`: what the person has decided.
pub async fn decide(
    State(server): State<Server>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Response {
    // Nobody else's page decides, not even to refuse.
    if !form::is_own(&server, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let (client, resource) = match checked(&server, &asked) {
        Ok(checked) => checked,
        Err(response) => return response,
    };
    let given: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    if given.get("choice").is_none_or(|choice| choice != "allow") {
        return back(&server, &asked, &[("error", "access_denied")]);
    }
    let key = given.get("key").map(|key| key.trim().to_owned()).unwrap_or_default();
    let chosen = SCOPES.iter().filter(|(_, scope, _)| given.contains_key(*scope));
    let chosen: Rights = chosen.map(|(right, _, _)| *right).collect();
    match granted(&server, &asked, &client, &resource, &key, &chosen).await {
        Ok(code) => back(&server, &asked, &[("code", &code)]),
        Err(problem) => asking(&asked, &client, &resource, Some(&problem.detail)),
    }
}

async fn granted(
    server: &Server,
    asked: &Asked,
    client: &Client,
    resource: &str,
    key: &str,
    chosen: &Rights,
) -> Result<String, Problem> {
    let Caller { key: by, tenant, told } = authentication::find(server, key, Told::default())
        .map_err(|problem| match problem.status {
            StatusCode::UNAUTHORIZED => Problem::field("key", "it is no key of this server"),
            _ => problem,
        })?;
    if by.resource.is_some() {
        return Err(Problem::field(
            "key",
            "it was itself granted to a client: take one of your own",
        ));
    }
    let name = connection(resource);
    server.ready(&tenant, &name).await?;
    let rights = by.rights.and(chosen);
    if !rights.has(Right::Read) {
        return Err(Problem::field("read", "without reading nothing else can be done"));
    }
    let code = random::text()?;
    let grant = Granted {
        client: asked.client_id.clone(),
        name: client.name.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.code_challenge.clone(),
        resource: resource.to_owned(),
        by: by.clone(),
        rights,
    };
    let kept = match server.0.codes.keep(&code, grant) {
        true => Ok(()),
        false => {
            Err(Problem::conflict("too many are being granted just now: try again in a minute"))
        }
    };
    let caller = Caller { key: by, tenant, told };
    caller.note("oauth.grant", Some(&name), Some(client.name.clone()), &kept);
    kept.map(|()| code)
}

/// `POST /oauth/token`: a key for a code.
pub async fn token(State(server): State<Server>, Whole(body): Whole) -> Response {
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let text = |name: &str| form.get(name).map_or("", String::as_str);
    if text("grant_type") != "authorization_code" {
        return refusal("unsupported_grant_type", "only authorization_code");
    }
    let (code, client) = (text("code"), text("client_id"));
    let granted = server.0.codes.take(code, client, text("redirect_uri"), text("code_verifier"));
    let refused =
        || refusal("invalid_grant", "the code was used, is too old, or is somebody else's");
    let Some(granted) = granted else { return refused() };
    let asked = form.get("resource").and_then(|resource| path(&server, resource));
    if form.contains_key("resource") && asked.as_ref() != Some(&granted.resource) {
        return refusal("invalid_target", "the code was granted for another resource");
    }
    let scopes = SCOPES.iter().filter(|(right, _, _)| granted.rights.has(*right));
    let scopes: Vec<&str> = scopes.map(|(_, scope, _)| *scope).collect();
    let on = server.clone();
    match blocking(move || {
        on.0.keys.grant(&granted.by, &granted.name, &granted.rights, &granted.resource)
    })
    .await
    {
        Ok(Some(key)) => {
            let answer =
                json!({"access_token": key, "token_type": "Bearer", "scope": scopes.join(" ")});
            Json(answer).into_response()
        }
        // Revoked in between.
        Ok(None) => refused(),
        Err(problem) => problem.into_response(),
    }
}

/// The client and the path that it asks for. What is wrong a person is told: whoever registers a client could
/// have himself be led anywhere otherwise.
#[expect(clippy::result_large_err, reason = "it is an answer")]
fn checked(server: &Server, asked: &Asked) -> Result<(Client, String), Response> {
    let wrong = |why: &str| {
        let body = paragraph(why) + &paragraph("Begin again in the program that sent you here.");
        Err(page(StatusCode::BAD_REQUEST, "Nothing can be granted", &body))
    };
    let Some(client) = Client::of(&server.0.options.seal, &asked.client_id) else {
        return wrong("The program is not registered at this server.");
    };
    if !client.takes(&asked.redirect_uri) {
        return wrong("The program asks to be answered at an address that is not its own.");
    }
    if asked.response_type != "code" {
        return wrong("The program asks for something else than a code (response_type).");
    }
    if asked.code_challenge_method != "S256" || asked.code_challenge.len() != 43 {
        return wrong("The program sends no code challenge by S256.");
    }
    match path(server, &asked.resource) {
        Some(resource) => Ok((client, resource)),
        None => wrong(
            "The program does not say for which connection (resource: the address of its MCP).",
        ),
    }
}

/// The path of a connection's MCP, if the address is one on this server.
fn path(server: &Server, resource: &str) -> Option<String> {
    let url = Url::parse(resource).ok().filter(|url| url.origin() == server.url().origin())?;
    let own = server.url().path().trim_end_matches('/').to_owned();
    let path = url.path().strip_prefix(&own)?;
    let c = path.strip_prefix("/mcp/")?;
    (!c.is_empty() && !c.contains('/')).then(|| path.to_owned())
}

/// The connection that a path of [`path`] is of, as it is called.
fn connection(resource: &str) -> String {
    let name = resource.strip_prefix("/mcp/").unwrap_or_default();
    let query = format!("c={}", name.replace('+', "%2B"));
    let pair = url::form_urlencoded::parse(query.as_bytes()).next();
    pair.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Sends the person back to the client.
fn back(server: &Server, asked: &Asked, with: &[(&str, &str)]) -> Response {
    let Ok(mut to) = Url::parse(&asked.redirect_uri) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    {
        let mut query = to.query_pairs_mut();
        query.extend_pairs(with).append_pair("iss", &server.address(""));
        if let Some(state) = &asked.state {
            query.append_pair("state", state);
        }
    }
    Redirect::to(to.as_str()).into_response()
}

fn asking(asked: &Asked, client: &Client, resource: &str, fault: Option<&str>) -> Response {
    let connection = connection(resource);
    let to = Url::parse(&asked.redirect_uri).ok();
    let to = to.map(|to| to.host_str().map_or_else(|| format!("{}:", to.scheme()), str::to_owned));
    let mut html = paragraph("A program asks to use a connection of yours through this server.");
    if let Some(fault) = fault {
        html += &format!("<p class=\"bad\" role=\"alert\">{}</p>", escaped(fault));
    }
    html += &format!(
        "<form method=\"post\"><dl><dt>Program</dt><dd>{}</dd><dt>Answered at</dt><dd>{}</dd>\
         <dt>Connection</dt><dd>{}</dd></dl>\
         <label>Your key<small>It stays here: the program gets one of its own, for this connection alone, which ends with \
         yours or when it is revoked</small><input type=\"password\" name=\"key\" autocomplete=\"off\"></label>\
         <fieldset><legend>What it may do</legend>",
        escaped(&client.name),
        escaped(&to.unwrap_or_default()),
        escaped(&connection)
    );
    let wanted = asked.scope.as_deref().unwrap_or("read write");
    for (_, scope, purpose) in SCOPES {
        // What takes something away a person chooses himself.
        let chosen = scope != "destructive" && wanted.split(' ').any(|it| it == scope);
        let state = if chosen { " checked" } else { "" };
        html += &format!(
            "<label class=\"choice\"><input type=\"checkbox\" name=\"{scope}\"{state}><span>{purpose}\
             <small>{scope}</small></span></label>"
        );
    }
    html += "</fieldset><p><button name=\"choice\" value=\"allow\">Allow</button> \
        <button name=\"choice\" value=\"refuse\">Refuse</button></p></form>";
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page(status, "Grant access", &html)
}

/// As OAuth tells clients.
fn refusal(error: &str, why: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error, "error_description": why})))
        .into_response()
}
