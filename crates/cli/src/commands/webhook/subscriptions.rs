//! The subscriptions that are kept, and their ends.

use connector_auth::{StoredConnection, StoredSubscription};
use connector_host::{Call, Connection};
use serde_json::{Value, json};

use super::{owner, run};
use crate::app::App;
use crate::error::Error;
use crate::output::{self, Column};
use crate::time_format::time;

pub fn print(app: &App) -> Result<(), Error> {
    let kept = app.vault()?.subscriptions(&owner(app)?)?;
    if app.options.json {
        return output::json(&kept.iter().map(shown).collect());
    }
    if kept.is_empty() {
        output::note("there are no subscriptions");
    }
    let head = [
        Column::whole("id"),
        Column::whole("webhook"),
        Column::new("made"),
        Column::new("configuration"),
    ];
    output::lines(output::table("", head, &kept.iter().map(row).collect::<Vec<_>>()))
}

fn row(kept: &StoredSubscription) -> [String; 4] {
    [kept.id.clone(), kept.webhook.clone(), made(kept), kept.config.clone()]
}

fn shown(kept: &StoredSubscription) -> Value {
    let config: Value = serde_json::from_str(&kept.config).unwrap_or_default();
    json!({"id": kept.id, "webhook": kept.webhook, "made": made(kept), "config": config})
}

fn made(kept: &StoredSubscription) -> String {
    time(i64::try_from(kept.made_at).unwrap_or_default().saturating_mul(1000))
}

/// Ends a subscription at the service and forgets it.
pub async fn end(app: &App, connection: &Connection, owner: &str, id: &str) -> Result<(), Error> {
    let (webhook, subscription) = app.vault()?.subscription(owner, app.connector.binding(), id)?;
    let subscription = subscription.expose().to_owned();
    run(connection, Call::Unsubscribe { webhook, subscription }).await?;
    Ok(app.vault()?.forget_subscription(owner, id)?)
}

/// Ends all of a connection that is about to go. Answers with a line for each that the service did
/// not end.
pub async fn end_all(app: &App, entry: &StoredConnection) -> Result<Vec<String>, Error> {
    let mut left = Vec::new();
    for StoredSubscription { id, webhook, config, .. } in app.vault()?.subscriptions(&entry.id)? {
        let ended = async { end(app, &app.connection_of(entry)?, &entry.id, &id).await };
        if let Err(error) = ended.await {
            let line = format!("The service did not end a subscription of {webhook} {config}");
            left.push(format!("{line} ({error}): end it there"));
        }
    }
    Ok(left)
}
