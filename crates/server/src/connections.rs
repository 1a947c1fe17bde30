//! Connections of tenants: found, put together, and told about.

use std::sync::Arc;

use connector_auth::{Account, Client, OAuth, Status, StoredConnection};
use connector_host::contract::Descriptor;
use connector_host::contract::connection::Credential;
use connector_host::{Connection, RateLimits, sources};
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::server::{Server, blocking};
use crate::tenant::{Ready, Tenant};
use crate::way::Way;
use crate::{catalog, outbox, way};

impl Server {
    /// The connection of this name or id, ready for calls.
    pub(crate) async fn ready(&self, tenant: &Arc<Tenant>, name: &str) -> Result<Ready, Problem> {
        if let (Some(ready), _) = tenant.ready(name) {
            return Ok(ready);
        }
        // Of many that ask for it at once, one puts it together for all.
        let _turn = tenant.making.lock().await;
        let (ready, since) = tenant.ready(name);
        if let Some(ready) = ready {
            return Ok(ready);
        }
        let (server, of, asked) = (self.clone(), tenant.clone(), name.to_owned());
        let ready = blocking(move || {
            let entry = of.entry(&asked)?;
            let connection = server.connection(&of, &entry)?;
            Ok(Ready { entry, connection })
        });
        let ready = ready.await?;
        tenant.keep(name, &ready, since);
        Ok(ready)
    }

    /// Puts a stored connection together.
    fn connection(&self, tenant: &Tenant, entry: &StoredConnection) -> Result<Connection, Problem> {
        let connector = self.connector(&entry.connector)?;
        let asker = connector.with_settings(&entry.settings)?.binding().clone();
        let mut credentials = tenant.vault.credentials(&entry.name, &asker)?;
        let held = credential(connector.descriptor(), entry);
        let client = tenant.vault.client(&entry.name, &asker)?;
        let app = client.as_ref().map(|client| client.id.clone());
        // A key file proves itself.
        let is_key = held.is_some_and(|held| matches!(Way::of(held), Way::Key));
        let client = client.or_else(|| is_key.then(Client::none));
        if let (Some(held), Some(client)) = (held, client)
            && sources::oauth(connector.descriptor(), &held.source).is_some()
        {
            let oauth = self.oauth(
                &entry.connector,
                &held.id,
                &entry.environment,
                &entry.settings,
                client,
            )?;
            credentials = credentials.oauth(&held.id, oauth);
        }
        let granted = held.and_then(|it| entry.credential(&it.id)).and_then(|it| it.scopes.clone());
        let mut builder = Connection::builder(connector.clone())
            .settings(&*entry.settings)
            .granted(granted)
            .credentials(Arc::new(credentials))
            .blobs(tenant.uploads.clone())
            .seal(self.0.options.seal.within(&entry.id))
            .rate_limits(RateLimits::named(&shares_limits_as(entry, app.as_deref())))
            .party(&tenant.id)
            .routes(self.0.options.routes.clone())
            .links(self.0.options.links.clone())
            .stop(self.0.stop.clone());
        if let Some(limit) = app.and_then(|app| self.app_limit(&entry.connector, &app)) {
            builder = builder.app_limit(limit);
        }
        Ok(builder.build()?)
    }

    /// The OAuth of a credential for one app.
    pub(crate) fn oauth(
        &self,
        connector: &str,
        credential: &str,
        environment: &str,
        settings: &str,
        client: Client,
    ) -> Result<OAuth, Problem> {
        let descriptor = self.connector(connector)?.before_consent(settings)?;
        let http = self.0.http.clone();
        let oauth = OAuth::new(&descriptor, credential, environment, client, http)?;
        Ok(oauth.routes(self.0.options.routes.clone()))
    }
}

/// The service's limits are for an account and an app: whoever has connected the same account over the same app has
/// the same ones. Of what is not known of both, a connection has limits of its own.
fn shares_limits_as(entry: &StoredConnection, app: Option<&str>) -> String {
    match (&entry.account, app) {
        // Within these they are kept apart by the origins that requests go to.
        (Some(account), Some(app)) if account.id != Account::UNKNOWN => {
            json!([entry.connector, app, account.id]).to_string()
        }
        _ => entry.id.clone(),
    }
}

/// The credential that makes a connection: of a group the one that it has, or else the first that is
/// required.
pub fn credential<'a>(
    descriptor: &'a Descriptor,
    entry: &StoredConnection,
) -> Option<&'a Credential> {
    let all = way::all(descriptor);
    let held = all.iter().find(|it| entry.credential(&it.id).is_some());
    held.or(all.first()).copied()
}

/// What is told of a connection.
pub fn json(descriptor: Option<&Descriptor>, entry: &StoredConnection) -> Value {
    let (status, detail) = match &entry.status {
        Status::Draft => ("draft", Some("nobody has authorized it yet".to_owned())),
        Status::Authenticated => ("authenticated", None),
        Status::Expiring { until } => ("expiring", Some(format!("it ends at {}", time(*until)))),
        Status::NeedsReconnect { why } => ("needs_reconnect", Some(why.clone())),
    };
    let held = descriptor.and_then(|descriptor| credential(descriptor, entry));
    let held = held.and_then(|held| entry.credential(&held.id));
    let ends = held.and_then(|held| match held.renewable {
        true => held.refresh_expires_at,
        false => held.expires_at,
    });
    json!({
        "id": entry.id,
        "name": entry.name,
        "connector": entry.connector,
        "environment": entry.environment,
        "status": status,
        "detail": detail,
        "account": entry.account.as_ref().map(|it| json!({"id": it.id, "name": it.name})),
        "scopes": held.and_then(|held| held.scopes.clone()),
        "settings": catalog::parsed(&entry.settings),
        "expires_at": ends.map(time),
    })
}

/// RFC 3339.
pub fn time(second: u64) -> String {
    let second = i64::try_from(second).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(second).map_or_else(|_| "?".into(), |time| time.to_string())
}

/// Notes what has happened to the connections since the last look: `connection.expiring` and
/// `connection.broken`, each once for each time.
pub fn look(tenant: &Tenant) -> Result<(), Problem> {
    let all = tenant.vault.connections()?;
    tenant.db.write(|sql| {
        for entry in &all {
            let (what, id) = match &entry.status {
                Status::Expiring { until } => ("connection.expiring", until.to_string()),
                // Connected again it has other credentials.
                Status::NeedsReconnect { .. } => ("connection.broken", generation(entry)),
                Status::Draft | Status::Authenticated => continue,
            };
            let event = json!({
                "id": format!("{what}:{}:{id}", entry.id),
                "type": what,
                "data": json(None, entry),
            });
            let id = event["id"].as_str().unwrap_or_default();
            outbox::add(sql, outbox::CONNECTIONS, id, &event)?;
        }
        Ok(())
    })
}

/// Tells the credentials of a connection from those before and after.
fn generation(entry: &StoredConnection) -> String {
    let ends = entry.credentials.iter().map(|held| (held.expires_at, held.refresh_expires_at));
    crate::random::hash(&format!("{:?}", ends.collect::<Vec<_>>()))[..16].to_owned()
}
