//! Ids that people mistype: what there is, and which of it is spelled alike.

use connector_host::contract::{self, ErrorKind, actions, triggers};
use connector_host::{Connector, Error as HostError, Instance};
use connector_records::{self as records, Resource};

use crate::error::Error;

/// So alike two words are at least, of 1.
const ALIKE: f64 = 0.82;
/// So many are named at most.
const NAMED: usize = 3;

/// An action. An unknown one is an error that names those that are spelled alike.
pub fn action(connector: &Connector, id: &str) -> Result<actions::Description, Error> {
    let mut instance = connector.instantiate()?;
    let found = instance.action(id);
    told(found, &mut instance, "action", id, ids_of_actions)
}

/// The same of a trigger.
pub fn trigger(connector: &Connector, id: &str) -> Result<triggers::Description, Error> {
    let mut instance = connector.instantiate()?;
    let found = instance.trigger(id);
    told(found, &mut instance, "trigger", id, |it| Ok(ids(&it.triggers()?)))
}

/// The same of a webhook.
pub fn webhook(connector: &Connector, id: &str) -> Result<triggers::Description, Error> {
    let mut instance = connector.instantiate()?;
    let found = instance.webhook(id);
    told(found, &mut instance, "webhook", id, ids_of_webhooks)
}

/// A resource. The error for an unknown one names those that are spelled alike.
pub fn resource(connector: &Connector, id: &str) -> Result<Resource, Error> {
    let mut all = records::resources(connector)?;
    if let Some(position) = all.iter().position(|resource| resource.id == id) {
        return Ok(all.swap_remove(position));
    }
    let question = did_you_mean(id, all.iter().map(|resource| resource.id.as_str()));
    let lists = "`connector resources` lists all";
    Err(Error::Usage(match question {
        Some(question) => format!("there is no resource `{id}`; {question} {lists}"),
        None => format!("there is no resource `{id}`; {lists}"),
    }))
}

fn ids_of_webhooks(instance: &mut Instance) -> Result<Vec<String>, Error> {
    Ok(instance.webhooks()?.into_iter().map(|webhook| webhook.trigger.id).collect())
}

/// The error for what is neither an action nor a trigger nor a webhook.
pub fn nothing(connector: &Connector, id: &str, code: &str) -> Result<Error, Error> {
    let mut instance = connector.instantiate()?;
    let mut all = ids_of_actions(&mut instance)?;
    all.extend(ids(&instance.triggers()?));
    all.extend(ids_of_webhooks(&mut instance)?);
    Ok(unknown("action, trigger or webhook", id, code, &all))
}

fn told<T>(
    found: Result<T, HostError>,
    instance: &mut Instance,
    what: &str,
    id: &str,
    all: impl FnOnce(&mut Instance) -> Result<Vec<String>, Error>,
) -> Result<T, Error> {
    match found {
        Err(HostError::Connector(error)) if error.kind == ErrorKind::InvalidInput => {
            Err(unknown(what, id, &error.code, &all(instance)?))
        }
        found => Ok(found?),
    }
}

fn ids_of_actions(instance: &mut Instance) -> Result<Vec<String>, Error> {
    Ok(instance.actions()?.into_iter().map(|action| action.id).collect())
}

fn ids(triggers: &[triggers::Trigger]) -> Vec<String> {
    triggers.iter().map(|trigger| trigger.id.clone()).collect()
}

/// `code` is the connector's own.
fn unknown(what: &str, id: &str, code: &str, all: &[String]) -> Error {
    let message = format!("there is no {what} `{id}`");
    let lists = match what {
        "trigger" => "connector triggers",
        "webhook" => "connector webhooks",
        _ => "connector actions",
    };
    let advice = match did_you_mean(id, all.iter().map(String::as_str)) {
        Some(question) => format!("{question} `{lists}` lists all"),
        None => format!("`{lists}` lists what there is"),
    };
    let error = contract::Error::new(ErrorKind::InvalidInput, code, message);
    HostError::from(contract::Error { advice: Some(advice), ..error }).into()
}

/// The question, if any of the words is spelled like it.
pub fn did_you_mean<'a>(word: &str, all: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let alike = alike(word, all);
    let (last, first) = alike.split_last()?;
    Some(match first {
        [] => format!("did you mean {last}?"),
        first => format!("did you mean {} or {last}?", first.join(", ")),
    })
}

/// The words that are spelled alike, the likest first.
fn alike<'a>(word: &str, all: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let rated = all.into_iter().map(|known| (likeness(word, known), known));
    let mut rated: Vec<(f64, &str)> = rated.filter(|(rate, _)| *rate >= ALIKE).collect();
    rated.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    rated.dedup();
    // One that is almost the same leaves no question about others.
    let best = rated.first().map_or(0.0, |(rate, _)| *rate);
    rated.retain(|(rate, _)| best - rate < 0.04);
    rated.into_iter().take(NAMED).map(|(_, known)| known).collect()
}

/// Letter by letter, or by the same parts in another order: `create_board` is like
/// `boards.create`.
fn likeness(word: &str, known: &str) -> f64 {
    let (word, known) = (word.to_lowercase(), known.to_lowercase());
    let direct = strsim::jaro_winkler(&word, &known);
    match (parts(&word), parts(&known)) {
        (one, other) if one.len() == other.len() => {
            direct.max(strsim::jaro_winkler(&one.join("."), &other.join(".")) - 0.01)
        }
        _ => direct,
    }
}

fn parts(id: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = id.split(|c: char| !c.is_alphanumeric()).collect();
    parts.sort_unstable();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 6] =
        ["boards.list", "boards.create", "board_pins.list", "pins.create", "pins.list", "ads.get"];

    fn of(word: &str) -> Option<String> {
        did_you_mean(word, IDS)
    }

    #[test]
    fn words_that_are_spelled_alike_are_found() {
        assert_eq!(of("boards.lst").unwrap(), "did you mean boards.list?");
        assert_eq!(of("Boards.List").unwrap(), "did you mean boards.list?");
        assert_eq!(of("board.create").unwrap(), "did you mean boards.create?");
        assert_eq!(of("create_boards").unwrap(), "did you mean boards.create?");
        assert_eq!(of("pin.list").unwrap(), "did you mean pins.list?");
        assert_eq!(of("weather"), None);
        assert_eq!(of(""), None);
    }
}
