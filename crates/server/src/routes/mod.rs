//! The routes, in the order of `docs/server.md`.

mod about;
mod actions;
mod answer;
mod body;
mod choices;
mod connections;
mod dry_run;
mod files;
mod form;
mod hooks;
mod keys;
mod mcp;
mod oauth;
mod order;
mod query;
mod records;
mod runs;
mod sql;
mod subscriptions;
mod triggers;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{any, delete, get, post};

use crate::problem::Problem;
use crate::server::Server;
use crate::{connect, protect, studio};

/// Bytes of a body of JSON.
const BODY: usize = 16 << 20;
/// Bytes of what a service sends.
const DELIVERY: usize = connector_webhooks::BODY;
/// Bytes of what is kept in memory for longer.
const SMALL: usize = 64 << 10;

/// Everything that the server answers.
pub fn router(server: Server) -> Router {
    let mut router = Router::new()
        .route("/healthz", get(about::health))
        .route("/metrics", get(about::metrics))
        .route("/openapi.json", get(about::openapi))
        .route("/v1/me", get(about::me))
        .route("/v1/connectors", get(about::connectors))
        .route("/v1/connectors/{id}/actions", get(about::actions))
        .route("/v1/connectors/{id}/actions/{action}", get(about::action))
        .route("/v1/connectors/{id}/triggers", get(about::triggers))
        .route("/v1/connectors/{id}/triggers/{trigger}", get(about::trigger))
        .route("/v1/connectors/{id}/resources", get(about::resources))
        .route(
            "/v1/connections",
            get(connections::list).post(connections::make).layer(DefaultBodyLimit::max(SMALL)),
        )
        .route(
            "/v1/connections/{c}",
            get(connections::one).patch(connections::rename).delete(connections::forget),
        )
        .route("/v1/connections/{c}/test", post(connections::test))
        .route(
            "/v1/connections/{c}/reconnect",
            post(connections::reconnect).layer(DefaultBodyLimit::max(SMALL)),
        )
        .route("/v1/connections/{c}/openapi.json", get(about::openapi_of))
        .route("/v1/{c}/actions/{action}", get(actions::read).post(actions::run))
        .route("/v1/{c}/actions/{action}/dry-run", post(dry_run::show))
        .route("/v1/{c}/actions/{action}/choices", post(choices::of_action))
        .route("/v1/{c}/triggers/{trigger}/choices", post(choices::of_trigger))
        .route("/v1/{c}/triggers/{trigger}/poll", post(triggers::poll))
        .route("/v1/{c}/subscriptions", get(subscriptions::list).post(subscriptions::make))
        .route("/v1/{c}/subscriptions/{id}", delete(subscriptions::end))
        .route("/v1/{c}/subscriptions/{id}/events", get(subscriptions::events))
        .route("/v1/{c}/subscriptions/{id}/replay", post(subscriptions::replay))
        .route("/v1/{c}/webhooks", get(hooks::list).post(hooks::make))
        .route("/v1/{c}/webhooks/{id}", delete(hooks::end))
        .route("/v1/{c}/webhooks/{id}/events", get(hooks::events))
        .route("/v1/{c}/webhooks/{id}/replay", post(hooks::replay))
        .route("/v1/{c}/runs", get(runs::list))
        .route("/v1/{c}/runs/{run}", get(runs::one))
        .route("/v1/{c}/runs/{run}/items", get(runs::items))
        .route("/v1/{c}/runs/{run}/events", get(runs::follow))
        .route("/v1/{c}/runs/{run}/cancel", post(runs::cancel))
        .route("/v1/{c}/runs/{run}/resume", post(runs::resume))
        .route("/v1/{c}/files", post(files::keep).layer(DefaultBodyLimit::disable()))
        .route("/v1/{c}/records/{resource}", get(records::read))
        .route("/v1/{c}/sql", post(sql::run).layer(DefaultBodyLimit::max(SMALL)))
        .route("/v1/keys", get(keys::list).post(keys::make))
        .route("/v1/keys/{id}", delete(keys::revoke))
        .route("/v1/quotas", get(keys::quotas))
        .route("/v1/audit", get(keys::audit))
        .route("/v1/events", get(hooks::told).put(hooks::tell).delete(hooks::keep_quiet))
        .route("/hooks/{token}", any(hooks::take).layer(DefaultBodyLimit::max(DELIVERY)))
        .route("/.well-known/oauth-protected-resource/mcp/{c}", get(mcp::about))
        .route("/mcp/{c}", any(mcp::serve))
        .route("/.well-known/oauth-authorization-server", get(oauth::about))
        .route(
            "/oauth/authorize",
            get(oauth::ask).post(oauth::decide).layer(DefaultBodyLimit::max(SMALL)),
        )
        .route("/oauth/register", post(oauth::register).layer(DefaultBodyLimit::max(SMALL)))
        .route("/oauth/token", post(oauth::token).layer(DefaultBodyLimit::max(SMALL)))
        .route(
            "/connect/{link}",
            get(connect::form::show).post(connect::form::go).layer(DefaultBodyLimit::max(SMALL)),
        )
        .route("/callback", get(connect::callback::take));
    for path in &server.0.options.callbacks {
        router = router.route(path, get(connect::callback::take));
    }
    router
        .fallback(studio::page)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(server.clone(), protect::every))
        .layer(middleware::from_fn(connector_listen::close_unread))
        .with_state(server)
}

async fn wrong_method() -> Problem {
    use axum::http::StatusCode;
    let detail = "this address takes another method; `/openapi.json` lists them";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
}
