//! Actions. Most are one operation each and need only their row in the catalogue. Composed
//! actions name their flow there.

use crate::catalog::{Action, Catalog, Listing};
use crate::contract::actions::{self, Description, Example, Shape};
use crate::contract::{Context, Error, Step};
use crate::error::{invalid_field, without};
use crate::input::check;
use crate::job::{self, Job};
use crate::list::{ItemSink, Pages};
use crate::settings::Settings;
use crate::step::Command;
use crate::{Definition, choices, flow, raw, schema};

pub fn list(catalog: &Catalog) -> Vec<actions::Action> {
    catalog.actions.iter().filter(|action| !action.internal).map(info).collect()
}

pub fn describe(catalog: &Catalog, id: &str) -> Result<Description, Error> {
    let action = listed(catalog, id)?;
    let example = |&(title, input): &(&str, &str)| Example {
        title: title.to_owned(),
        input: input.to_owned(),
    };
    Ok(Description {
        action: info(action),
        input: schema::input(catalog, action.input).to_string(),
        output: schema::output(action.output).to_string(),
        examples: action.examples.iter().map(example).collect(),
    })
}

pub fn start(
    definition: &'static Definition,
    id: &str,
    input: &str,
    settings: &str,
    context: Context,
) -> Result<Step, Error> {
    let catalog = definition.catalog;
    let action = listed(catalog, id)?;
    let settings = Settings::read(catalog, settings)?;
    let input = settings.input(catalog, input, "input", action.input)?;
    settings.offers(catalog, action)?;
    let mut faults = check::object(&input, action.input);
    // Items that are read one by one are checked one by one, later.
    if let Some(each) = action.each {
        faults.retain(|fault| !is_within(&fault.path, each));
    }
    without(faults)?;
    match (action.flow, action.listing) {
        (Some(_), _) => {
            let flow = flow::start(definition, id, input, settings, context, None)?;
            Ok(job::step(catalog, flow, Job::Flow))
        }
        (_, Listing::Raw) => {
            let request = raw::request(catalog, action, &input, &settings)?;
            Ok(Job::Raw.step(catalog, Command::Send(request)))
        }
        (_, Listing::Single) => Job::single(catalog, action, &input, &settings),
        _ => {
            let pages =
                Pages::start(catalog, action, &input, &settings, ItemSink::Items, context.wanted)?;
            Ok(job::step(catalog, pages, Job::Pages))
        }
    }
}

pub fn choices(
    catalog: &Catalog,
    id: &str,
    field: &str,
    input: &str,
    settings: &str,
    query: Option<&str>,
    context: &Context,
) -> Result<Step, Error> {
    let fields = listed(catalog, id)?.input;
    choices::start(catalog, fields, field, input, settings, query, context)
}

/// The action with this id, unless it is internal.
fn listed(catalog: &Catalog, id: &str) -> Result<&'static Action, Error> {
    let action = catalog.action(id)?;
    match action.internal {
        true => Err(invalid_field("id", format!("there is no action {id}"))),
        false => Ok(action),
    }
}

/// Whether a path is that of an item of the list, or of something within an item.
fn is_within(path: &str, list: &str) -> bool {
    path.strip_prefix(list).is_some_and(|rest| rest.starts_with('['))
}

fn info(action: &Action) -> actions::Action {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let is_single = matches!(action.listing, Listing::Single | Listing::Raw);
    actions::Action {
        id: action.id.to_owned(),
        operation_id: action.operation_id.map(str::to_owned),
        title: action.title.to_owned(),
        summary: action.summary.to_owned(),
        group: action.group.to_owned(),
        scopes: owned(action.scopes),
        effect: action.effect,
        destructive: action.destructive,
        shape: if is_single { Shape::Single } else { Shape::Items },
        notes: owned(action.notes),
        deprecation: action.deprecation.map(|deprecation| actions::Deprecation {
            ends: deprecation.ends.map(str::to_owned),
            instead: deprecation.instead.map(str::to_owned),
        }),
        extensions: Vec::new(),
    }
}
