//! Choices for a field of a form: the items of the list that the catalogue names.

use serde_json::Map;

use crate::catalog::{self, Field};
use crate::contract::{Error, FieldError, Step};
use crate::error::{invalid_field, invalid_input};
use crate::input::check;
use crate::run::feed::Feed;
use crate::run::{action, pages::Pages};
use crate::settings::{Settings, object};

/// Begins to list the choices for `field`, one of `fields` or a field within them.
pub fn start(
    fields: &[Field],
    field: &str,
    input: &str,
    settings: &str,
    query: Option<&str>,
) -> Result<Step, Error> {
    let settings = Settings::read(settings)?;
    let filled = object(input, "input")?;
    // `items[2].board_id` and `media_source.board_id` are served as `board_id` is.
    let name = field.rsplit('.').next().unwrap_or(field);
    let known = name != field || fields.iter().any(|known| known.name == field);
    let source = catalog::source(name).filter(|_| known);
    let source =
        source.ok_or_else(|| invalid_field("field", format!("{field} offers no choices")))?;
    let list = action(source.action)?;
    let mut wanted = Map::new();
    for need in source.needs {
        let value = filled.get(*need).filter(|value| !value.is_null());
        let value = value
            .ok_or_else(|| invalid_field(need, format!("must be filled in before {field}")))?;
        wanted.insert((*need).to_owned(), value.clone());
    }
    settings.complete(&mut wanted, list.input);
    let faults: Vec<FieldError> = check::object(&wanted, list.input);
    if !faults.is_empty() {
        return Err(invalid_input(faults));
    }
    Ok(Pages::start(list, &wanted, &settings, Feed::choices(source, query)))
}
