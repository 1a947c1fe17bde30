//! Triggers that the server polls, whose events go to an address or are kept to be fetched.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use connector_auth::Tokens;
use connector_durable::{Event, NotTaken, Sink, Subscription, Watch, WatchError, WatchOptions};
use connector_host::{CancellationToken, Secret};
use connector_store::{Row, StoreError, now, values};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::catalog::parsed;
use crate::outbox;
use crate::problem::Problem;
use crate::random;
use crate::rights::Rights;
use crate::server::{Server, blocking};
use crate::tenant::{Ready, Tenant};

const SELECT: &str =
    "SELECT id, connection, trigger, config, url, every, rights, key FROM subscriptions";

/// A trigger of a connection, watched.
#[derive(Clone, Debug)]
pub struct Subscribed {
    pub id: String,
    pub connection: String,
    pub trigger: String,
    pub config: String,
    pub url: Option<String>,
    /// Seconds.
    pub every: u32,
    pub rights: Rights,
    /// The id of the key that made it: with the key it ends.
    pub key: String,
}

/// Begins to watch, and gives the subscription with the secret of its signatures, which is told once.
pub async fn make(
    server: &Server,
    caller: &Caller,
    ready: &Ready,
    wanted: Subscribed,
) -> Result<(Subscribed, Option<String>), Problem> {
    let secret = wanted.url.as_ref().map(|_| random::text()).transpose()?;
    if let Some(url) = &wanted.url {
        // What cannot be an address is told now.
        outbox::sink(server, url, None)?;
    }
    let (tenant, name) = (caller.tenant.clone(), ready.entry.name.clone());
    let (new, kept) = (wanted.clone(), secret.clone());
    blocking(move || {
        if let Some(secret) = &kept {
            // Sealed, beside the credentials of the connection.
            let tokens = Tokens::pasted(Secret::new(secret));
            tenant.vault.store(&name, &credential(&new.id), &tokens)?;
        }
        let insert = "INSERT INTO subscriptions \
            (id, connection, trigger, config, url, every, key, rights, made) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let values = values![
            new.id,
            new.connection,
            new.trigger,
            new.config,
            new.url,
            new.every,
            new.key,
            new.rights.words(),
            now(),
        ];
        tenant.db.write(|sql| sql.execute(insert, &values))?;
        Ok(())
    })
    .await?;
    watch(server, &caller.tenant, &wanted);
    Ok((wanted, secret))
}

/// What the secret of a subscription is called in the vault.
fn credential(id: &str) -> String {
    format!("subscription:{id}")
}

/// Watches in a task of its own, until it is ended or the server is.
pub fn watch(server: &Server, tenant: &Arc<Tenant>, subscribed: &Subscribed) {
    let stop = server.0.stop.child_token();
    tenant.watching.begin(&subscribed.id, stop.clone());
    let (server, tenant, subscribed) = (server.clone(), tenant.clone(), subscribed.clone());
    tokio::runtime::Handle::current().spawn(async move {
        if let Err(problem) = watched(&server, &tenant, &subscribed, stop).await {
            let (id, detail) = (&subscribed.id, &problem.detail);
            tracing::error!(subscription = id, detail, "a trigger is not watched any more");
        }
    });
}

/// Looks at once what is to be delivered.
pub fn again(server: &Server, tenant: &Arc<Tenant>, subscribed: &Subscribed) {
    tenant.watching.end(&subscribed.id);
    watch(server, tenant, subscribed);
}

async fn watched(
    server: &Server,
    tenant: &Arc<Tenant>,
    subscribed: &Subscribed,
    stop: CancellationToken,
) -> Result<(), Problem> {
    let ready = server.ready(tenant, &subscribed.connection).await?;
    let connection = ready.connection.permitting(subscribed.rights.permission()).stopped_by(stop);
    let secret = {
        let (tenant, name, id) =
            (tenant.clone(), ready.entry.name.clone(), credential(&subscribed.id));
        let asker = connection.connector().binding().clone();
        blocking(move || Ok(tenant.vault.tokens(&name, &asker, &id)?)).await?
    };
    let mut sink: Box<dyn Sink> = match &subscribed.url {
        Some(url) => Box::new(outbox::sink(server, url, secret.map(|it| it.access_token))?),
        None => Box::new(Kept),
    };
    let options = WatchOptions {
        every: Duration::from_secs(subscribed.every.into()),
        tries: Some(outbox::TRIES),
        ..WatchOptions::default()
    };
    let to =
        Subscription { trigger: subscribed.trigger.clone(), config: subscribed.config.clone() };
    let folder = folder(tenant, &subscribed.id);
    let mut watch = loop {
        let (to, options) = (vec![to.clone()], options.clone());
        match Watch::open(&folder, &connection, &ready.entry.id, to, options) {
            // Who watched before has not ended yet: a delivery is under way.
            Err(WatchError::Busy(_)) if !connection.stop().is_cancelled() => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            opened => break opened?,
        }
    };
    Ok(watch.run(&mut *sink).await?)
}

/// Where the record of a subscription is.
pub fn folder(tenant: &Tenant, id: &str) -> PathBuf {
    tenant.folder.join("watches").join(id)
}

/// The subscriptions of a connection, or of all.
pub fn of(tenant: &Tenant, connection: Option<&str>) -> Result<Vec<Subscribed>, Problem> {
    let select = format!("{SELECT} WHERE ?1 IS NULL OR connection = ?1 ORDER BY made");
    tenant.db.read(|sql| sql.rows(&select, &values![connection], read))
}

/// One subscription of a connection.
pub fn one(tenant: &Tenant, connection: &str, id: &str) -> Result<Subscribed, Problem> {
    let all = of(tenant, Some(connection))?;
    let found = all.into_iter().find(|it| it.id == id);
    found.ok_or_else(|| Problem::not_found(format!("subscription `{id}`")))
}

/// Ends one; its record stays.
pub fn end(tenant: &Tenant, connection: &str, name: &str, id: &str) -> Result<(), Problem> {
    one(tenant, connection, id)?;
    tenant.watching.end(id);
    tenant.db.write(|sql| sql.execute("DELETE FROM subscriptions WHERE id = ?1", &values![id]))?;
    Ok(tenant.vault.remove(name, &credential(id))?)
}

/// Ends all of a connection that is forgotten.
pub fn end_all(tenant: &Tenant, connection: &str, name: &str) -> Result<(), Problem> {
    for subscribed in of(tenant, Some(connection))? {
        end(tenant, connection, name, &subscribed.id)?;
    }
    Ok(())
}

/// Nothing is watched any more for a key that was revoked.
pub fn end_of_key(tenant: &Tenant, key: &str) -> Result<(), Problem> {
    for subscribed in of(tenant, None)?.iter().filter(|it| it.key == key) {
        tenant.watching.end(&subscribed.id);
    }
    Ok(())
}

/// Deletes the records of those that have ended.
pub fn sweep(tenant: &Tenant) -> Result<(), Problem> {
    let all = of(tenant, None)?;
    let folders = std::fs::read_dir(tenant.folder.join("watches"));
    for folder in folders.into_iter().flatten().flatten() {
        let name = folder.file_name();
        let lives = all.iter().any(|it| *it.id == *name)
            || name.to_str().is_some_and(|it| tenant.watching.has(it));
        if !lives {
            std::fs::remove_dir_all(folder.path()).map_err(Problem::internal)?;
        }
    }
    Ok(())
}

/// What is told of one.
pub fn json(tenant: &Tenant, subscribed: &Subscribed) -> Value {
    let standing = connector_durable::watched(&folder(tenant, &subscribed.id));
    let standing = standing.ok().and_then(|mut all| all.pop());
    json!({
        "id": subscribed.id,
        "trigger": subscribed.trigger,
        "config": parsed(&subscribed.config),
        "url": subscribed.url,
        "every": subscribed.every,
        "watched": tenant.watching.has(&subscribed.id),
        "standing": standing.map(|it| json!({
            "polled": it.polled,
            "failures": it.failures,
            "error": it.error,
            "recorded": it.recorded,
            "undelivered": it.undelivered,
            "put_aside": it.put_aside,
            "delivery_error": it.delivery_error,
        })),
    })
}

fn read(row: &Row<'_>) -> Result<Subscribed, StoreError> {
    let rights: String = row.get(6)?;
    Ok(Subscribed {
        id: row.get(0)?,
        connection: row.get(1)?,
        trigger: row.get(2)?,
        config: row.get(3)?,
        url: row.get(4)?,
        every: row.get(5)?,
        rights: Rights::from_words(&rights).ok_or_else(|| row.wrong(6))?,
        key: row.get(7)?,
    })
}

/// Events stay in the record until somebody fetches them.
struct Kept;

#[async_trait]
impl Sink for Kept {
    async fn deliver(&mut self, _event: &Event) -> Result<(), NotTaken> {
        Ok(())
    }
}
