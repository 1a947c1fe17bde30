//! The subscriptions that are kept, and their ends.

use clap::Args;
use connector_auth::{StoredConnection, StoredSubscription};
use connector_host::{Call, Connection, Secret};
use connector_webhooks::{Subscription, Webhook};
use serde_json::{Map, Value, json};

use super::{owner, run};
use crate::app::App;
use crate::cursor::CursorFile;
use crate::error::Error;
use crate::input::Input;
use crate::options::object;
use crate::output::{self, Column};
use crate::time_format::time;
use crate::{interrupt, known};

/// It is renewed at once, and keeps its id.
#[derive(Args)]
pub struct Renew {
    /// The id of a subscription
    #[arg(value_name = "ID")]
    subscription: String,
    /// The webhook's configuration, over that of the subscription: for what is secret in it, which is not
    /// kept
    #[command(flatten)]
    input: Input,
}

impl Renew {
    pub async fn run(self, app: &App) -> Result<(), Error> {
        let (owner, id) = (owner(app)?, self.subscription);
        let connection = app.connection()?;
        let kept = Kept::find(app, &connection, &owner, &id)?;
        let config = kept.config(app, &self.input)?;
        let before = Subscription::new(Value::Object(config), kept.content);
        if before.expires_at()?.is_none() {
            return Err(Error::Usage(format!("the subscription {id} does not end")));
        }
        // A subscription that was renewed and is not kept could not be ended.
        interrupt::listen(app.stop.clone());
        let webhook = Webhook::find(&connection, &kept.webhook).await?;
        let renewed = webhook.renew(&connection, &before).await?;
        app.vault()?.replace_subscription(&owner, &id, &renewed.content)?;
        let end = renewed.expires_at()?.map(|end| end.to_string());
        match (app.options.json, end) {
            (true, end) => output::json(&json!({"id": id, "expires_at": end})),
            (false, Some(end)) => output::line(format!("The subscription {id} lasts until {end}")),
            (false, None) => output::line(format!("The subscription {id} does not end")),
        }
    }
}

/// A subscription with what the service gave for it.
pub struct Kept {
    pub webhook: String,
    pub content: Secret,
    config: String,
}

impl Kept {
    pub fn find(app: &App, connection: &Connection, owner: &str, id: &str) -> Result<Self, Error> {
        let (vault, asker) = (app.vault()?, connection.connector().binding());
        let (webhook, content) = vault.subscription(owner, asker, id)?;
        let all = vault.subscriptions(owner)?.into_iter();
        let config = all.filter(|kept| kept.id == id).map(|kept| kept.config).next();
        Ok(Kept { webhook, content, config: config.unwrap_or_default() })
    }

    /// Its configuration, and what was typed over it.
    pub fn config(&self, app: &App, input: &Input) -> Result<Map<String, Value>, Error> {
        let typed = input.read(&known::webhook(&app.connector, &self.webhook)?.config)?;
        let typed = object(&typed).map_err(|error| Error::Usage(format!("--input: {error}")))?;
        let mut config = object(&self.config).unwrap_or_default();
        config.extend(typed);
        Ok(config)
    }
}

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
    let asker = connection.connector().binding();
    let (webhook, subscription) = app.vault()?.subscription(owner, asker, id)?;
    let subscription = subscription.expose().to_owned();
    run(connection, Call::Unsubscribe { webhook, subscription }).await?;
    app.vault()?.forget_subscription(owner, id)?;
    CursorFile::forget(&CursorFile::path_of_subscription(app, id)?)
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
