//! OAuth: the page in the browser.

use axum::http::StatusCode;
use serde::Deserialize;
use url::Url;

use crate::auth::{Code, Grant, read_scopes};
use crate::call::Call;
use crate::reply::{Refusal, Reply};
use crate::shape::{Field, Rule, TEXT, may, must};

/// How long a code can be exchanged, in seconds. Believed.
const CODE_LIFE_S: i64 = 600;

/// The query of `/oauth/`. PKCE is let in, as on most servers, and not looked at.
pub const QUERY: &[Field] = &[
    must("client_id", TEXT),
    must("redirect_uri", TEXT),
    must("response_type", Rule::Choice(&["code"])),
    must("scope", TEXT),
    may("state", TEXT),
    may("approve", Rule::Choice(&["ask", "yes", "no"])),
    may("code_challenge", TEXT),
    may("code_challenge_method", TEXT),
];
#[derive(Deserialize)]
struct Authorize {
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: Option<String>,
    approve: Option<String>,
}

/// `/oauth/`: approves at once, or shows a page with a link to do so. Mistakes in
/// the request are shown and not sent on, since the address may be part of them.
pub fn page(call: &mut Call) -> Result<Reply, Refusal> {
    let asked: Authorize = call.query()?;
    let (app, registered) = call
        .auth
        .app(&asked.client_id)
        .ok_or_else(|| Refusal::invalid("client_id: there is no such app"))?;
    if !registered.redirect_uris.contains(&asked.redirect_uri) {
        return Err(Refusal::invalid("redirect_uri: this address is not registered for the app"));
    }
    let scopes = read_scopes(&asked.scope)?;
    let mut target = Url::parse(&asked.redirect_uri)
        .map_err(|_| Refusal::invalid("redirect_uri: this is not an address"))?;
    let choice =
        asked.approve.as_deref().unwrap_or(if call.options.ask_approval { "ask" } else { "yes" });
    match choice {
        "ask" => return Ok(ask(call, &asked.scope)),
        "no" => drop(target.query_pairs_mut().append_pair("error", "access_denied")),
        _ => {
            let code = call.auth.mint("");
            target.query_pairs_mut().append_pair("code", &code);
            let expires = call.now.plus_s(CODE_LIFE_S);
            let grant = Grant { scopes, by_user: true, expires, ..Grant::of_app(app) };
            call.auth.codes.insert(code, Code { redirect_uri: asked.redirect_uri, grant });
        }
    }
    if let Some(state) = &asked.state {
        target.query_pairs_mut().append_pair("state", state);
    }
    Ok(Reply::redirect(target))
}

/// The page on which a person decides. Its links repeat the query.
fn ask(call: &Call, scope: &str) -> Reply {
    let link = |choice: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (key, value) in call.query.as_object().into_iter().flatten() {
            if key != "approve" {
                query.append_pair(key, value.as_str().unwrap_or_default());
            }
        }
        format!("?{}", query.append_pair("approve", choice).finish()).replace('&', "&amp;")
    };
    Reply::html(
        StatusCode::OK,
        format!(
            "<!doctype html><meta charset=\"utf-8\"><title>Pinterest emulator</title>\
             <p>An app asks for: {scope}</p>\
             <p><a href=\"{}\">Approve</a> <a href=\"{}\">Deny</a></p>",
            link("yes"),
            link("no")
        ),
    )
}
