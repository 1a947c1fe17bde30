//! Makes a connection of what was granted: tested first, stored only when it works.

use std::ops::ControlFlow;
use std::sync::Arc;

use connector_auth::{Account, Client, ConnectionSpec, StoredConnection, Tokens};
use connector_host::contract::Descriptor;
use connector_host::contract::connection::CredentialSource;
use connector_host::{Call, Connection, FixedCredentials, NoopObserver, Observer, Secret};
use serde_json::{Map, Value, json};

use crate::caller::Caller;
use crate::catalog::parsed;
use crate::connections;
use crate::links::Wanted;
use crate::problem::Problem;
use crate::server::{Server, blocking};
use crate::tenant::Tenant;

/// What the connector's test found out.
pub struct Tested {
    output: Value,
    granted: Option<Vec<String>>,
}

impl Tested {
    /// Whom the connection belongs to.
    pub fn account(&self) -> Account {
        let text = |key: &str| match &self.output["account"][key] {
            Value::String(text) => text.clone(),
            Value::Null => "?".into(),
            other => other.to_string(),
        };
        Account { id: text("id"), name: text("name") }
    }

    /// As it is answered.
    pub fn json(&self) -> Value {
        let mut json = json!({"granted": self.granted});
        if let (Value::Object(json), Value::Object(output)) = (&mut json, &self.output) {
            json.extend(output.clone());
        }
        json
    }
}

/// Runs the test.
pub async fn test(connection: &Connection, granted: Option<&[String]>) -> Result<Tested, Problem> {
    let granted = granted.map(<[String]>::to_vec);
    let call = Call::Test { granted: granted.clone() };
    match connection.run(call, &mut NoopObserver).await {
        Ok(outcome) => Ok(Tested { output: parsed(&outcome.output), granted }),
        Err(failure) => Err(connection.diagnose(failure).await.into()),
    }
}

/// With a value that somebody has pasted.
pub async fn with_value(
    server: &Server,
    tenant: &Arc<Tenant>,
    wanted: Wanted,
    value: Secret,
) -> Result<StoredConnection, Problem> {
    let descriptor = server.connector(&wanted.connector)?.descriptor();
    let credential = connections::first(descriptor);
    let credential =
        credential.ok_or_else(|| Problem::field("connector", "it needs no credential"))?;
    // A token of an account that was got elsewhere is a value, too.
    let fits = match &credential.source {
        CredentialSource::Pair(_) => value.user().is_some(),
        _ => value.user().is_none(),
    };
    if !fits {
        let name = if value.user().is_some() { "pair" } else { "secret" };
        return Err(Problem::field(name, format!("`{}` is of another kind", credential.id)));
    }
    let id = credential.id.clone();
    with_tokens(server, tenant, wanted, None, &id, Tokens::pasted(value)).await
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
    let account = test(&trial, tokens.scopes.as_deref()).await?.account();
    first_choices(&trial, &mut settings, tokens.scopes.as_deref()).await?;
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

/// Settings whose first choice is a good default: the hint `x-first-choice`.
async fn first_choices(
    trial: &Connection,
    settings: &mut Map<String, Value>,
    granted: Option<&[String]>,
) -> Result<(), Problem> {
    let schema = parsed(&trial.connector().descriptor().form);
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let known = |scope: &Value| {
            granted.is_some_and(|granted| granted.iter().any(|has| scope == has.as_str()))
        };
        let mut scopes = field["x-scopes"].as_array().into_iter().flatten();
        let open = field["x-first-choice"] == true && !settings.contains_key(name);
        if open && scopes.all(known) {
            let mut first = First(None);
            let call = Call::ConnectionChoices { field: name.clone(), query: None };
            trial.run(call, &mut first).await?;
            if let Some(choice) = first.0 {
                settings.insert(name.clone(), choice["value"].clone());
            }
        }
    }
    Ok(())
}

/// Stops at the first choice.
struct First(Option<Value>);

impl Observer for First {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        let items: Vec<Value> = serde_json::from_str(items).unwrap_or_default();
        self.0 = items.into_iter().next();
        match self.0 {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }
}
