//! Makes a connection of what was granted: tested first, stored only when it works.

use std::sync::Arc;

use connector_auth::{Client, ConnectionSpec, StoredConnection, Tested, Tokens, first_choices};
use connector_host::contract::Descriptor;
use connector_host::{Connection, FixedCredentials, Secret};
use serde_json::{Map, Value};

use crate::caller::Caller;
use crate::links::Wanted;
use crate::problem::Problem;
use crate::server::{Server, blocking};
use crate::tenant::Tenant;
use crate::way::{self, Way};

/// With a value that somebody has pasted.
pub async fn with_value(
    server: &Server,
    tenant: &Arc<Tenant>,
    wanted: Wanted,
    value: Secret,
) -> Result<StoredConnection, Problem> {
    let descriptor = server.connector(&wanted.connector)?.descriptor();
    let credential = way::chosen(descriptor, wanted.credential.as_deref())?;
    let way = Way::of(credential);
    // A token of an account that was got elsewhere is a value, too.
    if matches!(way, Way::Pair(_)) != value.user().is_some() {
        let name = if value.user().is_some() { "pair" } else { "secret" };
        return Err(Problem::field(name, format!("`{}` is of another kind", credential.id)));
    }
    let id = credential.id.clone();
    // So is one for a credential of a key file, which is JSON.
    let is_key = matches!(way, Way::Key) && value.expose().trim_start().starts_with('{');
    let tokens = match is_key {
        true => {
            let (environment, settings) = (environment(descriptor, &wanted), wanted.all_settings());
            let none = Client::none();
            let oauth = server.oauth(&wanted.connector, &id, &environment, &settings, none)?;
            oauth.for_key(&value).await?
        }
        false => Tokens::pasted(value),
    };
    with_tokens(server, tenant, wanted, None, &id, tokens).await
}

/// With what a service has granted.
pub async fn with_tokens(
    server: &Server,
    tenant: &Arc<Tenant>,
    wanted: Wanted,
    client: Option<Client>,
    credential: &str,
    tokens: Tokens,
) -> Result<StoredConnection, Problem> {
    let connector = server.connector(&wanted.connector)?.clone();
    let environment = environment(connector.descriptor(), &wanted);
    let mut settings: Map<String, Value> =
        serde_json::from_str(&wanted.all_settings()).unwrap_or_default();
    let given = tokens.settings.iter();
    settings.extend(given.map(|(name, value)| (name.clone(), value.as_str().into())));
    let shared = tokens.shared.iter().map(|(id, tokens)| (id.clone(), tokens.clone()));
    let all: Vec<(String, Tokens)> =
        shared.chain([(credential.to_owned(), tokens.clone())]).collect();
    let values = all.iter().map(|(id, tokens)| (id.clone(), tokens.access_token.clone()));
    let trial = Connection::builder(connector.clone())
        .settings(Value::Object(settings.clone()).to_string())
        .granted(tokens.scopes.clone())
        .credentials(Arc::new(FixedCredentials::new(values)))
        .routes(server.0.options.routes.clone())
        .stop(server.0.stop.clone())
        .build()?;
    let account = Tested::of(&trial, tokens.scopes.clone()).await?.account();
    let choices = first_choices(&trial, &settings, tokens.scopes.as_deref()).await?;
    settings.extend(choices.into_iter().map(|choice| (choice.setting, choice.value)));
    let settings = Value::Object(settings).to_string();
    let binding = connector.with_settings(&settings)?.binding().clone();
    let spec = ConnectionSpec {
        name: wanted.name.clone(),
        binding,
        environment,
        settings,
        client,
        scopes: wanted.scopes.clone(),
    };
    let tenant = tenant.clone();
    blocking(move || {
        // Somebody else may have taken the name meanwhile.
        check_place(&tenant, &wanted)?;
        tenant.vault.put(&spec)?;
        for (id, tokens) in &all {
            tenant.vault.store(&spec.name, id, tokens)?;
        }
        tenant.vault.set_account(&spec.name, &account)?;
        tenant.changed();
        Ok(tenant.vault.connection(&spec.name)?)
    })
    .await
}

/// Notes that somebody has connected an account by a link, or could not.
pub fn noted(
    caller: &Caller,
    name: &str,
    made: Result<StoredConnection, Problem>,
) -> Result<StoredConnection, Problem> {
    let id = made.as_ref().map_or(name, |entry| &entry.id).to_owned();
    caller.note("connected", Some(&id), Some(name.to_owned()), &made);
    made
}

/// A name is taken by one connection: who connects does not put another account into somebody's place.
pub fn check_place(tenant: &Tenant, wanted: &Wanted) -> Result<(), Problem> {
    let all = tenant.vault.connections()?;
    let Some(other) = all.iter().find(|entry| entry.name == wanted.name) else { return Ok(()) };
    match wanted.again && other.connector == wanted.connector {
        true => Ok(()),
        false => {
            let detail = format!(
                "there is a connection `{}`: take another name, or `reconnect` that one",
                wanted.name
            );
            Err(Problem::conflict(detail))
        }
    }
}

/// The environment that is wanted, or the first.
pub fn environment(descriptor: &Descriptor, wanted: &Wanted) -> String {
    let first = || descriptor.environments.first().map(|first| first.id.clone());
    wanted.environment.clone().or_else(first).unwrap_or_default()
}
