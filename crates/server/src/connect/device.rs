//! A code that a person enters at the service, in whichever browser, while the server asks whether it is done
//! (RFC 8628).

use axum::http::header::REFRESH;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use connector_auth::{Client, OAuth};

use super::ending::done;
use super::html::{button, escaped, page, paragraph};
use super::made;
use crate::links::{Coded, Link, Wanted};
use crate::problem::Problem;
use crate::server::Server;

/// Seconds between two looks of the page at whether it is done.
const LOOK: HeaderValue = HeaderValue::from_static("5");

/// Asks for a code, and from then on whether somebody has entered it. Of a link one code counts.
pub async fn begin(
    server: &Server,
    link: &Link,
    wanted: Wanted,
    (oauth, client, credential): (OAuth, Client, String),
) -> Result<Response, Problem> {
    let device = oauth.device(wanted.scopes.as_deref()).await?;
    let at = device.page_with_code().unwrap_or_else(|| device.page()).to_string();
    let coded = Coded::Shown { code: device.user_code().to_owned(), at };
    let response = shown(server, link, &coded)?;
    if !server.0.links.code(&link.id, coded) {
        return Err(Problem::conflict("this page was sent twice: load it again"));
    }
    let (server, link) = (server.clone(), link.clone());
    tokio::spawn(async move {
        let stop = server.0.stop.clone();
        let made = stop.run_until_cancelled(Box::pin(async {
            let tokens = oauth.granted(device).await?;
            if !link.caller.still_counts(&server.0.keys) {
                return Err(Problem::forbidden("the key that made this link was revoked"));
            }
            let tenant = &link.caller.tenant;
            made::with_tokens(&server, tenant, wanted, Some(client), &credential, tokens).await
        }));
        let Some(made) = made.await else { return };
        let ended = match made::noted(&link.caller, &link.wanted.name, made) {
            Ok(entry) => Coded::Made(Box::new(entry)),
            Err(problem) => Coded::Failed(problem),
        };
        server.0.links.coded(&link.id, ended);
    });
    Ok(response)
}

/// What the person sees meanwhile, and once it is done; an error when it came to nothing.
pub fn shown(server: &Server, link: &Link, coded: &Coded) -> Result<Response, Problem> {
    let (code, at) = match coded {
        Coded::Shown { code, at } => (code, at),
        Coded::Made(entry) => return Ok(done(server, entry, link.wanted.return_to.as_ref())),
        Coded::Failed(problem) => return Err(problem.clone()),
    };
    let body = paragraph("Open the page of the service, in this browser or any other, and enter:")
        + &format!("<p><code class=\"code\">{}</code></p>", escaped(code))
        + &button(at, "Open the page")
        + &paragraph("This page goes on by itself when that is done.");
    let mut response = page(StatusCode::OK, "Enter a code", &body);
    response.headers_mut().insert(REFRESH, LOOK);
    Ok(response)
}
