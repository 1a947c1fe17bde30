//! The ways to write.

/// What is done with the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Makes a row of each.
    Create,
    /// Changes the row with the record's key.
    Update,
    /// Updates when the record has a key, else creates. A key that the service does not know is
    /// created when creating takes keys.
    Upsert,
    /// Takes the row with the record's key away. Other fields of the resource may be there.
    Delete,
}
