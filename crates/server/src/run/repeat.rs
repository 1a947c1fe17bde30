//! Requests that say by a key of their own that they are the same one.

use axum::http::{HeaderMap, StatusCode};
use connector_store::{Sql, StoreError, now, values};

use crate::database::Shared;
use crate::problem::Problem;
use crate::random;

/// What tells a request that comes again from another one.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// As the caller chose it.
    key: String,
    /// A hash of what was asked for.
    input: String,
}

impl Repeat {
    /// By the header `idempotency-key`, if the caller sends one. `holder` is the id of the caller's own key:
    /// nobody stands in the way of another one, or gets what was meant for him.
    pub fn of(
        headers: &HeaderMap,
        holder: &str,
        action: &str,
        input: &str,
    ) -> Result<Option<Self>, Problem> {
        let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
        let key = key.to_str().unwrap_or_default();
        if key.is_empty() || key.len() > 255 {
            return Err(Problem::bad("`idempotency-key` has 1 to 255 visible characters"));
        }
        let input = random::hash(&format!("{action}\n{input}"));
        Ok(Some(Repeat { key: format!("{holder}:{key}"), input }))
    }
}

/// The run that the same request has begun. Another request under this key is refused.
pub fn find(db: &Shared, connection: &str, repeat: &Repeat) -> Result<Option<String>, Problem> {
    let select = "SELECT input, run FROM repeats WHERE connection = ?1 AND key = ?2";
    let found = db.read(|sql| {
        sql.row(select, &values![connection, repeat.key], |row| {
            Ok((row.get::<String>(0)?, row.get::<String>(1)?))
        })
    })?;
    match found {
        Some((input, run)) if input == repeat.input => Ok(Some(run)),
        Some((_, run)) => {
            let detail = "this idempotency key was used for another input";
            let code = "idempotency-key-reused";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail).with("run", run))
        }
        None => Ok(None),
    }
}

/// Notes which run a request has begun. False when another one was quicker.
pub fn add(sql: Sql<'_>, connection: &str, repeat: &Repeat, run: &str) -> Result<bool, StoreError> {
    let insert = "INSERT OR IGNORE INTO repeats (connection, key, input, run, made) \
        VALUES (?1, ?2, ?3, ?4, ?5)";
    let values = values![connection, repeat.key, repeat.input, run, now()];
    Ok(sql.execute(insert, &values)? > 0)
}
