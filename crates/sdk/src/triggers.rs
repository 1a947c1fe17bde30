//! Triggers. Each reads a list to its end and emits the items that are not in its cursor.

use serde_json::Value;

use crate::catalog::{Catalog, Memory, Trigger};
use crate::contract::triggers::{self, Description};
use crate::contract::{Context, Error, Step};
use crate::error::{invalid_field, without};
use crate::input::check;
use crate::job::{self, Job};
use crate::list::{Events, ItemSink, Pages, TriggerCursor};
use crate::settings::Settings;
use crate::{Definition, choices, flow, schema};

pub fn list(catalog: &Catalog) -> Vec<triggers::Trigger> {
    catalog.triggers.iter().map(info).collect()
}

pub fn describe(catalog: &Catalog, id: &str) -> Result<Description, Error> {
    Ok(description(catalog, trigger(catalog, id)?))
}

pub fn start(
    definition: &'static Definition,
    id: &str,
    config: &str,
    settings: &str,
    cursor: Option<String>,
    context: Context,
) -> Result<Step, Error> {
    let catalog = definition.catalog;
    let trigger = trigger(catalog, id)?;
    let settings = Settings::read(catalog, settings)?;
    let mut config = settings.input(catalog, config, "configuration", trigger.config)?;
    without(check::object(&config, trigger.config))?;
    settings.offers(catalog, trigger.action)?;
    if trigger.memory == Memory::Own {
        config.insert("now".to_owned(), context.now.clone().into());
        config.insert("cursor".to_owned(), cursor.into());
        let flow = flow::start(definition, trigger.id, config, settings, context, None)?;
        return Ok(job::step(catalog, flow, Job::Flow));
    }
    let include_existing = match config.remove("include_existing") {
        Some(Value::Bool(asked)) => asked,
        _ => trigger.existing,
    };
    let seen = cursor.map(|cursor| TriggerCursor::read(&cursor)).transpose()?;
    // The id of an event holds the place where it happened and the key of the item.
    let places = trigger
        .config
        .iter()
        .filter(|field| field.metadata.required)
        .filter_map(|field| config[field.name].as_str());
    let prefix: String = places.map(|place| format!("{place}/")).collect();
    settings.complete(catalog, &mut config, trigger.action.input);
    let events = Events::begin(trigger, prefix, seen, include_existing);
    if trigger.flow.is_some() {
        config.insert("now".to_owned(), context.now.clone().into());
        let flow = flow::start(definition, trigger.id, config, settings, context, Some(events))?;
        return Ok(job::step(catalog, flow, Job::Flow));
    }
    let sink = ItemSink::Events(events);
    let pages = Pages::start(catalog, trigger.action, &config, &settings, sink, None)?;
    Ok(job::step(catalog, pages, Job::Pages))
}

pub fn choices(
    catalog: &Catalog,
    id: &str,
    field: &str,
    config: &str,
    settings: &str,
    query: Option<&str>,
    context: &Context,
) -> Result<Step, Error> {
    let fields = trigger(catalog, id)?.config;
    choices::start(catalog, fields, field, config, settings, query, context)
}

pub fn description(catalog: &Catalog, trigger: &Trigger) -> Description {
    Description {
        trigger: info(trigger),
        config: schema::input(catalog, trigger.config).to_string(),
        data: schema::output(trigger.action.output).to_string(),
        sample: trigger.sample.to_owned(),
    }
}

fn trigger(catalog: &Catalog, id: &str) -> Result<&'static Trigger, Error> {
    let found = catalog.triggers.iter().find(|trigger| trigger.id == id);
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
