//! From what a person filled in to what is sent: mend what is certain, check, and build after.

pub mod check;
pub mod meaning;
pub mod mend;
pub mod pattern;
pub mod plausible;
pub mod request;
pub mod text;
mod written;

use serde_json::{Map, Value};

use crate::catalog::Field;
use crate::contract::Error;
use crate::settings::{Settings, object};

/// Reads the text of an input, or of a configuration: an object, mended, with what the settings fill
/// in. It is not checked yet. `name` is what to call it in an error.
pub fn read(
    json: &str,
    name: &str,
    fields: &[Field],
    settings: &Settings,
) -> Result<Map<String, Value>, Error> {
    let mut input = object(json, name)?;
    mend::object(&mut input, fields, json);
    settings.complete(&mut input, fields);
    Ok(input)
}

/// Whether there is nothing to be seen.
pub fn is_blank(text: &str) -> bool {
    text::all(text, is_invisible)
}

/// Without what cannot be seen at its ends.
pub fn trimmed(text: &str) -> &str {
    text::without_ends(text, is_invisible)
}

/// White space of any script, and characters that look like none at all.
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{180e}' | '\u{200b}'
                ..='\u{200f}' | '\u{2060}' | '\u{2800}' | '\u{3164}' | '\u{feff}'
        )
}
