//! The tokens of one credential in the database, and how a refresh leaves its traces there.

use connector_host::{Binding, Secret};
use connector_store::{Row, Sql, StoreError, values};

use super::rows::{joined, list, seconds, stored};
use super::{Vault, VaultError};
use crate::tokens::Tokens;

/// What the two sealed values of a credential are bound to, besides its place.
const ACCESS: &str = "access";
const REFRESH: &str = "refresh";

/// Seconds before its end in which a token is renewed; a token that lives shorter has a tenth.
const EARLY: u64 = 300;
/// Seconds by which clocks are set back now and then.
const SKEW: u64 = 60;

/// A credential as it is stored.
pub struct Record {
    pub tokens: Tokens,
    /// Another one when the tokens have been replaced.
    pub version: i64,
    pub stored_at: u64,
    /// Somebody began a refresh and did not live to store what came of it.
    pub interrupted: bool,
    /// Why the service does not renew these tokens any more.
    pub refused: Option<String>,
}

impl Record {
    /// Whether the access token is worth renewing now. A refresh that was interrupted is tried
    /// again at once: some services forgive that for a moment. A moment of storing that lies ahead
    /// means that the clock was set back, and that nobody knows when the token ends.
    pub fn is_due(&self, now: u64) -> bool {
        let Some(end) = self.tokens.expires_at else {
            return self.interrupted;
        };
        let early = EARLY.min(end.saturating_sub(self.stored_at) / 10);
        self.interrupted
            || end <= now.saturating_add(early)
            || self.stored_at > now.saturating_add(SKEW)
    }

    /// Whether the access token has ended for certain.
    pub fn is_over(&self, now: u64) -> bool {
        self.tokens.expires_at.is_some_and(|end| end <= now)
    }
}

impl Vault {
    /// What is stored for a credential of the connection with this id. Here each use of a stored
    /// credential begins, so here the connector is looked at.
    pub(super) fn record(
        &self,
        id: &str,
        asker: &Binding,
        credential: &str,
    ) -> Result<Option<Record>, VaultError> {
        let select = "SELECT access_token, refresh_token, by_app, scopes, stored_at, expires_at,
            refresh_expires_at, version, refreshing_since IS NOT NULL, refused
            FROM credential WHERE connection = ?1 AND id = ?2";
        let opened = self.read(|sql| {
            self.admit(sql, id, asker)?;
            let record = |row: &Row<'_>| self.opened(id, credential, row);
            Ok(sql.row(select, &values![id, credential], record)?)
        })?;
        let damaged = || VaultError::Damaged(credential.to_owned());
        opened.map(|record| record.ok_or_else(damaged)).transpose()
    }

    fn opened(
        &self,
        id: &str,
        credential: &str,
        row: &Row<'_>,
    ) -> Result<Option<Record>, StoreError> {
        let open = |kind, sealed: Vec<u8>| self.cipher.open(&[id, credential, kind], &sealed);
        let Some(access_token) = open(ACCESS, row.get(0)?).map(unpacked) else {
            return Ok(None);
        };
        let refresh_token = match row.get::<Option<Vec<u8>>>(1)? {
            None => None,
            Some(sealed) => match open(REFRESH, sealed) {
                None => return Ok(None),
                opened => opened,
            },
        };
        let tokens = Tokens {
            refresh_token,
            by_app: row.get(2)?,
            scopes: row.get::<Option<String>>(3)?.as_deref().map(list),
            expires_at: row.get::<Option<i64>>(5)?.map(seconds),
            refresh_expires_at: row.get::<Option<i64>>(6)?.map(seconds),
            ..Tokens::pasted(access_token)
        };
        Ok(Some(Record {
            tokens,
            stored_at: seconds(row.get(4)?),
            version: row.get(7)?,
            interrupted: row.get(8)?,
            refused: row.get(9)?,
        }))
    }

    /// Puts tokens in the place of those before, whatever was known of them.
    pub(super) fn insert(
        &self,
        sql: Sql<'_>,
        id: &str,
        credential: &str,
        tokens: &Tokens,
    ) -> Result<(), VaultError> {
        let insert = "INSERT INTO credential (connection, id, version, access_token, refresh_token,
            by_app, scopes, stored_at, expires_at, refresh_expires_at)
            VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT (connection, id) DO UPDATE SET version = version + 1,
            access_token = excluded.access_token, refresh_token = excluded.refresh_token,
            by_app = excluded.by_app, scopes = excluded.scopes, stored_at = excluded.stored_at,
            expires_at = excluded.expires_at, refresh_expires_at = excluded.refresh_expires_at,
            refreshing_since = NULL, refused = NULL";
        let refresh = tokens.refresh_token.as_ref();
        let values = values![
            id,
            credential,
            self.seal(id, credential, ACCESS, &packed(&tokens.access_token)),
            refresh.map(|secret| self.seal(id, credential, REFRESH, secret)),
            tokens.by_app,
            tokens.scopes.as_deref().map(joined),
            stored(self.clock.now()),
            tokens.expires_at.map(stored),
            tokens.refresh_expires_at.map(stored),
        ];
        sql.execute(insert, &values)?;
        Ok(())
    }

    /// Replaces the tokens of this version. False when somebody else has replaced them, or has
    /// forgotten the connection.
    pub(super) fn replace(
        &self,
        id: &str,
        credential: &str,
        version: i64,
        tokens: &Tokens,
    ) -> Result<bool, VaultError> {
        self.write(|sql| {
            let select = "SELECT version FROM credential WHERE connection = ?1 AND id = ?2";
            let found = sql.row(select, &values![id, credential], |row| row.get(0))?;
            if found != Some(version) {
                return Ok(false);
            }
            self.insert(sql, id, credential, tokens)?;
            Ok(true)
        })
    }

    /// Notes how a refresh of the tokens of this version goes.
    pub(super) fn note(
        &self,
        id: &str,
        credential: &str,
        version: i64,
        refresh: &Refresh,
    ) -> Result<(), VaultError> {
        let (since, refused) = match refresh {
            Refresh::Begun => (Some(stored(self.clock.now())), None),
            Refresh::Ended => (None, None),
            Refresh::Refused(why) => (None, Some(why)),
        };
        self.write(|sql| {
            let update = "UPDATE credential SET refreshing_since = ?4, refused = ?5
                WHERE connection = ?1 AND id = ?2 AND version = ?3";
            sql.execute(update, &values![id, credential, version, since, refused])?;
            Ok(())
        })
    }
}

/// Before the user of a pair, and between it and the password. No credential that can be sent holds it.
const MARK: char = '\0';

/// A secret as one text.
fn packed(secret: &Secret) -> Secret {
    match secret.user() {
        Some(user) => Secret::new(format!("{MARK}{user}{MARK}{}", secret.expose())),
        None => secret.clone(),
    }
}

/// What [`packed`] gave.
fn unpacked(secret: Secret) -> Secret {
    let pair = secret.expose().strip_prefix(MARK).and_then(|rest| rest.split_once(MARK));
    match pair {
        Some((user, password)) => Secret::pair(user, password),
        None => secret,
    }
}

/// How a refresh that brought no tokens goes.
pub enum Refresh {
    /// It is about to be sent. Who finds this note and nobody at work knows that the answer is
    /// lost, and that the service may have given out other tokens.
    Begun,
    /// The service did nothing; these tokens may be tried again.
    Ended,
    /// The service does not renew these tokens any more.
    Refused(String),
}
