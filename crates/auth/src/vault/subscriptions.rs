//! The subscriptions of webhooks: what a service gave for one is sealed, because nobody but the
//! connector knows what is in it.

use connector_host::{Binding, Secret};
use connector_store::{Row, values};

use super::rows::{seconds, stored};
use super::seal::random;
use super::{Vault, VaultError};

/// What the content of a subscription is bound to, besides its owner and its id.
const SUBSCRIPTION: &str = "subscription";

/// A subscription that is kept for its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSubscription {
    /// Eight hexadecimal digits.
    pub id: String,
    /// The id of the webhook.
    pub webhook: String,
    /// Its configuration, as the JSON text of an object without secrets.
    pub config: String,
    /// Seconds since 1970-01-01 UTC.
    pub made_at: u64,
}

impl Vault {
    /// Keeps what came of [`Call::Subscribe`](crate::Call::Subscribe), and gives it an id. `owner`
    /// is the id of a connection, with which it is forgotten, or another word. `config` holds no
    /// secret: see [`Mask`](crate::Mask).
    pub fn keep_subscription(
        &self,
        owner: &str,
        webhook: &str,
        config: &str,
        content: &Secret,
    ) -> Result<String, VaultError> {
        let id = random::<4>().map(|byte| format!("{byte:02x}")).concat();
        let sealed = self.seal(owner, &id, SUBSCRIPTION, content);
        let insert = "INSERT INTO subscription (id, owner, webhook, config, made_at, content)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let made_at = stored(self.clock.now());
        self.write(|sql| {
            sql.execute(insert, &values![id, owner, webhook, config, made_at, sealed])?;
            Ok(())
        })?;
        Ok(id)
    }

    /// The subscriptions of an owner, oldest first.
    pub fn subscriptions(&self, owner: &str) -> Result<Vec<StoredSubscription>, VaultError> {
        let select = "SELECT id, webhook, config, made_at FROM subscription
            WHERE owner = ?1 ORDER BY made_at, rowid";
        self.read(|sql| {
            let all = sql.rows(select, &values![owner], |row| {
                Ok(StoredSubscription {
                    id: row.get(0)?,
                    webhook: row.get(1)?,
                    config: row.get(2)?,
                    made_at: seconds(row.get(3)?),
                })
            })?;
            Ok(all)
        })
    }

    /// The webhook of a subscription, and what [`Call::Unsubscribe`](crate::Call::Unsubscribe)
    /// ends it with. That of a connection is for its connector: see [`Vault::connection_for`].
    pub fn subscription(
        &self,
        owner: &str,
        asker: &Binding,
        id: &str,
    ) -> Result<(String, Secret), VaultError> {
        let select = "SELECT webhook, content FROM subscription WHERE owner = ?1 AND id = ?2";
        let found = self.read(|sql| {
            self.admit(sql, owner, asker)?;
            let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get::<Vec<u8>>(1)?));
            Ok(sql.row(select, &values![owner, id], columns)?)
        })?;
        let (webhook, sealed) = found.ok_or_else(|| VaultError::NoSubscription(id.to_owned()))?;
        let content = self.cipher.open(&[owner, id, SUBSCRIPTION], &sealed);
        let content = content.ok_or_else(|| VaultError::DamagedSubscription(id.to_owned()))?;
        Ok((webhook, content))
    }

    /// Keeps this in the place of what a subscription held: it was renewed, or its key has come.
    pub fn replace_subscription(
        &self,
        owner: &str,
        id: &str,
        content: &Secret,
    ) -> Result<(), VaultError> {
        let sealed = self.seal(owner, id, SUBSCRIPTION, content);
        let update = "UPDATE subscription SET content = ?3 WHERE owner = ?1 AND id = ?2";
        match self.write(|sql| Ok(sql.execute(update, &values![owner, id, sealed])?))? {
            0 => Err(VaultError::NoSubscription(id.to_owned())),
            _ => Ok(()),
        }
    }

    /// Forgets a subscription that has ended.
    pub fn forget_subscription(&self, owner: &str, id: &str) -> Result<(), VaultError> {
        self.write(|sql| {
            sql.execute(
                "DELETE FROM subscription WHERE owner = ?1 AND id = ?2",
                &values![owner, id],
            )?;
            Ok(())
        })
    }
}
