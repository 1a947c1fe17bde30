//! The keys of the server: kept as hashes, shown once.

use std::sync::Arc;

use connector_store::{Row, StoreError, now, values};
use serde::Serialize;

use crate::database::Shared;
use crate::problem::Problem;
use crate::random;
use crate::rights::Rights;

/// What every key begins with, so that people and scanners of secrets know one.
const PREFIX: &str = "cnk_";
const SELECT: &str =
    "SELECT id, tenant, name, rights, made, parent, resource FROM keys WHERE revoked IS NULL";
/// Keys that were granted to clients by one; the oldest go first.
const GRANTED: i64 = 50;

/// A key, without its value.
#[derive(Clone, Debug, Serialize)]
pub struct Key {
    /// Names it where it is listed and revoked.
    pub id: String,
    /// Whose it is.
    pub tenant: String,
    /// For people.
    pub name: String,
    /// What it allows.
    pub rights: Rights,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made: i64,
    /// The key whose holder has granted it to a client; it ends with that one.
    pub parent: Option<String>,
    /// The path that it is for, if it is for one alone.
    pub resource: Option<String>,
}

/// All keys.
#[derive(Clone, Debug)]
pub struct Keys(Arc<Shared>);

impl Keys {
    pub fn new(db: Arc<Shared>) -> Self {
        Keys(db)
    }

    /// Makes a key; its value is told here and never again.
    pub fn make(
        &self,
        tenant: &str,
        name: &str,
        rights: &Rights,
    ) -> Result<(Key, String), Problem> {
        let value = format!("{PREFIX}{}", random::text()?);
        let key = Key {
            id: random::id()?,
            tenant: tenant.to_owned(),
            name: name.to_owned(),
            rights: rights.clone(),
            made: now(),
            parent: None,
            resource: None,
        };
        let values =
            values![key.id, key.tenant, key.name, rights.words(), random::hash(&value), key.made];
        let insert = "INSERT INTO keys (id, tenant, name, rights, hash, made) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.0.write(|sql| sql.execute(insert, &values))?;
        Ok((key, value))
    }

    /// Makes a key of what somebody has granted to a client, unless his own was revoked meanwhile.
    pub fn grant(
        &self,
        by: &Key,
        name: &str,
        rights: &Rights,
        resource: &str,
    ) -> Result<Option<String>, Problem> {
        let (id, value) = (random::id()?, format!("{PREFIX}{}", random::text()?));
        let hash = random::hash(&value);
        let values = values![id, by.tenant, name, rights.words(), hash, now(), by.id, resource];
        // Only as long as the key counts that has granted it.
        let insert = "INSERT INTO keys (id, tenant, name, rights, hash, made, parent, resource) \
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM keys WHERE id = ?7 AND revoked IS NULL";
        let oldest = "UPDATE keys SET revoked = ?2 WHERE parent = ?1 AND revoked IS NULL AND id NOT IN \
            (SELECT id FROM keys WHERE parent = ?1 AND revoked IS NULL ORDER BY made DESC LIMIT ?3)";
        let made = self.0.write(|sql| {
            let made = sql.execute(insert, &values)?;
            sql.execute(oldest, &values![by.id, now(), GRANTED])?;
            Ok(made)
        })?;
        Ok((made > 0).then_some(value))
    }

    /// The key with this value.
    pub fn find(&self, value: &str) -> Result<Option<Key>, Problem> {
        let select = format!("{SELECT} AND hash = ?1");
        self.0.read(|sql| sql.row(&select, &values![random::hash(value)], read))
    }

    /// The key with this id, if it still counts.
    pub fn get(&self, id: &str) -> Result<Option<Key>, Problem> {
        self.0.read(|sql| sql.row(&format!("{SELECT} AND id = ?1"), &values![id], read))
    }

    /// Those of a tenant, oldest first.
    pub fn of(&self, tenant: &str) -> Result<Vec<Key>, Problem> {
        let select = format!("{SELECT} AND tenant = ?1 ORDER BY made, id");
        self.0.read(|sql| sql.rows(&select, &values![tenant], read))
    }

    /// Whose keys there are.
    pub fn tenants(&self) -> Result<Vec<String>, Problem> {
        let select = "SELECT DISTINCT tenant FROM keys ORDER BY tenant";
        self.0.read(|sql| sql.rows(select, &[], |row| row.get(0)))
    }

    /// With all that it has granted. False when the tenant has no such key.
    pub fn revoke(&self, tenant: &str, id: &str) -> Result<bool, Problem> {
        let update = "UPDATE keys SET revoked = ?3 WHERE tenant = ?1 AND revoked IS NULL \
            AND (id = ?2 OR parent = ?2)";
        Ok(self.0.write(|sql| sql.execute(update, &values![tenant, id, now()]))? > 0)
    }

    /// Notes which webhook of which tenant has the address with this hash.
    pub fn address(&self, hash: &str, tenant: &str, hook: &str) -> Result<(), Problem> {
        let insert = "INSERT INTO addresses (hash, tenant, hook) VALUES (?1, ?2, ?3)";
        self.0.write(|sql| sql.execute(insert, &values![hash, tenant, hook]))?;
        Ok(())
    }

    /// Whose address this is: the tenant, and the webhook.
    pub fn addressed(&self, token: &str) -> Result<Option<(String, String)>, Problem> {
        let select = "SELECT tenant, hook FROM addresses WHERE hash = ?1";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.0.read(|sql| sql.row(select, &values![random::hash(token)], read))
    }

    /// Its address leads nowhere any more.
    pub fn forget_address(&self, tenant: &str, hook: &str) -> Result<(), Problem> {
        let delete = "DELETE FROM addresses WHERE tenant = ?1 AND hook = ?2";
        self.0.write(|sql| sql.execute(delete, &values![tenant, hook]))?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<Key, StoreError> {
    let rights: String = row.get(3)?;
    Ok(Key {
        id: row.get(0)?,
        tenant: row.get(1)?,
        name: row.get(2)?,
        rights: Rights::from_words(&rights).ok_or_else(|| row.wrong(3))?,
        made: row.get(4)?,
        parent: row.get(5)?,
        resource: row.get(6)?,
    })
}
