//! The descriptor, and the connection test.

use crate::Connector;
use crate::contract::connection::{Descriptor, Guest};
use crate::contract::{Error, Step};
use crate::run::connection_test;
use crate::schema;
use crate::settings::Settings;
use crate::{catalog, choices};

impl Guest for Connector {
    fn describe() -> Descriptor {
        let settings = schema::input(catalog::SETTINGS).to_string();
        catalog::descriptor(settings.clone(), settings)
    }

    fn test(settings: String, granted: Option<Vec<String>>) -> Result<Step, Error> {
        connection_test::start(&Settings::read(&settings)?, granted)
    }

    fn choices(field: String, settings: String, query: Option<String>) -> Result<Step, Error> {
        choices::start(catalog::SETTINGS, &field, &settings, &settings, query.as_deref())
    }
}
