//! The descriptor, and the connection test.

use crate::Connector;
use crate::catalog;
use crate::contract::connection::{Descriptor, Guest};
use crate::contract::{Error, Step};
use crate::run::connection_test;
use crate::schema;
use crate::settings::Settings;

impl Guest for Connector {
    fn describe() -> Descriptor {
        catalog::descriptor(schema::input(catalog::SETTINGS).to_string())
    }

    fn test(settings: String, granted: Option<Vec<String>>) -> Result<Step, Error> {
        connection_test::start(&Settings::read(&settings)?, granted)
    }
}
