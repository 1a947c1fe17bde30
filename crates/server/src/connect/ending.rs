//! What a person sees in the end, or where he is sent.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use connector_auth::StoredConnection;
use url::Url;

use super::html::{button, escaped, page, paragraph};
use crate::problem::Problem;
use crate::server::Server;

/// The person is done.
pub fn done(server: &Server, entry: &StoredConnection, back: Option<&Url>) -> Response {
    if let Some(back) = back {
        let mut back = back.clone();
        back.query_pairs_mut()
            .append_pair("connection", &entry.name)
            .append_pair("status", "connected");
        return Redirect::to(back.as_str()).into_response();
    }
    let title = server.connector(&entry.connector).map(|it| it.descriptor().title.clone());
    let title = title.unwrap_or_else(|_| entry.connector.clone());
    let account = entry.account.as_ref().map_or("an account", |account| &account.name);
    let body = paragraph(&format!("{title} is connected as {account}."))
        + &format!(
            "<dl><dt>Connection</dt><dd>{}</dd><dt>Environment</dt><dd>{}</dd></dl>",
            escaped(&entry.name),
            escaped(&entry.environment)
        )
        + &paragraph("You can close this window.");
    page(StatusCode::OK, "Connected", &body)
}

/// Nothing came of it.
pub fn failed(title: &str, problem: &Problem, link: &str, back: Option<&Url>) -> Response {
    let mut body = String::new();
    if let Some(advice) = problem.more.get("advice").and_then(|it| it.as_str()) {
        body += &paragraph(advice);
    }
    body += &format!("<dl><dt>What happened</dt><dd>{}</dd></dl>", escaped(&problem.detail));
    body += &paragraph("Nothing is stored.");
    body += &button(&format!("/connect/{link}"), "Try again");
    if let Some(back) = back {
        let mut back = back.clone();
        back.query_pairs_mut().append_pair("status", "failed").append_pair("code", &problem.code);
        body += &button(back.as_str(), "Back to the application");
    }
    page(StatusCode::BAD_REQUEST, title, &body)
}
