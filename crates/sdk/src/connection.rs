//! The descriptor, and the connection test.

use serde_json::Value;

use crate::catalog::Catalog;
use crate::choices;
use crate::connection_test::{self, Granted};
use crate::contract::connection::Descriptor;
use crate::contract::{Context, Error, Step};
use crate::job::Job;
use crate::schema;
use crate::settings::Settings;
use crate::step::Command;

pub fn describe(catalog: &Catalog) -> Descriptor {
    let settings = schema::input(catalog, catalog.settings);
    (catalog.descriptor)(settings.to_string(), form(catalog).to_string())
}

pub fn test(
    catalog: &Catalog,
    settings: &str,
    granted: Option<Vec<String>>,
) -> Result<Step, Error> {
    let request = connection_test::request(catalog, &Settings::read(catalog, settings)?)?;
    Ok(Job::ConnectionTest(Granted(granted)).step(catalog, Command::Send(request)))
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
