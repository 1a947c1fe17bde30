//! What prints items.

use serde_json::value::RawValue;

use crate::error::Error;

/// What prints items.
pub trait Print: Send {
    /// Prints some more.
    fn print(&mut self, items: &[&RawValue]) -> Result<(), Error>;

    /// There are no more.
    fn end(&mut self) {}
}
