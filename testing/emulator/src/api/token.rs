//! OAuth: tokens.
//!
//! Each environment is complete in itself: a code is good only where it was
//! given out.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::auth::{ACCESS_LIFE_S, AppId, Grant, REFRESH_LIFE_S, read_scopes};
use crate::call::Call;
use crate::reply::{Refusal, Reply};
use crate::shape::{Field, Rule, TEXT, may, must};

/// How long a conversion token lives, in seconds. Believed: such tokens do not expire by themselves.
const CONVERSION_LIFE_S: i64 = 10 * 365 * 86_400;

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
    may("token_type_hint", Rule::Choice(&["access_token", "refresh_token"])),
];

#[derive(Deserialize)]
#[serde(tag = "grant_type", rename_all = "snake_case")]
enum TokenRequest {
    AuthorizationCode { code: String, redirect_uri: String },
    RefreshToken { refresh_token: String, scope: Option<String> },
    ClientCredentials { scope: String },
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

/// `oauth/token`
pub fn token(call: &mut Call) -> Result<Reply, Refusal> {
    let app = call.grant.app;
    match call.body::<TokenRequest>()? {
        TokenRequest::AuthorizationCode { code, redirect_uri } => {
            // Whatever comes of it, a code is used up by the first try.
            let code = call.auth.codes.remove(&code);
            let code = code.filter(|code| code.redirect_uri == redirect_uri);
            let grant = code.and_then(|code| usable(code.grant, app, call));
            let grant = grant.ok_or_else(|| invalid_grant(StatusCode::BAD_REQUEST))?;
            Ok(answer(call, "authorization_code", grant.scopes.clone(), Some(grant)))
        }
        TokenRequest::RefreshToken { refresh_token, scope } => {
            let grant = call.auth.refresh.get(&refresh_token).cloned();
            let grant = grant.and_then(|grant| usable(grant, app, call));
            let grant = grant.ok_or_else(|| invalid_grant(StatusCode::UNAUTHORIZED))?;
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
        _ => Err(Refusal::invalid("token: this is not a token of a system user")),
    }
}

/// `oauth/conversion_token`: a token for sending conversion events, and for nothing else.
pub fn conversion(call: &mut Call) -> Result<Reply, Refusal> {
    let expires = call.now.plus_s(CONVERSION_LIFE_S);
    let grant = Grant { is_for_conversions: true, expires, ..Grant::of_app(call.grant.app) };
    let access_token = call.auth.issue(grant);
    Ok(Reply::ok(&json!({ "access_token": access_token, "token_type": "conversion" })))
}

/// Gives an access token for these scopes and, where a user granted them, the
/// next refresh token for all that the user granted.
fn answer(
    call: &mut Call,
    kind: &'static str,
    scopes: BTreeSet<String>,
    by_user: Option<Grant>,
) -> Reply {
    let scope = scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let expires = call.now.plus_s(ACCESS_LIFE_S);
    let access =
        Grant { scopes, by_user: by_user.is_some(), expires, ..Grant::of_app(call.grant.app) };
    let access_token = call.auth.issue(access);
    let refresh = by_user.map(|grant| {
        let expires = call.now.plus_s(REFRESH_LIFE_S);
        let refresh_token = call.auth.mint("pinr_");
        call.auth.refresh.insert(refresh_token.clone(), Grant { expires, ..grant });
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

fn usable(grant: Grant, app: AppId, call: &Call) -> Option<Grant> {
    (grant.app == app && grant.expires > call.now).then_some(grant)
}

/// Seen for a refresh token that is no good, with 401. That a code gets 400 is believed.
fn invalid_grant(status: StatusCode) -> Refusal {
    Refusal::new(status, 283, "The authorization grant is invalid")
}
