//! Actions. Most are one operation each: rows of the catalogue that take the general path. The
//! composed ones name their flow there.

use crate::Connector;
use crate::catalog::{self, Action, Listing};
use crate::contract::actions::{self, Description, Example, Guest, Shape};
use crate::contract::{Error, Step};
use crate::error::without;
use crate::flow;
use crate::input::{self, check};
use crate::run::{self, Single, api_request, feed::Feed, pages::Pages};
use crate::settings::Settings;
use crate::{choices, schema};

impl Guest for Connector {
    fn list() -> Vec<actions::Action> {
        catalog::ACTIONS.iter().map(info).collect()
    }

    fn describe(id: String) -> Result<Description, Error> {
        let action = run::action(&id)?;
        let example = |&(title, input): &(&str, &str)| Example {
            title: title.to_owned(),
            input: input.to_owned(),
        };
        Ok(Description {
            action: info(action),
            input: schema::input(action.input).to_string(),
            output: schema::output(action.output).to_string(),
            examples: action.examples.iter().map(example).collect(),
        })
    }

    fn start(id: String, input: String, settings: String) -> Result<Step, Error> {
        let action = run::action(&id)?;
        let settings = Settings::read(&settings)?;
        let input = input::read(&input, "input", action.input, &settings)?;
        settings.offers(action)?;
        let mut faults = check::object(&input, action.input);
        // What is read item by item is checked so.
        if let Some(each) = action.each {
            faults.retain(|fault| !is_within(&fault.path, each));
        }
        without(faults)?;
        match (action.flow, action.listing) {
            (Some(_), _) => flow::start(action, input, settings),
            _ if action.id == "api.request" => api_request::start(&input, &settings),
            (_, Listing::Single) => Single::start(action, &input, &settings),
            _ => Pages::start(action, &input, &settings, Feed::Items),
        }
    }

    fn choices(
        id: String,
        field: String,
        input: String,
        settings: String,
        query: Option<String>,
    ) -> Result<Step, Error> {
        choices::start(run::action(&id)?.input, &field, &input, &settings, query.as_deref())
    }
}

/// Whether a path leads to an item of that list, or into one.
fn is_within(path: &str, list: &str) -> bool {
    path.strip_prefix(list).is_some_and(|rest| rest.starts_with('['))
}

fn info(action: &Action) -> actions::Action {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    actions::Action {
        id: action.id.to_owned(),
        operation_id: action.operation_id.map(str::to_owned),
        title: action.title.to_owned(),
        summary: action.summary.to_owned(),
        group: action.group.to_owned(),
        scopes: owned(action.scopes),
        effect: action.effect,
        destructive: action.destructive,
        shape: if action.listing == Listing::Single { Shape::Single } else { Shape::Items },
        notes: owned(action.notes),
    }
}
