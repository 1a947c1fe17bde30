//! Events that have come by themselves: kept, and sent on to where a tenant wants them.
//!
//! A stream is a name: `connections` for what happens to a tenant's connections, `hook:ID` for what a
//! service has sent.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connector_durable::{Event, NotTaken, Recorded, Sink, Webhook};
use connector_host::Secret;
use connector_store::{Row, Sql, StoreError, now, values};
use serde_json::Value;

use crate::problem::Problem;
use crate::server::{Server, blocking};
use crate::tenant::Tenant;

/// What happens to the tenant's connections.
pub const CONNECTIONS: &str = "connections";
/// A receiver has to answer within this time.
const PATIENCE: Duration = Duration::from_secs(20);
/// The wait before a delivery is tried again doubles from here on, in milliseconds,
const FIRST: i64 = 1_000;
/// up to here.
const LAST: i64 = 600_000;
/// Deliveries that may fail before an event is put aside: about two days.
pub const TRIES: u32 = 300;

/// Adds an event, unless it is there already.
pub fn add(sql: Sql<'_>, stream: &str, id: &str, event: &Value) -> Result<(), StoreError> {
    let insert =
        "INSERT OR IGNORE INTO outbox (stream, id, json, recorded) VALUES (?1, ?2, ?3, ?4)";
    sql.execute(insert, &values![stream, id, event.to_string(), now()])?;
    Ok(())
}

/// The last events of a stream, newest first.
pub fn last(tenant: &Tenant, stream: &str, limit: u32) -> Result<Vec<Recorded>, Problem> {
    let select = "SELECT json, recorded, delivered, aside, tries, error FROM outbox \
        WHERE stream = ?1 ORDER BY number DESC LIMIT ?2";
    let read = |row: &Row<'_>| {
        let json: String = row.get(0)?;
        Ok(Recorded {
            event: serde_json::from_str(&json).map_err(|_| row.wrong(0))?,
            recorded: row.get(1)?,
            delivered: row.get(2)?,
            put_aside: row.get(3)?,
            tries: row.get::<u32>(4)?.into(),
            error: row.get(5)?,
        })
    };
    tenant.db.read(|sql| sql.rows(select, &values![stream, limit], read))
}

/// Tries those again that were put aside.
pub fn replay(tenant: &Tenant, stream: &str) -> Result<usize, Problem> {
    let update = "UPDATE outbox SET aside = NULL, tries = 0, due = 0 \
        WHERE stream = ?1 AND aside IS NOT NULL";
    tenant.db.write(|sql| sql.execute(update, &values![stream]))
}

/// Where a stream goes; None keeps its events to be fetched.
pub fn target(tenant: &Tenant, stream: &str) -> Result<Option<String>, Problem> {
    let select = "SELECT url FROM targets WHERE stream = ?1";
    tenant.db.read(|sql| sql.row(select, &values![stream], |row| row.get(0)))
}

/// Sets it, and gives the secret of the signatures.
pub fn aim(server: &Server, tenant: &Tenant, stream: &str, url: &str) -> Result<String, Problem> {
    sink(server, url, None)?;
    let insert = "INSERT OR REPLACE INTO targets (stream, url) VALUES (?1, ?2)";
    tenant.db.write(|sql| sql.execute(insert, &values![stream, url]))?;
    Ok(secret(server, tenant, stream))
}

/// Sends a stream nowhere.
pub fn unaim(tenant: &Tenant, stream: &str) -> Result<(), Problem> {
    tenant
        .db
        .write(|sql| sql.execute("DELETE FROM targets WHERE stream = ?1", &values![stream]))?;
    Ok(())
}

/// Follows from the server's own key, so that it is kept nowhere.
fn secret(server: &Server, tenant: &Tenant, stream: &str) -> String {
    let seal = server.0.options.seal.within("outbox");
    URL_SAFE_NO_PAD.encode(seal.close(&[&tenant.id, stream], b""))
}

/// What posts to an address that a tenant has chosen.
pub fn sink(server: &Server, url: &str, secret: Option<Secret>) -> Result<Webhook, Problem> {
    Ok(match server.0.options.private_webhooks {
        true => Webhook::new(url, secret, PATIENCE)?,
        false => Webhook::public(url, secret, PATIENCE)?,
    })
}

struct Due {
    number: i64,
    stream: String,
    url: String,
    tries: u32,
    event: Event,
}

/// Delivers what is due, one after the other.
pub async fn deliver(server: &Server, tenant: &Arc<Tenant>) -> Result<(), Problem> {
    let of = tenant.clone();
    let all = blocking(move || {
        let select = "SELECT number, outbox.stream, url, tries, id, json FROM outbox \
            JOIN targets ON targets.stream = outbox.stream \
            WHERE delivered IS NULL AND aside IS NULL AND due <= ?1 ORDER BY number LIMIT 100";
        of.db.read(|sql| {
            sql.rows(select, &values![now()], |row| {
                let stream: String = row.get(1)?;
                let event = Event { trigger: stream.clone(), id: row.get(4)?, json: row.get(5)? };
                let (number, url, tries) = (row.get(0)?, row.get(2)?, row.get(3)?);
                Ok(Due { number, stream, url, tries, event })
            })
        })
    });
    for due in all.await? {
        let secret = Secret::new(secret(server, tenant, &due.stream));
        let taken = match sink(server, &due.url, Some(secret)) {
            Ok(mut sink) => sink.deliver(&due.event).await,
            Err(problem) => Err(NotTaken::Yet(problem.detail)),
        };
        let tries = due.tries + 1;
        let (delivered, aside, error) = match taken {
            Ok(()) => (Some(now()), None, None),
            Err(NotTaken::Yet(error)) if tries < TRIES => (None, None, Some(error)),
            Err(NotTaken::Yet(error) | NotTaken::Ever(error)) => (None, Some(now()), Some(error)),
        };
        let wait = FIRST.saturating_mul(1 << due.tries.min(20)).min(LAST);
        let update = "UPDATE outbox SET delivered = ?2, aside = ?3, error = ?4, tries = ?5, due = ?6 \
            WHERE number = ?1";
        let values = values![due.number, delivered, aside, error, tries, now() + wait];
        let of = tenant.clone();
        blocking(move || of.db.write(|sql| sql.execute(update, &values))).await?;
    }
    Ok(())
}
