//! The descriptor, and the connection test.

use serde_json::Value;

use crate::Connector;
use crate::contract::connection::{Descriptor, Guest};
use crate::contract::{Error, Step};
use crate::run::connection_test;
use crate::schema;
use crate::settings::Settings;
use crate::{catalog, choices};

impl Guest for Connector {
    fn describe() -> Descriptor {
        let settings = schema::input(catalog::SETTINGS);
        catalog::descriptor(settings.to_string(), form().to_string())
    }

    fn test(settings: String, granted: Option<Vec<String>>) -> Result<Step, Error> {
        connection_test::start(&Settings::read(&settings)?, granted)
    }

    fn choices(field: String, settings: String, query: Option<String>) -> Result<Step, Error> {
        choices::start(catalog::SETTINGS, &field, &settings, &settings, query.as_deref())
    }
}

/// The schema of all that a person fills in.
fn form() -> Value {
    let mut form = schema::input(catalog::FORM);
    for (field, keyword, json) in catalog::FORM_HINTS {
        form["properties"][field][keyword] = serde_json::from_str(json).unwrap_or_default();
    }
    form
}
