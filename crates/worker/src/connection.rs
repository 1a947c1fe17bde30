//! `Connection`: a connection of the cluster. Its tokens are renewed here, by one worker at a time.

use connector_auth::{OAuthError, SharedSecrets, Tokens};
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

use crate::failure::Failure;
use crate::handler::time;
use crate::missing::NoConnection;
use crate::record::{ConnectionRecord, Renewal, Stale};
use crate::worker::Worker;

/// The state of the object.
const RECORD: &str = "record";
/// That of the record which was removed last.
const VERSION: &str = "version";
/// Waits before a refresh is tried again that may pass.
const TRIES: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// So long a refusal is not believed: until every worker has had the time to tell what it has left behind.
const DOUBT_MS: u64 = 10_000;

/// What came of a refresh.
#[derive(Serialize, Deserialize)]
enum Renewed {
    Sealed(String),
    /// The same may succeed later.
    NotYet(String),
    /// The service renews no more.
    Refused(String),
    Failed(Failure),
}

pub struct Connections(pub Worker);

#[object(name = "Connection", journal_retention = "1 day")]
impl Connections {
    /// Makes the connection, or replaces it.
    #[handler]
    async fn put(
        &self,
        ctx: ObjectContext<'_>,
        record: Json<ConnectionRecord>,
    ) -> HandlerResult<()> {
        let mut record = record.into_inner();
        if self.0.key().open(ctx.key(), &record.sealed).is_none() {
            let why = "`sealed` was not sealed for this connection with the key of this cluster";
            return Err(TerminalError::from(Failure::new("invalid-input", why)).into());
        }
        let old = ctx.get::<Json<ConnectionRecord>>(RECORD).await?;
        let removed = ctx.get::<u64>(VERSION).await?.unwrap_or_default();
        record.version = old.map_or(removed, |old| old.into_inner().version) + 1;
        ctx.set(RECORD, Json(record));
        Ok(())
    }

    /// What is kept of it: null when it is not there.
    #[handler]
    async fn get(
        &self,
        ctx: SharedObjectContext<'_>,
    ) -> HandlerResult<Json<Option<ConnectionRecord>>> {
        let record = ctx.get::<Json<ConnectionRecord>>(RECORD).await?;
        Ok(Json(record.map(Json::into_inner)))
    }

    /// Forgets it.
    #[handler]
    async fn remove(&self, ctx: ObjectContext<'_>) -> HandlerResult<()> {
        // What is made under its name again is newer than what workers still know.
        let old = ctx.get::<Json<ConnectionRecord>>(RECORD).await?;
        if let Some(old) = old {
            ctx.set(VERSION, old.into_inner().version);
            ctx.clear(RECORD);
        }
        Ok(())
    }

    /// Takes new tokens over that a worker has got and could not say so: they are in its folder until then. What
    /// was renewed since stays.
    #[handler]
    async fn adopt(&self, ctx: ObjectContext<'_>, renewal: Json<Renewal>) -> HandlerResult<()> {
        let renewal = renewal.into_inner();
        let record = ctx.get::<Json<ConnectionRecord>>(RECORD).await?;
        let Some(mut record) = record.map(Json::into_inner) else { return Ok(()) };
        let refused = u64::from(record.refused.is_some());
        let is_next = record.version == renewal.version + refused;
        if is_next && self.0.key().open(ctx.key(), &renewal.sealed).is_some() {
            (record.sealed, record.refused, record.doubted_ms) = (renewal.sealed, None, None);
            record.version += 1;
            ctx.set(RECORD, Json(record));
        }
        Ok(())
    }

    /// Renews the tokens, unless somebody has done so since, and gives the record as it is then.
    #[handler]
    async fn refresh(
        &self,
        ctx: ObjectContext<'_>,
        stale: Json<Stale>,
    ) -> HandlerResult<Json<ConnectionRecord>> {
        let record = ctx.get::<Json<ConnectionRecord>>(RECORD).await?;
        let missing = || Failure::new("not-found", "the connection is gone");
        let mut record = record.ok_or_else(|| TerminalError::from(missing()))?.into_inner();
        if record.version != stale.into_inner().version || record.refused.is_some() {
            return Ok(Json(record));
        }
        let mut waits = TRIES.into_iter();
        let renewed = loop {
            let (worker, name, of) = (self.0.clone(), ctx.key().to_owned(), record.clone());
            let asked = move || async move { Ok(Json(renew(&worker, &name, &of).await?)) };
            match (ctx.run(asked).name("refresh").await?.into_inner(), waits.next()) {
                (Renewed::NotYet(_), Some(wait)) => ctx.sleep(wait).await?,
                (other, _) => break other,
            }
        };
        match renewed {
            Renewed::Sealed(sealed) => (record.sealed, record.doubted_ms) = (sealed, None),
            Renewed::Refused(why) => {
                let now = ctx.run(time).name("time").await?;
                let since = *record.doubted_ms.get_or_insert(now);
                if now.saturating_sub(since) < DOUBT_MS {
                    ctx.set(RECORD, Json(record));
                    return Err(TerminalError::from(Failure::new("unavailable", why)).into());
                }
                record.refused = Some(why);
            }
            Renewed::NotYet(why) => {
                return Err(TerminalError::from(Failure::new("unavailable", why)).into());
            }
            Renewed::Failed(failure) => return Err(TerminalError::from(failure).into()),
        }
        record.version += 1;
        ctx.set(RECORD, Json(record.clone()));
        Ok(Json(record))
    }
}

async fn renew(worker: &Worker, name: &str, of: &ConnectionRecord) -> HandlerResult<Renewed> {
    let (secrets, oauth) = match worker.renewal(name, of) {
        Ok(found) => found,
        Err(NoConnection::Yet(why)) => return Err(why.into()),
        Err(NoConnection::Ever(failure)) => return Ok(Renewed::Failed(failure)),
    };
    Ok(match oauth.refresh(&secrets.tokens).await {
        Ok(new) => {
            let tokens = Tokens { settings: Default::default(), shared: Vec::new(), ..new };
            let secrets = SharedSecrets { tokens, ..secrets };
            let sealed = worker.key().seal(name, &secrets);
            let renewal = Renewal { version: of.version, sealed };
            if let Err(error) = worker.renewals().keep(name, &renewal) {
                tracing::error!(%error, "renewed tokens cannot be kept on this machine");
            }
            Renewed::Sealed(renewal.sealed)
        }
        Err(error) if error.ends_grant() => Renewed::Refused(error.to_string()),
        Err(error @ OAuthError::NotOffered(_)) => {
            Renewed::Failed(Failure::new("credential", error.to_string()))
        }
        Err(error) => Renewed::NotYet(error.to_string()),
    })
}
