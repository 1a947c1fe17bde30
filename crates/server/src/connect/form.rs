//! The page behind a link: what is connected, what it may do, and what has to be filled in.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::SystemTime;

use axum::extract::State;
use axum::http::header::{ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use connector_host::Secret;
use connector_host::contract::Descriptor;
use connector_host::contract::connection::{Credential, Oauth2};
use serde::Deserialize;
use serde_json::Value;

use super::device;
use super::ending::done;
use super::html::{escaped, page, paragraph};
use super::made;
use crate::catalog::parsed;
use crate::extract::{Path, Query, Whole};
use crate::links::{ATTEMPT, App, Coded, Link, Trying, Wanted};
use crate::problem::Problem;
use crate::random;
use crate::server::Server;
use crate::way::{self, Way};

/// The cookie that tells the browser that began an attempt.
const BROWSER: &str = "connector-attempt";
/// Of one attempt: a browser may have several.
pub fn cookie(state: &str) -> String {
    format!("{BROWSER}-{}", &random::hash(state)[..16])
}

/// What of the form is not a setting.
const SCOPE: &str = "scope:";
const WITH: &str = "with";

/// Which of several credentials the person has chosen.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    with: Option<String>,
}

/// `GET /connect/{link}`
pub async fn show(
    State(server): State<Server>,
    Path(id): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Response {
    let Some(mut link) = found(&server, &id) else { return unknown() };
    if let Some(coded) = &link.coded {
        let shown = device::shown(&server, &link, coded);
        return shown.unwrap_or_else(|problem| again(&server, &link, &problem));
    }
    link.wanted.credential = chosen.with.or(link.wanted.credential);
    shown(&server, &link, StatusCode::OK, &[])
}

/// The link, as long as the key counts that has made it.
fn found(server: &Server, id: &str) -> Option<Link> {
    let link = server.0.links.get(id)?;
    link.caller.still_counts(&server.0.keys).then_some(link)
}

pub fn unknown() -> Response {
    let body = paragraph("It was used already, or it is older than an hour.")
        + &paragraph("Go back to the application that sent you here, and begin again there.");
    page(StatusCode::NOT_FOUND, "This link is no longer good", &body)
}

fn shown(server: &Server, link: &Link, status: StatusCode, faults: &[String]) -> Response {
    let wanted = &link.wanted;
    let connector = match server.connector(&wanted.connector) {
        Ok(connector) => connector,
        Err(problem) => return problem.into_response(),
    };
    let descriptor = connector.descriptor();
    let title = format!("Connect {}", descriptor.title);
    let mut body = paragraph(&descriptor.summary);
    for fault in faults {
        let _ = write!(body, "<p class=\"bad\" role=\"alert\">{}</p>", escaped(fault));
    }
    let _ = write!(
        body,
        "<form method=\"post\"><dl><dt>Connection</dt><dd>{}</dd></dl>",
        escaped(&wanted.name)
    );
    let credential = way::chosen(descriptor, wanted.credential.as_deref());
    // Whatever else stands in the address, there is a first one: the link would not have been made.
    let credential = match credential.or_else(|_| way::chosen(descriptor, None)) {
        Ok(credential) => credential,
        Err(problem) => return problem.into_response(),
    };
    body += &others(descriptor, credential, link);
    body += &environments(descriptor, wanted);
    body += &settings(&parsed(&descriptor.settings), wanted);
    let button = match Way::of(credential) {
        Way::Consent(oauth) => {
            body += &scopes(oauth, wanted);
            format!("Continue to {}", descriptor.title)
        }
        Way::Device => "Get a code".to_owned(),
        way => {
            body += &pasted(credential, &way);
            "Save and test".to_owned()
        }
    };
    let _ = write!(body, "<p><button>{}</button></p></form>", escaped(&button));
    page(status, &title, &body)
}

/// The chosen credential, and how to choose another one where there are several.
fn others(descriptor: &Descriptor, chosen: &Credential, link: &Link) -> String {
    let all = way::all(descriptor);
    if all.len() < 2 {
        return String::new();
    }
    let mut html =
        format!("<input type=\"hidden\" name=\"{WITH}\" value=\"{}\">", escaped(&chosen.id));
    html += "<nav aria-label=\"How to connect\"><ul>";
    for credential in all {
        let title = escaped(&credential.title);
        if credential.id == chosen.id {
            let _ = write!(html, "<li aria-current=\"true\">{title}</li>");
            continue;
        }
        let with: String = url::form_urlencoded::byte_serialize(credential.id.as_bytes()).collect();
        let to = escaped(&format!("/connect/{}?{WITH}={with}", link.id));
        let _ = write!(html, "<li><a href=\"{to}\">{title}</a></li>");
    }
    html + "</ul></nav>"
}

fn environments(descriptor: &Descriptor, wanted: &Wanted) -> String {
    if descriptor.environments.len() < 2 {
        return String::new();
    }
    let mut html = "<label>Environment<select name=\"environment\">".to_owned();
    for environment in &descriptor.environments {
        let chosen = wanted.environment.as_deref() == Some(&*environment.id);
        let chosen = if chosen { " selected" } else { "" };
        let (id, title) = (escaped(&environment.id), escaped(&environment.title));
        let _ = write!(html, "<option value=\"{id}\"{chosen}>{title}</option>");
    }
    html + "</select></label>"
}

/// Settings that are texts or choices; what depends on the account is chosen when it is known.
fn settings(schema: &Value, wanted: &Wanted) -> String {
    let mut html = String::new();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        if name == "environment" || field.get("x-choices").is_some() {
            continue;
        }
        let title = field["title"].as_str().unwrap_or(name);
        let help = field["description"].as_str().unwrap_or_default();
        let given = wanted.settings.get(name).or(field.get("default"));
        let given = given.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
        let given = given.unwrap_or_default();
        let must = if required.contains(&Value::from(name.as_str())) { " required" } else { "" };
        let (name, help) = (escaped(name), escaped(help));
        let _ = write!(html, "<label>{}<small>{help}</small>", escaped(title));
        match field["enum"].as_array() {
            Some(values) => {
                let _ = write!(html, "<select name=\"{name}\"{must}><option></option>");
                for value in values.iter().filter_map(Value::as_str) {
                    let chosen = if value == given { " selected" } else { "" };
                    let value = escaped(value);
                    let _ = write!(html, "<option value=\"{value}\"{chosen}>{value}</option>");
                }
                html += "</select></label>";
            }
            None => {
                let given = escaped(&given);
                let _ = write!(
                    html,
                    "<input type=\"text\" name=\"{name}\" value=\"{given}\"{must}></label>"
                );
            }
        }
    }
    html
}

fn scopes(oauth: &Oauth2, wanted: &Wanted) -> String {
    let mut html = "<fieldset><legend>What it may do</legend>".to_owned();
    for scope in &oauth.scopes {
        let chosen = match &wanted.scopes {
            Some(chosen) => chosen.contains(&scope.id),
            None => scope.suggested,
        };
        let state = match (scope.minimum, chosen) {
            (true, _) => " checked disabled",
            (false, true) => " checked",
            (false, false) => "",
        };
        let (id, purpose) = (escaped(&scope.id), escaped(&scope.purpose));
        let _ = write!(
            html,
            "<label class=\"choice\"><input type=\"checkbox\" name=\"{SCOPE}{id}\"{state}>\
             <span>{purpose}<small>{id}</small></span></label>"
        );
    }
    html + "</fieldset>"
}

fn pasted(credential: &Credential, way: &Way<'_>) -> String {
    let title = escaped(&credential.title);
    match way {
        Way::Value(help) => format!(
            "<label>{title}<small>{}</small><input type=\"password\" name=\"secret\" \
             autocomplete=\"off\" required></label>",
            escaped(help)
        ),
        Way::Pair(pair) => format!(
            "<p><small>{}</small></p><label>{}<input type=\"text\" name=\"user\" autocomplete=\"off\" \
             required></label><label>{}<input type=\"password\" name=\"password\" \
             autocomplete=\"off\" required></label>",
            escaped(&pair.help),
            escaped(&pair.user),
            escaped(&pair.password)
        ),
        Way::Key => format!(
            "<label>{title}<small>The whole text of the key file that the service gave you</small>\
             <textarea name=\"secret\" rows=\"8\" autocomplete=\"off\" spellcheck=\"false\" required>\
             </textarea></label>"
        ),
        // Where a token was got elsewhere, it does.
        _ => format!(
            "<label>{title}<small>This server does not know how to ask for it: get a token at the service, and paste \
             it</small><input type=\"password\" name=\"secret\" autocomplete=\"off\" required></label>"
        ),
    }
}

/// `POST /connect/{link}`: on to the service, or at once to the test.
pub async fn go(
    State(server): State<Server>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Response {
    let Some(link) = found(&server, &id) else { return unknown() };
    if let Some(coded @ (Coded::Shown { .. } | Coded::Made(_))) = &link.coded {
        let shown = device::shown(&server, &link, coded);
        return shown.unwrap_or_else(|problem| again(&server, &link, &problem));
    }
    // A form of another site does not send people to the service.
    if !is_own(&server, &headers) {
        return unknown();
    }
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let filled = filled(&server, &link, &form);
    let wanted = match filled {
        Ok(wanted) => wanted,
        Err(problem) => return again(&server, &link, &problem),
    };
    match form.get("secret").map(Secret::new).or_else(|| pair(&form)) {
        Some(value) => {
            let back = wanted.return_to.clone();
            match made::noted(
                &link.caller,
                &link.wanted.name,
                made::with_value(&server, &link.caller.tenant, wanted, value).await,
            ) {
                Ok(entry) => {
                    server.0.links.used(&id);
                    done(&server, &entry, back.as_ref())
                }
                Err(problem) => again(&server, &link, &problem),
            }
        }
        None => match begin(&server, &link, wanted).await {
            Ok(response) => response,
            Err(problem) => again(&server, &link, &problem),
        },
    }
}

/// Whether a form was sent by a page of this server, as far as the browser says.
pub fn is_own(server: &Server, headers: &HeaderMap) -> bool {
    let from = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    from.is_none_or(|from| from == server.url().origin().ascii_serialization())
}

fn pair(form: &BTreeMap<String, String>) -> Option<Secret> {
    Some(Secret::pair(form.get("user")?.clone(), form.get("password")?.clone()))
}

fn again(server: &Server, link: &Link, problem: &Problem) -> Response {
    let advice = problem.more.get("advice").and_then(Value::as_str).map(str::to_owned);
    let faults: Vec<String> =
        [Some(problem.detail.clone()), advice].into_iter().flatten().collect();
    shown(server, link, StatusCode::UNPROCESSABLE_ENTITY, &faults)
}

/// What the link wants, with what the person has filled in.
fn filled(
    server: &Server,
    link: &Link,
    form: &BTreeMap<String, String>,
) -> Result<Wanted, Problem> {
    let mut wanted = link.wanted.clone();
    let descriptor = server.connector(&wanted.connector)?.descriptor();
    if let Some(environment) = form.get("environment") {
        wanted.environment = Some(environment.clone());
    }
    let schema = parsed(&descriptor.settings);
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let Some(text) = form.get(name).filter(|_| name != "environment") else { continue };
        match text.trim() {
            "" => drop(wanted.settings.remove(name)),
            text => {
                let value = match field["type"].as_str() {
                    Some("string") | None => Value::from(text),
                    Some(_) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
                };
                wanted.settings.insert(name.clone(), value);
            }
        }
    }
    if let Some(with) = form.get(WITH) {
        wanted.credential = Some(with.clone());
    }
    let credential = way::chosen(descriptor, wanted.credential.as_deref())?;
    if let Way::Consent(oauth) = Way::of(credential) {
        let chosen = oauth
            .scopes
            .iter()
            .filter(|scope| scope.minimum || form.contains_key(&format!("{SCOPE}{}", scope.id)));
        wanted.scopes = Some(chosen.map(|scope| scope.id.clone()).collect());
    }
    server.connector(&wanted.connector)?.before_consent(&wanted.all_settings())?;
    Ok(wanted)
}

/// Sends the browser to the service, and remembers it; or gives the person a code to enter there.
async fn begin(server: &Server, link: &Link, wanted: Wanted) -> Result<Response, Problem> {
    let descriptor = server.connector(&wanted.connector)?.descriptor();
    let credential = way::chosen(descriptor, wanted.credential.as_deref())?;
    let way = Way::of(credential);
    if !way.needs_app() {
        return Err(Problem::field("secret", format!("`{}` is needed", credential.title)));
    }
    let is_device = matches!(way, Way::Device);
    let credential = credential.id.clone();
    let own = wanted.client.as_ref().map(App::client);
    let shared = || server.0.options.apps.get(&wanted.connector).cloned();
    let client = own.or_else(shared);
    let client = client.ok_or_else(|| Problem::field("client", "this server has no app for it"))?;
    let settings = wanted.all_settings();
    let environment = made::environment(descriptor, &wanted);
    let oauth =
        server.oauth(&wanted.connector, &credential, &environment, &settings, client.clone())?;
    if is_device {
        return device::begin(server, link, wanted, (oauth, client, credential)).await;
    }
    let attempt = oauth.attempt(&server.redirect_uri(), wanted.scopes.as_deref())?;
    let (url, browser) = (attempt.url().to_string(), random::text()?);
    // Only with the way back from the service, and only for this browser.
    let secure = if server.url().scheme() == "https" { "; Secure" } else { "" };
    let cookie = format!(
        "{}={browser}; HttpOnly; SameSite=Lax; Path=/; Max-Age={}{secure}",
        cookie(attempt.state()),
        ATTEMPT.as_secs()
    );
    server.0.links.tries(Trying {
        link: link.id.clone(),
        wanted,
        caller: link.caller.clone(),
        oauth,
        attempt,
        client,
        credential,
        browser,
        expires: SystemTime::now() + ATTEMPT,
    });
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&url)).into_response())
}
