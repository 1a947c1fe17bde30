//! The connection test: whose account it is, and which actions and triggers lack a scope.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::answer::partial::Inputs;
use crate::answer::{garbled, single};
use crate::catalog::Catalog;
use crate::contract::connection::CredentialSource;
use crate::contract::{Error, Request, Response};
use crate::error::unexpected;
use crate::settings::Settings;

/// The scopes that were granted, if the host knows them.
#[derive(Serialize, Deserialize)]
pub struct Granted(pub Option<Vec<String>>);

/// What the test gives to its action.
pub fn input(catalog: &Catalog) -> Map<String, Value> {
    serde_json::from_str(catalog.test.input).unwrap_or_default()
}

pub fn request(catalog: &Catalog, settings: &Settings) -> Result<Request, Error> {
    let action = catalog.action(catalog.test.action)?;
    let (request, _) = crate::request::build(catalog, action, &input(catalog), settings)?;
    Ok(request)
}

pub fn output(
    catalog: &Catalog,
    Granted(granted): Granted,
    response: &Response,
) -> Result<String, Error> {
    let service = &catalog.service;
    let action = catalog.action(catalog.test.action)?;
    let output = single::read(service, action, &Inputs::default(), response)?;
    let answer = single::value(service, &output, response)?;
    told_of(catalog, granted, &answer)
        .ok_or_else(|| garbled(service, response, "the account has no name"))
}

/// The output for what the test's flow gives.
pub fn flow_output(
    catalog: &Catalog,
    Granted(granted): Granted,
    answer: &str,
) -> Result<String, Error> {
    let answer = serde_json::from_str(answer).unwrap_or_default();
    told_of(catalog, granted, &answer)
        .ok_or_else(|| unexpected("invalid-answer", "the account has no name"))
}

/// None where the account has no name.
fn told_of(catalog: &Catalog, granted: Option<Vec<String>>, answer: &Value) -> Option<String> {
    let test = &catalog.test;
    let name = test
        .name
        .iter()
        .map(|name| told(answer, name))
        .find(|name| name.as_str().is_some_and(|name| !name.is_empty()))?;
    let mut account = Map::new();
    let id = match told(answer, test.id) {
        Value::Number(id) => id.to_string().into(),
        id => id,
    };
    account.insert("id".to_owned(), id);
    account.insert("name".to_owned(), name);
    for (name, at) in test.also {
        account.insert((*name).to_owned(), told(answer, at));
    }
    let lacking = granted.map_or_else(Vec::new, |granted| lacking(catalog, &granted));
    let output = json!({ "account": account, "lacking": lacking });
    Some(output.to_string())
}

/// The value at a JSON pointer; a text that is no pointer stands for itself.
fn told(answer: &Value, at: &str) -> Value {
    match at.starts_with('/') {
        true => answer.pointer(at).cloned().unwrap_or_default(),
        false => at.into(),
    }
}

fn lacking(catalog: &Catalog, granted: &[String]) -> Vec<Value> {
    let actions = catalog
        .actions
        .iter()
        .filter(|action| !action.internal)
        .map(|action| (action.id, action.title, action.scopes));
    let triggers =
        catalog.triggers.iter().map(|trigger| (trigger.id, trigger.title, trigger.action.scopes));
    let granted = with_implied(catalog, granted);
    let lacks = |(id, title, scopes): (&str, &str, &[&str])| {
        let scopes: Vec<_> =
            scopes.iter().filter(|scope| !granted.iter().any(|has| has == *scope)).collect();
        (!scopes.is_empty()).then(|| json!({ "id": id, "title": title, "scopes": scopes }))
    };
    actions.chain(triggers).filter_map(lacks).collect()
}

/// The scopes that were granted, with those that they hold.
fn with_implied(catalog: &Catalog, granted: &[String]) -> Vec<String> {
    let credentials = (catalog.descriptor)(String::new(), String::new()).credentials;
    let known = credentials.into_iter().flat_map(|credential| match credential.source {
        CredentialSource::Oauth2(oauth) => oauth.scopes,
        _ => Vec::new(),
    });
    let known: Vec<_> = known.collect();
    let mut all = granted.to_vec();
    let mut next = 0;
    while let Some(id) = all.get(next) {
        let scope = known.iter().find(|scope| scope.id == *id);
        let implied = scope.map_or(&[][..], |scope| &scope.implies);
        let new: Vec<_> = implied.iter().filter(|id| !all.contains(id)).cloned().collect();
        all.extend(new);
        next += 1;
    }
    all
}
