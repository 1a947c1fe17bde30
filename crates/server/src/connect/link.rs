//! Links are made here, and looked through before anybody gets one.

use connector_host::is_loopback;
use serde_json::{Value, json};
use url::Url;

use super::made;
use crate::caller::Caller;
use crate::connections::time;
use crate::links::{Link, Wanted};
use crate::problem::Problem;
use crate::server::Server;
use crate::way::{self, Way};

/// Makes a link. Everything that the caller got wrong is told now, and not to the person.
pub fn make(server: &Server, caller: &Caller, wanted: Wanted) -> Result<Value, Problem> {
    let connector = server.connector(&wanted.connector)?;
    let descriptor = connector.before_consent(&wanted.all_settings())?;
    if let Some(back) = &wanted.return_to
        && !may_return(server, back)
    {
        let detail =
            "the application is not among those that people are sent back to (--return-to)";
        return Err(Problem::field("return_to", detail));
    }
    if let Some(environment) = &wanted.environment
        && !descriptor.environments.iter().any(|known| known.id == *environment)
    {
        return Err(Problem::field("environment", format!("there is no `{environment}`")));
    }
    let credential = way::chosen(&descriptor, wanted.credential.as_deref())?;
    let way = Way::of(credential);
    if let Way::Consent(oauth) = &way {
        let known = |id: &String| oauth.scopes.iter().any(|scope| scope.id == *id);
        if let Some(other) = wanted.scopes.iter().flatten().find(|id| !known(id)) {
            return Err(Problem::field("scopes", format!("there is no scope `{other}`")));
        }
    }
    let has_app = wanted.client.is_some() || server.0.options.apps.contains_key(&wanted.connector);
    if way.needs_app() && !has_app {
        let detail =
            "this server has no app for the connector: say `client` with `id` and `secret`";
        return Err(Problem::field("client", detail));
    }
    if let Way::Unknown(name) = way {
        let detail = format!(
            "`{}` is got by `{name}`, which this server does not know: get a token at the service, and send it as \
             `secret`",
            credential.id
        );
        return Err(Problem::field("credential", detail));
    }
    made::check_place(&caller.tenant, &wanted)?;
    let link = Link::new(caller, wanted)?;
    let url = server.address(&format!("/connect/{}", link.id));
    let told = json!({"url": url, "expires_at": time(link.expires())});
    server.0.links.add(link);
    Ok(told)
}

/// An address on this server, or of an application that is allowed. On this machine the server has several
/// names.
fn may_return(server: &Server, back: &Url) -> bool {
    let own = server.url();
    let is_own = is_loopback(&own) && is_loopback(back) && own.port() == back.port();
    let allowed = server.0.options.return_to.iter().chain([&own]);
    matches!(back.scheme(), "http" | "https")
        && (is_own || allowed.into_iter().any(|it| it.origin() == back.origin()))
}
