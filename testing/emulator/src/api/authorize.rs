//! OAuth: the page in the browser.

mod consent;

use serde::Deserialize;
use url::Url;

use crate::auth::{Asked, Code, Grant, read_scopes};
use crate::call::Call;
use crate::options::Consent;
use crate::reply::{Refusal, Reply};
use crate::shape::{Field, Rule, TEXT, may, must};

/// How long a code can be exchanged, and a page answered, in seconds. Believed.
const CODE_LIFE_S: i64 = 600;
/// How many pages can wait for their person.
const PAGES: usize = 100;

/// The query of `/oauth/`. PKCE is let in, as on most servers, and not looked at.
pub const QUERY: &[Field] = &[
    must("client_id", TEXT),
    must("redirect_uri", TEXT),
    must("response_type", Rule::Choice(&["code"])),
    must("scope", TEXT),
    may("state", TEXT),
    may("code_challenge", TEXT),
    may("code_challenge_method", TEXT),
];
/// The form of the page.
pub const ANSWER: &[Field] =
    &[must("token", TEXT), must("choice", Rule::Choice(&["allow", "deny"]))];

#[derive(Deserialize)]
struct Authorize {
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    token: String,
    choice: String,
}

/// `GET /oauth/`: the page on which a person decides, unless the emulator was told to decide.
/// Mistakes in the request are shown and not sent on, since the address may be part of them.
pub fn page(call: &mut Call) -> Result<Reply, Refusal> {
    let Authorize { client_id, redirect_uri, scope, state } = call.query()?;
    let (id, app) = call
        .auth
        .app(&client_id)
        .ok_or_else(|| Refusal::invalid("client_id: there is no such app"))?;
    if !app.redirect_uris.contains(&redirect_uri) {
        return Err(Refusal::invalid("redirect_uri: this address is not registered for the app"));
    }
    let scopes = read_scopes(&scope)?;
    let asked =
        Asked { app: id, scopes, redirect_uri, state, expires: call.now.plus_s(CODE_LIFE_S) };
    match call.options.consent {
        Consent::Ask => {
            let token = consent::random();
            let page = consent::page(&token, &asked, app, call.world);
            let pages = &mut call.auth.asked;
            if pages.len() >= PAGES {
                let oldest = pages.iter().min_by_key(|(_, asked)| asked.expires);
                let oldest = oldest.map(|(token, _)| token.clone());
                oldest.map(|token| pages.remove(&token));
            }
            pages.insert(token, asked);
            Ok(page)
        }
        Consent::Allow => decided(call, asked, true),
        Consent::Deny => decided(call, asked, false),
    }
}

/// `POST /oauth/`: what the person has decided. A page can be answered once.
pub fn answer(call: &mut Call) -> Result<Reply, Refusal> {
    let Answer { token, choice } = call.body()?;
    let asked = call.auth.asked.remove(&token).filter(|asked| asked.expires > call.now);
    let again = "token: this page was answered already or is too old; begin again in the app";
    decided(call, asked.ok_or_else(|| Refusal::invalid(again))?, choice == "allow")
}

/// Leads back to the app.
fn decided(call: &mut Call, asked: Asked, allowed: bool) -> Result<Reply, Refusal> {
    let mut target = Url::parse(&asked.redirect_uri)
        .map_err(|_| Refusal::invalid("redirect_uri: this is not an address"))?;
    if allowed {
        let code = call.auth.mint("");
        target.query_pairs_mut().append_pair("code", &code);
        let expires = call.now.plus_s(CODE_LIFE_S);
        let scopes = asked.scopes;
        let grant = Grant { scopes, by_user: true, expires, ..Grant::of_app(asked.app) };
        call.auth.codes.insert(code, Code { redirect_uri: asked.redirect_uri, grant });
    } else {
        target.query_pairs_mut().append_pair("error", "access_denied");
    }
    if let Some(state) = &asked.state {
        target.query_pairs_mut().append_pair("state", state);
    }
    Ok(Reply::redirect(target))
}
