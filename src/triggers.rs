//! Triggers: each reads a list to its end and emits what its cursor has not met.

use serde_json::Value;

use crate::Connector;
use crate::catalog::{self, Trigger};
use crate::contract::triggers::{self, Description, Guest};
use crate::contract::{Error, Step};
use crate::error::{invalid_field, without};
use crate::flow;
use crate::input::{self, check};
use crate::run::{events::Events, feed::Feed, pages::Pages, seen::Seen};
use crate::settings::Settings;
use crate::{choices, schema};

impl Guest for Connector {
    fn list() -> Vec<triggers::Trigger> {
        catalog::TRIGGERS.iter().map(info).collect()
    }

    fn describe(id: String) -> Result<Description, Error> {
        Ok(description(trigger(&id)?))
    }

    fn start(
        id: String,
        config: String,
        settings: String,
        cursor: Option<String>,
        now: String,
    ) -> Result<Step, Error> {
        let trigger = trigger(&id)?;
        let settings = Settings::read(&settings)?;
        let mut config = input::read(&config, "configuration", trigger.config, &settings)?;
        without(check::object(&config, trigger.config))?;
        settings.offers(trigger.action)?;
        let include_existing = match config.remove("include_existing") {
            Some(Value::Bool(asked)) => asked,
            _ => trigger.existing,
        };
        let seen = cursor.map(|cursor| Seen::read(&cursor)).transpose()?;
        // An event is told apart by where it happened and to what.
        let places = trigger
            .config
            .iter()
            .filter(|field| field.about.required)
            .filter_map(|field| config[field.name].as_str());
        let prefix: String = places.map(|place| format!("{place}/")).collect();
        settings.complete(&mut config, trigger.action.input);
        let events = Events::begin(trigger, prefix, seen, include_existing);
        if trigger.flow.is_some() {
            config.insert("now".to_owned(), now.into());
            return flow::start_other(trigger.id, config, settings, Some(events));
        }
        Pages::start(trigger.action, &config, &settings, Feed::Events(events))
    }

    fn choices(
        id: String,
        field: String,
        config: String,
        settings: String,
        query: Option<String>,
    ) -> Result<Step, Error> {
        choices::start(trigger(&id)?.config, &field, &config, &settings, query.as_deref())
    }
}

pub fn description(trigger: &Trigger) -> Description {
    Description {
        trigger: info(trigger),
        config: schema::input(trigger.config).to_string(),
        data: schema::output(trigger.action.output).to_string(),
        sample: trigger.sample.to_owned(),
    }
}

fn trigger(id: &str) -> Result<&'static Trigger, Error> {
    let found = catalog::TRIGGERS.iter().find(|trigger| trigger.id == id);
    found.ok_or_else(|| invalid_field("id", format!("there is no trigger {id}")))
}

pub fn info(trigger: &Trigger) -> triggers::Trigger {
    triggers::Trigger {
        id: trigger.id.to_owned(),
        title: trigger.title.to_owned(),
        summary: trigger.summary.to_owned(),
        group: trigger.group.to_owned(),
        scopes: trigger.action.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    }
}
