//! Choices for a field of a form: the items of the list that the catalogue names.

use serde_json::{Map, Value};

use crate::catalog::{Catalog, Field, Location, Source};
use crate::contract::{Context, Error, Step};
use crate::error::{invalid_field, without};
use crate::input::check;
use crate::job::{self, Job};
use crate::list::{ItemSink, Pages};
use crate::settings::Settings;

/// Begins to list the choices for `field`: one of `fields`, or one within them such as
/// `body[0].campaign_id`, which is served by its own name.
pub fn start(
    catalog: &Catalog,
    fields: &[Field],
    field: &str,
    input: &str,
    settings: &str,
    query: Option<&str>,
    context: &Context,
) -> Result<Step, Error> {
    let settings = Settings::read(catalog, settings)?;
    let mut filled = settings.input(catalog, input, "input", fields)?;
    filled.retain(|_, value| !value.is_null());
    settings.fill(catalog, &mut filled);
    let name = field.rsplit('.').next().unwrap_or(field).split('[').next().unwrap_or(field);
    let place = match fields.iter().find(|known| known.name == field) {
        Some(known) => Some(known.metadata.location),
        None => (name != field).then_some(Location::Body),
    };
    let missing =
        |source: &Source| source.needs.iter().find(|need| !filled.contains_key(**need)).copied();
    let mut sources = place.into_iter().flat_map(|place| catalog.sources(name, place));
    let served = sources.clone().find(|source| missing(source).is_none());
    let Some(source) = served.or_else(|| sources.next()) else {
        return Err(invalid_field("field", format!("{field} offers no choices")));
    };
    if let Some(need) = missing(source) {
        return Err(invalid_field(need, format!("must be filled in before {field}")));
    }
    let list = catalog.action(source.action)?;
    settings.offers(catalog, list)?;
    let wanted = wanted(catalog, source, &filled, list.input);
    without(check::object(&wanted, list.input))?;
    let sink = ItemSink::choices(source, query);
    // With a query nobody knows how many items have to be read for so many choices.
    let most = context.wanted.filter(|_| query.is_none_or(str::is_empty));
    let pages = Pages::start(catalog, list, &wanted, &settings, sink, most)?;
    Ok(job::step(catalog, pages, Job::Pages))
}

/// The input of the list action: what the source takes from the form, and what it fixes.
fn wanted(
    catalog: &Catalog,
    source: &Source,
    filled: &Map<String, Value>,
    fields: &[Field],
) -> Map<String, Value> {
    let takes = |name: &str| {
        [source.needs, source.may, catalog.filled_in].iter().any(|names| names.contains(&name))
    };
    let from_form = fields.iter().filter(|field| takes(field.name));
    let mut wanted: Map<_, _> = from_form
        .filter_map(|field| Some((field.name.to_owned(), filled.get(field.name)?.clone())))
        .collect();
    for (name, json) in source.fixed {
        wanted.insert((*name).to_owned(), serde_json::from_str(json).unwrap_or_default());
    }
    wanted
}
