//! OAuth: the page in the browser, and tokens.
//!
//! Each environment is complete in itself: a code is good only where it was
//! given out.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::auth::{ACCESS_LIFE_S, AppId, Code, Grant, REFRESH_LIFE_S, read_scopes};
use crate::call::Call;
use crate::reply::{Refusal, Reply};
use crate::shape::{Field, Rule, TEXT, may, must};

/// How long a code can be exchanged, in seconds. Believed.
const CODE_LIFE_S: i64 = 600;

/// The query of `/oauth/`. PKCE is let in, as on most servers, and not looked at.
pub const AUTHORIZE: &[Field] = &[
    must("client_id", TEXT),
    must("redirect_uri", TEXT),
    must("response_type", Rule::Choice(&["code"])),
    must("scope", TEXT),
    may("state", TEXT),
    may("approve", Rule::Choice(&["ask", "yes", "no"])),
    may("code_challenge", TEXT),
    may("code_challenge_method", TEXT),
];
/// The form of `oauth/token`.
pub const TOKEN: &[Field] = &[
    must(
        "grant_type",
        Rule::Choice(&["authorization_code", "refresh_token", "client_credentials"]),
    ),
    may("code", TEXT),
    may("redirect_uri", TEXT),
    may("continuous_refresh", Rule::Choice(&["true", "false"])),
    may("refresh_token", TEXT),
    may("scope", TEXT),
];
/// The form of `token/revoke`.
pub const REVOKE: &[Field] = &[
    must("token", TEXT),
    may(
        "token_type_hint",
        Rule::Choice(&["access_token", "refresh_token"]),
    ),
];

#[derive(Deserialize)]
struct Authorize {
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: Option<String>,
    approve: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "grant_type", rename_all = "snake_case")]
enum TokenRequest {
    AuthorizationCode {
        code: String,
        redirect_uri: String,
    },
    RefreshToken {
        refresh_token: String,
        scope: Option<String>,
    },
    ClientCredentials {
        scope: String,
    },
}

#[derive(Deserialize)]
struct Revoke {
    token: String,
}

#[derive(Serialize)]
struct TokenAnswer {
    access_token: String,
    response_type: &'static str,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    #[serde(flatten)]
    refresh: Option<RefreshAnswer>,
}

#[derive(Serialize)]
struct RefreshAnswer {
    refresh_token: String,
    refresh_token_expires_in: i64,
    refresh_token_expires_at: i64,
}

/// `/oauth/`: approves at once, or shows a page with a link to do so. Mistakes in
/// the request are shown and not sent on, since the address may be part of them.
pub fn authorize(call: &mut Call) -> Result<Reply, Refusal> {
    let asked: Authorize = call.query()?;
    let (app, registered) = call
        .auth
        .app(&asked.client_id)
        .ok_or_else(|| Refusal::invalid("client_id: there is no such app"))?;
    if !registered.redirect_uris.contains(&asked.redirect_uri) {
        return Err(Refusal::invalid(
            "redirect_uri: this address is not registered for the app",
        ));
    }
    let scopes = read_scopes(&asked.scope)?;
    let mut target = Url::parse(&asked.redirect_uri)
        .map_err(|_| Refusal::invalid("redirect_uri: this is not an address"))?;
    let choice = asked
        .approve
        .as_deref()
        .unwrap_or(if call.options.ask_approval {
            "ask"
        } else {
            "yes"
        });
    match choice {
        "ask" => return Ok(ask(call, &asked.scope)),
        "no" => drop(
            target
                .query_pairs_mut()
                .append_pair("error", "access_denied"),
        ),
        _ => {
            let code = call.auth.mint("");
            target.query_pairs_mut().append_pair("code", &code);
            let expires = call.now.plus_s(CODE_LIFE_S);
            let grant = Grant {
                scopes,
                by_user: true,
                expires,
                ..Grant::of_app(app)
            };
            call.auth.codes.insert(
                code,
                Code {
                    redirect_uri: asked.redirect_uri,
                    grant,
                },
            );
        }
    }
    if let Some(state) = &asked.state {
        target.query_pairs_mut().append_pair("state", state);
    }
    Ok(Reply::redirect(target))
}

/// `oauth/token`
pub fn token(call: &mut Call) -> Result<Reply, Refusal> {
    let app = call.grant.app;
    match call.body::<TokenRequest>()? {
        TokenRequest::AuthorizationCode { code, redirect_uri } => {
            // Whatever comes of it, a code is used up by the first try.
            let code = call.auth.codes.remove(&code).ok_or_else(invalid_grant)?;
            if code.redirect_uri != redirect_uri {
                return Err(invalid_grant());
            }
            let grant = usable(code.grant, app, call)?;
            Ok(answer(
                call,
                "authorization_code",
                grant.scopes.clone(),
                Some(grant),
            ))
        }
        TokenRequest::RefreshToken {
            refresh_token,
            scope,
        } => {
            let grant = call
                .auth
                .refresh
                .get(&refresh_token)
                .cloned()
                .ok_or_else(invalid_grant)?;
            let grant = usable(grant, app, call)?;
            let scopes = scope.as_deref().map(read_scopes).transpose()?;
            let scopes = scopes.unwrap_or_else(|| grant.scopes.clone());
            if !scopes.is_subset(&grant.scopes) {
                return Err(Refusal::invalid("scope: more than was granted"));
            }
            call.auth.refresh.remove(&refresh_token);
            Ok(answer(call, "refresh_token", scopes, Some(grant)))
        }
        TokenRequest::ClientCredentials { scope } => {
            let scopes = read_scopes(&scope)?;
            Ok(answer(call, "client_credentials", scopes, None))
        }
    }
}

/// `token/revoke`. The description says that only tokens of system users can be
/// revoked; how the others are refused is believed.
pub fn revoke(call: &mut Call) -> Result<Reply, Refusal> {
    let Revoke { token } = call.body()?;
    match call.auth.access.get(&token) {
        Some(grant) if grant.app == call.grant.app && grant.system_user => {
            call.auth.access.remove(&token);
            Ok(Reply::empty(StatusCode::OK))
        }
        _ => Err(Refusal::invalid(
            "token: this is not a token of a system user",
        )),
    }
}

/// Gives an access token for these scopes and, where a user granted them, the
/// next refresh token for all that the user granted.
fn answer(
    call: &mut Call,
    kind: &'static str,
    scopes: BTreeSet<String>,
    by_user: Option<Grant>,
) -> Reply {
    let scope = scopes
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    let expires = call.now.plus_s(ACCESS_LIFE_S);
    let access = Grant {
        scopes,
        by_user: by_user.is_some(),
        expires,
        ..Grant::of_app(call.grant.app)
    };
    let access_token = call.auth.issue(access);
    let refresh = by_user.map(|grant| {
        let expires = call.now.plus_s(REFRESH_LIFE_S);
        let refresh_token = call.auth.mint("pinr_");
        call.auth
            .refresh
            .insert(refresh_token.clone(), Grant { expires, ..grant });
        RefreshAnswer {
            refresh_token,
            refresh_token_expires_in: REFRESH_LIFE_S,
            refresh_token_expires_at: expires.seconds(),
        }
    });
    Reply::ok(&TokenAnswer {
        access_token,
        response_type: kind,
        token_type: "bearer",
        expires_in: ACCESS_LIFE_S,
        scope,
        refresh,
    })
}

fn usable(grant: Grant, app: AppId, call: &Call) -> Result<Grant, Refusal> {
    match grant.app == app && grant.expires > call.now {
        true => Ok(grant),
        false => Err(invalid_grant()),
    }
}

/// Code 283 is what Pinterest's older API said; believed to have stayed.
fn invalid_grant() -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        283,
        "The authorization grant is invalid",
    )
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
