//! The descriptor, and the connection test.

use serde_json::Value;

use crate::Definition;
use crate::catalog::Catalog;
use crate::choices;
use crate::connection_test::{self, Granted};
use crate::contract::connection::Descriptor;
use crate::contract::{Context, Error, Step};
use crate::flow;
use crate::job::{self, Job};
use crate::schema;
use crate::settings::Settings;
use crate::step::Command;

pub fn describe(catalog: &Catalog) -> Descriptor {
    let settings = schema::input(catalog, catalog.settings);
    (catalog.descriptor)(settings.to_string(), form(catalog).to_string())
}

pub fn test(
    definition: &'static Definition,
    settings: &str,
    granted: Option<Vec<String>>,
    context: Context,
) -> Result<Step, Error> {
    let catalog = definition.catalog;
    let (settings, granted) = (Settings::read(catalog, settings)?, Granted(granted));
    let action = catalog.action(catalog.test.action)?;
    if action.flow.is_none() {
        let request = connection_test::request(catalog, &settings)?;
        return Ok(Job::ConnectionTest(granted).step(catalog, Command::Send(request)));
    }
    let input = connection_test::input(catalog);
    let progress = flow::start(definition, action.id, input, settings, context, None)?;
    job::tested(catalog, granted, progress)
}

pub fn choices(
    catalog: &Catalog,
    field: &str,
    settings: &str,
    query: Option<&str>,
    context: &Context,
) -> Result<Step, Error> {
    choices::start(catalog, catalog.settings, field, settings, settings, query, context)
}

/// The schema of all that a person fills in.
fn form(catalog: &Catalog) -> Value {
    let mut form = schema::input(catalog, catalog.form);
    for (field, keyword, json) in catalog.form_hints {
        form["properties"][field][keyword] = serde_json::from_str(json).unwrap_or_default();
    }
    form
}
