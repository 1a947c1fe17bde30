//! One column of a table.

use std::sync::Arc;

use serde_json::Value;

use crate::kind::Kind;
use connector_records::Record;

/// Where the values of a column come from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    /// A field of the rows, by the path of its names.
    Field(Vec<String>),
    /// An input of the action that reads, which rows do not have. `list`: it takes several values, each of
    /// which is compared with.
    Input { name: String, list: bool },
    /// A member of a field that new rows have and others do not: what a file needs that is within an object. The
    /// schema is that of the object.
    Member { field: String, member: String, object: Arc<Value> },
}

/// A column, for those who plan with it and those who read about it.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub name: String,
    pub kind: Kind,
    pub source: Source,
    /// For people.
    pub comment: Option<String>,
    /// Tells rows apart, with the other keys.
    pub key: bool,
    /// Says whose row it is.
    pub parent: bool,
    /// Comes with rows that are read, or is an input of reading.
    pub readable: bool,
    /// Reading fails without a value for it.
    pub required: bool,
    /// A new row may have it.
    pub creatable: bool,
    /// A new row needs it.
    pub needed: bool,
    /// A row may get another value.
    pub updatable: bool,
}

impl Column {
    /// The value in a row.
    pub fn value<'a>(&self, row: &'a Record) -> Option<&'a Value> {
        let Source::Field(path) = &self.source else { return None };
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(row.get(first)?, |value, name| value.get(name))
    }

    /// The input that it stands for, where rows do not have it.
    pub fn input(&self) -> Option<&str> {
        match &self.source {
            Source::Input { name, .. } => Some(name),
            Source::Field(_) if !self.readable => self.field(),
            Source::Field(_) | Source::Member { .. } => None,
        }
    }

    /// The field of the rows that it is, or is a part of.
    pub fn first_name(&self) -> Option<&str> {
        match &self.source {
            Source::Field(path) => path.first().map(String::as_str),
            Source::Input { .. } | Source::Member { .. } => None,
        }
    }

    /// The field of the rows that it is as a whole, if it is one.
    pub fn field(&self) -> Option<&str> {
        match &self.source {
            Source::Field(path) if path.len() == 1 => Some(&path[0]),
            _ => None,
        }
    }
}
