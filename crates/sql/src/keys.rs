//! What tells rows apart, and which rows of other tables they name, as constraints of tables.

use std::sync::Arc;

use crate::column::Column;
use crate::described::Described;

/// A primary or a foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The schema of both tables.
    pub schema: String,
    pub table: String,
    pub name: String,
    pub columns: Vec<String>,
    /// Of a foreign key: the other table, and its columns in the order of these.
    pub refers: Option<(String, Vec<String>)>,
}

impl Key {
    /// Each of its columns, with its place from 1 on.
    pub fn numbered(&self) -> Vec<(&Self, i32, &str)> {
        let columns = (1..).zip(&self.columns);
        columns.map(|(at, name)| (self, at, name.as_str())).collect()
    }
}

/// The field that is the only key of what others name.
const ID: &str = "id";

/// The keys of tables: first the primary one, then the foreign ones.
pub(crate) fn of(schema: &str, tables: &[Arc<Described>]) -> Vec<Key> {
    tables.iter().flat_map(|table| of_table(schema, table, tables)).collect()
}

fn of_table(schema: &str, table: &Described, all: &[Arc<Described>]) -> Vec<Key> {
    let id = &table.resource.id;
    let key = |name: String, columns, refers| {
        let (schema, table) = (schema.to_owned(), id.clone());
        Key { schema, table, name, columns, refers }
    };
    let mut keys = Vec::new();
    if let Some(columns) = primary(table) {
        keys.push(key(format!("{id}_pkey"), columns, None));
    }
    for column in &table.columns {
        let Some(thing) = column.field().and_then(|name| name.strip_suffix("_id")) else {
            continue;
        };
        let named = all.iter().find(|other| {
            other.resource.id != *id
                && other.resource.key == [ID]
                && is_plural(&other.resource.id, thing)
        });
        let Some((other, columns)) = named.and_then(|it| Some((it, beside(table, it, column)?)))
        else {
            continue;
        };
        let theirs = primary(other).unwrap_or_default();
        let refers = Some((other.resource.id.clone(), theirs));
        keys.push(key(format!("{id}_{}_fkey", column.name), columns, refers));
    }
    keys
}

/// Whose rows they are, then what tells them apart; nothing for rows that nothing tells apart.
fn primary(table: &Described) -> Option<Vec<String>> {
    let parents = table.columns.iter().filter(|column| column.parent);
    let keys: Vec<&Column> =
        table.columns.iter().filter(|column| column.key && !column.parent).collect();
    let is_whole = keys.len() + table.columns.iter().filter(|it| it.key && it.parent).count()
        == table.resource.key.len();
    let columns: Vec<String> = parents.chain(keys).map(|column| column.name.clone()).collect();
    (is_whole && !table.resource.key.is_empty()).then_some(columns)
}

/// The columns that name a row of another table, in the order of its key; nothing when they do not say whose row
/// it is.
fn beside(table: &Described, other: &Described, column: &Column) -> Option<Vec<String>> {
    let own = |theirs: &&Column| match theirs.field() {
        Some(ID) if theirs.key => Some(column.name.clone()),
        field => {
            let found = table.columns.iter().find(|own| own.field() == field && field.is_some());
            found.map(|own| own.name.clone())
        }
    };
    let names = primary(other)?;
    let theirs = names.iter().map(|name| other.columns.iter().find(|it| it.name == *name));
    theirs.map(|theirs| theirs.as_ref().and_then(own)).collect()
}

/// Whether a table is named after several of a thing.
fn is_plural(table: &str, thing: &str) -> bool {
    let of_y = thing.strip_suffix('y').is_some_and(|stem| table.strip_suffix("ies") == Some(stem));
    of_y || ["s", "es"].iter().any(|ending| table.strip_suffix(ending) == Some(thing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_named_after_several_of_a_thing() {
        assert!(is_plural("boards", "board") && is_plural("boxes", "box"));
        assert!(is_plural("countries", "country"));
        assert!(!is_plural("boards", "pin") && !is_plural("board", "board"));
    }
}
