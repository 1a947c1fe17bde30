//! Says whom a connection belongs to and which actions and triggers lack a scope.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Job, action, done, send};
use crate::answer::partial::Inputs;
use crate::answer::{garbled, single};
use crate::catalog;
use crate::contract::{Error, Response, Step};
use crate::input::request;
use crate::settings::Settings;

/// The action that tells whose account it is.
const ACCOUNT: &str = "user_account.get";

/// The scopes that were granted, if the host knows them.
#[derive(Serialize, Deserialize)]
pub struct Granted(Option<Vec<String>>);

pub fn start(settings: &Settings, granted: Option<Vec<String>>) -> Result<Step, Error> {
    let (request, _) = request::build(action(ACCOUNT)?, &Map::new(), settings)?;
    Ok(send(request, &Job::ConnectionTest(Granted(granted))))
}

pub fn finish(Granted(granted): Granted, response: Response) -> Result<Step, Error> {
    let output = single::read(action(ACCOUNT)?, &Inputs::default(), &response)?;
    let account = single::value(&output, &response)?;
    let name = ["business_name", "username"]
        .iter()
        .find_map(|key| account[key].as_str().filter(|name| !name.is_empty()));
    let Some(name) = name else {
        return Err(garbled(&response, "the account has no name"));
    };
    let lacking = granted.map_or_else(Vec::new, |granted| lacking(&granted));
    let account = json!({
        "id": account["id"], "name": name, "username": account["username"], "type": account["account_type"],
    });
    Ok(done(json!({ "account": account, "lacking": lacking }).to_string()))
}

fn lacking(granted: &[String]) -> Vec<Value> {
    let actions = catalog::ACTIONS.iter().map(|action| (action.id, action.title, action.scopes));
    let triggers =
        catalog::TRIGGERS.iter().map(|trigger| (trigger.id, trigger.title, trigger.action.scopes));
    let lacks = |(id, title, scopes): (&str, &str, &[&str])| {
        let scopes: Vec<_> =
            scopes.iter().filter(|scope| !granted.iter().any(|has| has == *scope)).collect();
        (!scopes.is_empty()).then(|| json!({ "id": id, "title": title, "scopes": scopes }))
    };
    actions.chain(triggers).filter_map(lacks).collect()
}
