//! Reads rows from files that come in pieces: reports and exports, as CSV or JSON.

mod csv;
mod json;

use serde::{Deserialize, Serialize};

use crate::json_array::JsonArray;

/// How a file is read, and what must be known of the part before the next piece.
#[derive(Serialize, Deserialize)]
pub enum Table {
    /// With the names in the first line.
    Csv { header: Option<Vec<String>> },
    /// The brackets that are open.
    Json { open: String },
}

/// What a piece of a file holds.
pub struct Rows {
    pub items: JsonArray,
    /// Bytes of the piece that need not be read again.
    pub used: usize,
}

impl Table {
    /// By the file's first piece: JSON begins with a bracket.
    pub fn of(first: &[u8]) -> Table {
        match first.trim_ascii_start().first() {
            Some(b'[' | b'{') => Table::Json { open: String::new() },
            _ => Table::Csv { header: None },
        }
    }

    /// The whole rows in `piece`; `last` when the file ends with it. The error completes "the file".
    pub fn read(&mut self, piece: &[u8], last: bool) -> Result<Rows, String> {
        match self {
            Table::Csv { header } => csv::read(header, piece, last),
            Table::Json { open } => json::read(open, piece),
        }
    }
}
