//! The way back from the service.

use axum::extract::{OriginalUri, State};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use connector_auth::StoredConnection;
use connector_host::contract::connection::OauthFault;
use url::Url;

use super::ending::{done, failed};
use super::html::{page, paragraph};
use super::{form, made};
use crate::links::Trying;
use crate::problem::Problem;
use crate::server::Server;

/// `GET /callback`
pub async fn take(
    State(server): State<Server>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let address = server.address(uri.path_and_query().map_or("/", |it| it.as_str()));
    let Ok(answer) = Url::parse(&address) else { return stranger() };
    let state = answer.query_pairs().find(|(name, _)| name == "state");
    let state = state.map(|(_, value)| value.into_owned()).unwrap_or_default();
    let browser = cookie(&headers, &form::cookie(&state)).unwrap_or_default();
    let Some(trying) = server.0.links.take(&state, &browser) else { return stranger() };
    let link = trying.link.clone();
    if !trying.caller.still_counts(&server.0.keys) {
        return form::unknown();
    }
    let back = trying.wanted.return_to.clone();
    let code = match trying.oauth.code(&trying.attempt, &answer) {
        Ok(code) => code,
        Err(error) => {
            let denied = error.fault().is_some_and(|fault| fault.about == OauthFault::Denied);
            let title = if denied { "Nothing was granted" } else { "Not connected" };
            return failed(title, &error.into(), &link, back.as_ref());
        }
    };
    match connected(&server, trying, &code).await {
        Ok(entry) => {
            server.0.links.used(&link);
            done(&server, &entry, back.as_ref())
        }
        Err(problem) => failed("Not connected", &problem, &link, back.as_ref()),
    }
}

async fn connected(
    server: &Server,
    trying: Trying,
    code: &connector_host::Secret,
) -> Result<StoredConnection, Problem> {
    let tokens = trying.oauth.exchange(&trying.attempt, code).await?;
    let Trying { caller, wanted, client, credential, .. } = trying;
    let name = wanted.name.clone();
    let made = made::with_tokens(server, &caller.tenant, wanted, Some(client), &credential, tokens);
    made::noted(&caller, &name, made.await)
}

/// An answer to an attempt that this browser has not begun, or that is over.
fn stranger() -> Response {
    let body = paragraph(
        "This browser has not begun it here, or it took longer than a quarter of an hour.",
    ) + &paragraph("Open the link to connect once more, and begin again there.");
    page(StatusCode::BAD_REQUEST, "This attempt is not known", &body)
}

fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = all.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
}
