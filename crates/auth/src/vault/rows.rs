//! What stands in the database, besides the tokens.

use std::path::Path;

use connector_host::Secret;
use connector_store::{Row, Sql, values};

use super::VaultError;
use super::entry::{Account, ConnectionSpec, CredentialStatus, Status, StoredConnection};
use super::key::{self, KeySource, Place};
use super::seal::{Cipher, random};

/// What the proof of a vault's key is bound to.
const PROOF: &str = "proof";

/// The cipher under the vault's key. A new vault gets one here.
pub fn unlock(sql: Sql<'_>, folder: &Path, source: &KeySource) -> Result<Cipher, VaultError> {
    let select = "SELECT id, key_place, proof FROM vault";
    let read =
        |row: &Row<'_>| Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<Vec<u8>>(2)?));
    let Some((id, place, proof)) = sql.row(select, &[], read)? else {
        let id = random::<8>().map(|byte| format!("{byte:02x}")).concat();
        let (key, place) = key::make(source, folder, &id)?;
        let cipher = Cipher::new(&key);
        let proof = cipher.seal(&[&id, PROOF], &Secret::new(PROOF));
        let insert = "INSERT INTO vault (id, key_place, proof) VALUES (?1, ?2, ?3)";
        sql.execute(insert, &values![id, place.word(), proof])?;
        return Ok(cipher);
    };
    let place = Place::from_word(&place);
    let place = place.ok_or_else(|| VaultError::Key("nobody knows where it is".into()))?;
    let cipher = Cipher::new(&key::find(source, place, folder, &id)?);
    match cipher.open(&[&id, PROOF], &proof) {
        Some(_) => Ok(cipher),
        None => Err(VaultError::WrongKey),
    }
}

/// The connections by name, or only the one of this name.
pub fn entries(
    sql: Sql<'_>,
    name: Option<&str>,
    now: u64,
) -> Result<Vec<StoredConnection>, VaultError> {
    let select = "SELECT id, name, connector, environment, settings, scopes, client_id, account_id,
        account_name FROM connection WHERE ?1 IS NULL OR name = ?1 ORDER BY name";
    let mut entries = sql.rows(select, &values![name], |row| {
        let account = row.get::<Option<String>>(7)?;
        Ok(StoredConnection {
            id: row.get(0)?,
            name: row.get(1)?,
            connector: row.get(2)?,
            environment: row.get(3)?,
            settings: row.get(4)?,
            requested: row.get::<Option<String>>(5)?.as_deref().map(list),
            client_id: row.get(6)?,
            account: match account {
                Some(id) => Some(Account { id, name: row.get(8)? }),
                None => None,
            },
            credentials: Vec::new(),
            status: Status::Draft,
        })
    })?;
    for entry in &mut entries {
        entry.credentials = held(sql, &entry.id)?;
        entry.status = Status::of(&entry.credentials, now);
    }
    Ok(entries)
}

fn held(sql: Sql<'_>, connection: &str) -> Result<Vec<CredentialStatus>, VaultError> {
    let select = "SELECT id, scopes, expires_at, refresh_expires_at,
        by_app OR refresh_token IS NOT NULL, refused
        FROM credential WHERE connection = ?1 ORDER BY id";
    let held = sql.rows(select, &values![connection], |row| {
        Ok(CredentialStatus {
            id: row.get(0)?,
            scopes: row.get::<Option<String>>(1)?.as_deref().map(list),
            expires_at: row.get::<Option<i64>>(2)?.map(seconds),
            refresh_expires_at: row.get::<Option<i64>>(3)?.map(seconds),
            renewable: row.get(4)?,
            refused: row.get(5)?,
        })
    })?;
    Ok(held)
}

/// Writes all of a draft.
pub fn put(
    sql: Sql<'_>,
    id: &str,
    draft: &ConnectionSpec,
    client_secret: Option<Vec<u8>>,
) -> Result<(), VaultError> {
    let insert = "INSERT INTO connection
        (id, name, connector, environment, settings, scopes, client_id, client_secret)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (id) DO UPDATE SET connector = excluded.connector,
        environment = excluded.environment, settings = excluded.settings,
        scopes = excluded.scopes, client_id = excluded.client_id,
        client_secret = excluded.client_secret";
    let values = values![
        id,
        draft.name,
        draft.binding.connector(),
        draft.environment,
        draft.settings,
        draft.scopes.as_deref().map(joined),
        draft.client.as_ref().map(|client| &client.id),
        client_secret,
    ];
    sql.execute(insert, &values)?;
    Ok(())
}

/// Whether what a connection has was given to somebody else than the draft asks for.
pub fn of_another_app(old: &StoredConnection, draft: &ConnectionSpec) -> bool {
    let client_id = draft.client.as_ref().map(|client| &client.id);
    (&*old.connector, &*old.environment, old.client_id.as_ref())
        != (draft.binding.connector(), &*draft.environment, client_id)
}

/// Back to a draft.
pub fn empty(sql: Sql<'_>, id: &str) -> Result<(), VaultError> {
    sql.execute("DELETE FROM credential WHERE connection = ?1", &values![id])?;
    let update = "UPDATE connection SET account_id = NULL, account_name = NULL WHERE id = ?1";
    sql.execute(update, &values![id])?;
    Ok(())
}

/// The id of the app and its sealed secret.
pub fn client(sql: Sql<'_>, id: &str) -> Result<Option<(String, Vec<u8>)>, VaultError> {
    let select = "SELECT client_id, client_secret FROM connection
        WHERE id = ?1 AND client_id IS NOT NULL";
    Ok(sql.row(select, &values![id], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// A list of words as it is stored.
pub fn joined(words: &[String]) -> String {
    serde_json::Value::from(words).to_string()
}

/// See [`joined`].
pub fn list(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

/// SQLite has no unsigned numbers.
pub fn seconds(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

/// See [`seconds`].
pub fn stored(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
