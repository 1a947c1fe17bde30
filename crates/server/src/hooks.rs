//! What services send by themselves: each webhook has an address that nobody can guess, and its events
//! go where the tenant wants them.

use std::sync::Arc;

use connector_host::Secret;
use connector_host::contract::Delivery;
use connector_store::{Row, StoreError, now, values};
use connector_webhooks::{Answer, Next, Subscription, Webhook};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::catalog::parsed;
use crate::keys::Keys;
use crate::outbox;
use crate::problem::Problem;
use crate::random;
use crate::server::{Server, blocking};
use crate::tenant::{Ready, Tenant};

const SELECT: &str =
    "SELECT id, connection, webhook, config, subscription, cursor, made FROM hooks";

/// A webhook of a connection.
#[derive(Clone, Debug)]
pub struct Hook {
    pub id: String,
    pub connection: String,
    pub webhook: String,
    /// Without secrets.
    pub config: String,
    /// What the vault calls what the service gave for it; none while it is asked.
    subscription: Option<String>,
    cursor: Option<String>,
    made: i64,
}

impl Hook {
    /// The stream of its events.
    pub fn stream(&self) -> String {
        format!("hook:{}", self.id)
    }

    /// What is told of it.
    pub fn json(&self, target: Option<String>) -> Value {
        json!({
            "id": self.id,
            "webhook": self.webhook,
            "config": parsed(&self.config),
            "url": target,
        })
    }
}

/// Has the service send events here.
pub async fn make(
    server: &Server,
    caller: &Caller,
    ready: &Ready,
    webhook: &str,
    config: Value,
) -> Result<Hook, Problem> {
    let connection = ready.connection.permitting(caller.key.rights.permission());
    let found = Webhook::find(&connection, webhook).await?;
    if found.is_shared() {
        let detail = "its address is one for all accounts of the app; register it at the service";
        return Err(Problem::field("webhook", detail));
    }
    let schema = connection.connector().webhook(webhook)?.config.clone();
    let (token, id) = (random::text()?, random::id()?);
    let text = config.to_string();
    let shown = connector_host::Mask::new(&schema, &text).apply(text);
    let hook = Hook {
        id,
        connection: ready.entry.id.clone(),
        webhook: webhook.to_owned(),
        config: shown,
        subscription: None,
        cursor: None,
        made: now(),
    };
    // The service may greet the address before it answers.
    let (of, new, keys) = (caller.tenant.clone(), hook.clone(), server.0.keys.clone());
    let hash = random::hash(&token);
    blocking(move || {
        let insert = "INSERT INTO hooks (id, connection, webhook, config, made) \
            VALUES (?1, ?2, ?3, ?4, ?5)";
        let values = values![new.id, new.connection, new.webhook, new.config, new.made];
        of.db.write(|sql| sql.execute(insert, &values))?;
        keys.address(&hash, &of.id, &new.id)
    })
    .await?;
    let address = server.address(&format!("/hooks/{token}"));
    let made = found.subscribe(&connection, config, &address).await;
    let tenant = caller.tenant.clone();
    let (keys, mut hook) = (server.0.keys.clone(), hook);
    match made {
        Ok(made) => {
            blocking(move || {
                let Hook { id, connection, webhook, config, .. } = &hook;
                let kept =
                    tenant.vault.keep_subscription(connection, webhook, config, &made.content)?;
                let update = "UPDATE hooks SET subscription = ?2 WHERE id = ?1";
                tenant.db.write(|sql| sql.execute(update, &values![id, kept]))?;
                hook.subscription = Some(kept);
                Ok(hook)
            })
            .await
        }
        Err(error) => {
            blocking(move || forget(&tenant, &keys, &hook)).await?;
            Err(error.into())
        }
    }
}

fn forget(tenant: &Tenant, keys: &Keys, hook: &Hook) -> Result<(), Problem> {
    outbox::unaim(tenant, &hook.stream())?;
    tenant.db.write(|sql| sql.execute("DELETE FROM hooks WHERE id = ?1", &values![hook.id]))?;
    keys.forget_address(&tenant.id, &hook.id)
}

/// Ends one at the service, and here.
pub async fn end(
    server: &Server,
    tenant: &Arc<Tenant>,
    ready: &Ready,
    id: &str,
) -> Result<(), Problem> {
    let hook = one(tenant, &ready.entry.id, id)?;
    if let Some((webhook, subscription)) = subscribed(tenant, ready, &hook).await? {
        webhook.unsubscribe(&ready.connection, &subscription).await?;
    }
    drop_here(server, tenant, hook).await
}

/// Ends all of a connection that is forgotten. Where the service does not answer, its deliveries lead
/// nowhere all the same.
pub async fn end_all(server: &Server, tenant: &Arc<Tenant>, ready: &Ready) -> Result<(), Problem> {
    for hook in of(tenant, &ready.entry.id)? {
        if let Err(problem) = end(server, tenant, ready, &hook.id).await {
            tracing::warn!(hook = hook.id, detail = problem.detail, "not ended at the service");
            drop_here(server, tenant, hook).await?;
        }
    }
    Ok(())
}

async fn drop_here(server: &Server, tenant: &Arc<Tenant>, hook: Hook) -> Result<(), Problem> {
    let (tenant, keys) = (tenant.clone(), server.0.keys.clone());
    blocking(move || {
        if let Some(subscription) = &hook.subscription {
            tenant.vault.forget_subscription(&hook.connection, subscription)?;
        }
        forget(&tenant, &keys, &hook)
    })
    .await
}

/// What the service gave for one, with what it is.
async fn subscribed(
    tenant: &Arc<Tenant>,
    ready: &Ready,
    hook: &Hook,
) -> Result<Option<(Webhook, Subscription)>, Problem> {
    let Some(subscription) = hook.subscription.clone() else { return Ok(None) };
    let (of, owner) = (tenant.clone(), hook.connection.clone());
    let asker = ready.connection.connector().binding().clone();
    let content = blocking(move || Ok(of.vault.subscription(&owner, &asker, &subscription)?.1));
    let webhook = Webhook::find(&ready.connection, &hook.webhook).await?;
    let (config, cursor) = (parsed(&hook.config), hook.cursor.clone());
    Ok(Some((webhook, Subscription { config, content: content.await?, cursor })))
}

/// Takes a delivery: what is the service's is kept as events before it is answered.
pub async fn take(
    server: &Server,
    tenant: &Arc<Tenant>,
    id: &str,
    delivery: Delivery,
) -> Result<Answer, Problem> {
    let _turn = tenant.hooks.lock().await;
    let (of, asked) = (tenant.clone(), id.to_owned());
    let hook = blocking(move || find(&of, &asked)).await?;
    let ready = server.ready(tenant, &hook.connection).await?;
    let connection = &ready.connection;
    let (webhook, mut subscription) = match subscribed(tenant, &ready, &hook).await? {
        Some(found) => found,
        None => {
            let webhook = Webhook::find(connection, &hook.webhook).await?;
            (webhook, Subscription::new(parsed(&hook.config), Secret::new("{}")))
        }
    };
    let content = hook.subscription.as_ref().map(|_| &subscription.content);
    let answer = webhook.answer(connection, content, &delivery).await?;
    if let (Some(content), Some(kept)) = (&answer.subscription, &hook.subscription) {
        let (of, owner) = (tenant.clone(), hook.connection.clone());
        let (kept, new) = (kept.clone(), content.clone());
        blocking(move || Ok(of.vault.replace_subscription(&owner, &kept, &new)?)).await?;
        subscription.content = content.clone();
    }
    if answer.next == Next::Receive {
        let received = webhook.receive(connection, &subscription, delivery).await?;
        let (of, stream) = (tenant.clone(), hook.stream());
        blocking(move || {
            of.db.write(|sql| {
                for event in &received.events {
                    let id = event["id"].as_str().unwrap_or_default();
                    outbox::add(sql, &stream, id, event)?;
                }
                let update = "UPDATE hooks SET cursor = ?2 WHERE id = ?1";
                sql.execute(update, &values![hook.id, received.cursor])
            })
        })
        .await?;
    }
    Ok(answer)
}

/// Renews those that end soon.
pub async fn renew(server: &Server, tenant: &Arc<Tenant>) -> Result<(), Problem> {
    let of = tenant.clone();
    let all = blocking(move || of.db.read(|sql| sql.rows(SELECT, &[], read)));
    for hook in all.await? {
        let id = hook.id.clone();
        if let Err(problem) = renew_one(server, tenant, hook).await {
            tracing::warn!(hook = id, detail = problem.detail, "a webhook is not renewed");
        }
    }
    Ok(())
}

async fn renew_one(server: &Server, tenant: &Arc<Tenant>, hook: Hook) -> Result<(), Problem> {
    let ready = server.ready(tenant, &hook.connection).await?;
    let Some((webhook, subscription)) = subscribed(tenant, &ready, &hook).await? else {
        return Ok(());
    };
    let made = Timestamp::from_millisecond(hook.made).unwrap_or(Timestamp::UNIX_EPOCH);
    if subscription.renew_at(made)?.is_none_or(|due| due > Timestamp::now()) {
        return Ok(());
    }
    let renewed = webhook.renew(&ready.connection, &subscription).await?;
    let of = tenant.clone();
    blocking(move || {
        let kept = hook.subscription.unwrap_or_default();
        of.vault.replace_subscription(&hook.connection, &kept, &renewed.content)?;
        let update = "UPDATE hooks SET made = ?2 WHERE id = ?1";
        of.db.write(|sql| sql.execute(update, &values![hook.id, now()]))?;
        Ok(())
    })
    .await
}

/// Those of a connection.
pub fn of(tenant: &Tenant, connection: &str) -> Result<Vec<Hook>, Problem> {
    let select = format!("{SELECT} WHERE connection = ?1 ORDER BY made");
    tenant.db.read(|sql| sql.rows(&select, &values![connection], read))
}

/// One of a connection.
pub fn one(tenant: &Tenant, connection: &str, id: &str) -> Result<Hook, Problem> {
    let found = of(tenant, connection)?.into_iter().find(|hook| hook.id == id);
    found.ok_or_else(|| Problem::not_found(format!("webhook `{id}`")))
}

fn find(tenant: &Tenant, id: &str) -> Result<Hook, Problem> {
    let select = format!("{SELECT} WHERE id = ?1");
    let found = tenant.db.read(|sql| sql.row(&select, &values![id], read))?;
    found.ok_or_else(|| Problem::not_found("address"))
}

fn read(row: &Row<'_>) -> Result<Hook, StoreError> {
    Ok(Hook {
        id: row.get(0)?,
        connection: row.get(1)?,
        webhook: row.get(2)?,
        config: row.get(3)?,
        subscription: row.get(4)?,
        cursor: row.get(5)?,
        made: row.get(6)?,
    })
}
