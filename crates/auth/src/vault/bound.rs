//! Who may use a connection: the connector that it was made with, for what it was made for.

use connector_host::{Binding, Change, Secret};
use connector_store::{Row, Sql, values};

use super::{StoredConnection, Vault, VaultError};

/// What the binding of a connection is sealed for, besides its place: nobody who can write the
/// database widens it.
const BINDING: &str = "binding";

impl Vault {
    /// The connection of this name, if the connector may use it. Fails with
    /// [`VaultError::OtherConnector`], [`VaultError::Changed`] or [`VaultError::Unbound`].
    pub fn connection_for(
        &self,
        name: &str,
        asker: &Binding,
    ) -> Result<StoredConnection, VaultError> {
        self.read(|sql| self.entry_for(sql, name, asker))
    }

    /// What the connector asks for beyond what the connection is bound to, and what it does not ask
    /// for any more. Fails with [`VaultError::OtherConnector`] when it is not its connector.
    pub fn changes(&self, name: &str, asker: &Binding) -> Result<Vec<Change>, VaultError> {
        self.read(|sql| {
            let entry = self.entry(sql, name)?;
            Ok(self.changes_of(sql, &entry.id, asker)?.1)
        })
    }

    /// Binds a connection to what its connector declares now: a person has agreed to
    /// [`Vault::changes`].
    pub fn trust(&self, name: &str, asker: &Binding) -> Result<(), VaultError> {
        self.write(|sql| {
            let id = self.entry(sql, name)?.id;
            self.changes_of(sql, &id, asker)?;
            self.bind(sql, &id, asker)
        })
    }

    pub(super) fn entry_for(
        &self,
        sql: Sql<'_>,
        name: &str,
        asker: &Binding,
    ) -> Result<StoredConnection, VaultError> {
        let entry = self.entry(sql, name)?;
        self.admit(sql, &entry.id, asker)?;
        Ok(entry)
    }

    /// Refuses a connector that may not use the connection with this id. One that is not there
    /// refuses nobody.
    pub(super) fn admit(&self, sql: Sql<'_>, id: &str, asker: &Binding) -> Result<(), VaultError> {
        let Some((name, connector, stored)) = self.bound(sql, id)? else { return Ok(()) };
        check_connector(&name, &connector, stored.as_ref(), asker)?;
        let Some(stored) = stored else { return Err(VaultError::Unbound(name)) };
        let changes = stored.beyond(asker);
        match changes.is_empty() {
            true => Ok(()),
            false => Err(VaultError::Changed { connection: name, connector, changes }),
        }
    }

    /// Whether a new binding asks for nothing beyond the stored one.
    pub(super) fn is_within(
        &self,
        sql: Sql<'_>,
        id: &str,
        asker: &Binding,
    ) -> Result<bool, VaultError> {
        match self.admit(sql, id, asker) {
            Ok(()) => Ok(true),
            Err(VaultError::Database(error)) => Err(VaultError::Database(error)),
            Err(_) => Ok(false),
        }
    }

    pub(super) fn bind(&self, sql: Sql<'_>, id: &str, to: &Binding) -> Result<(), VaultError> {
        let sealed = self.cipher.seal(&[id, BINDING], &Secret::new(to.to_json()));
        sql.execute("UPDATE connection SET binding = ?2 WHERE id = ?1", &values![id, sealed])?;
        Ok(())
    }

    /// The name of the connection, and the changes; of one without a binding all is new.
    fn changes_of(
        &self,
        sql: Sql<'_>,
        id: &str,
        asker: &Binding,
    ) -> Result<(String, Vec<Change>), VaultError> {
        let bound = self.bound(sql, id)?;
        let (name, connector, stored) = bound.ok_or_else(|| VaultError::Unknown(id.to_owned()))?;
        check_connector(&name, &connector, stored.as_ref(), asker)?;
        let stored = stored.unwrap_or_else(|| Binding::nothing(&connector));
        Ok((name, stored.changes(asker)))
    }

    /// Name, connector and binding of the connection with this id.
    fn bound(
        &self,
        sql: Sql<'_>,
        id: &str,
    ) -> Result<Option<(String, String, Option<Binding>)>, VaultError> {
        let select = "SELECT name, connector, binding FROM connection WHERE id = ?1";
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<Option<Vec<u8>>>(2)?));
        let found: Option<(String, String, _)> = sql.row(select, &values![id], row)?;
        let Some((name, connector, sealed)) = found else { return Ok(None) };
        let open = |sealed: Vec<u8>| {
            let text = self.cipher.open(&[id, BINDING], &sealed)?;
            Binding::from_json(text.expose())
        };
        let stored = match sealed.map(open) {
            Some(None) => return Err(VaultError::Damaged(name)),
            Some(stored) => stored,
            None => None,
        };
        Ok(Some((name, connector, stored)))
    }
}

/// The name in the clear and the sealed one have to agree with the asker's.
fn check_connector(
    name: &str,
    connector: &str,
    stored: Option<&Binding>,
    asker: &Binding,
) -> Result<(), VaultError> {
    let sealed = stored.map_or(connector, Binding::connector);
    match asker.connector() == connector && asker.connector() == sealed {
        true => Ok(()),
        false => Err(VaultError::OtherConnector {
            connection: name.to_owned(),
            made_with: sealed.to_owned(),
            asker: asker.connector().to_owned(),
        }),
    }
}
