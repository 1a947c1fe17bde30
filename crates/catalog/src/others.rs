//! Triggers, webhooks, choices and errors, most of which are copied as they are.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::actions::composed;
use crate::asked::Asked;
use crate::connection::expression;
use crate::files::triggers::{Challenge, Cursor, Trigger, Webhook};
use crate::files::types::{Kind, Type};
use crate::load::{Catalog, option, texts};
use crate::types::{Field, Types, Way};
use crate::{errors, grows, states};

pub fn write(catalog: &Catalog, types: &mut Types) -> Result<String> {
    let mut triggers = "pub static TRIGGERS: &[Trigger] = &[\n".to_owned();
    for words in &catalog.triggers.trigger {
        triggers += &trigger(catalog, types, words, words.cursor.is_none())?;
        triggers += ",\n";
    }
    triggers += "];\npub static WEBHOOKS: &[Webhook] = &[\n";
    for words in &catalog.triggers.webhook {
        triggers += &webhook(catalog, types, words)?;
    }
    triggers += "];\n";
    let parts = [
        triggers,
        sources(catalog)?,
        errors::write(catalog)?,
        states::write(catalog, types)?,
        resources(catalog, types)?,
    ];
    Ok(parts.concat())
}

/// A trigger. `takes_stock` says that the first poll may tell what is there.
fn trigger(
    catalog: &Catalog,
    types: &mut Types,
    words: &Trigger,
    takes_stock: bool,
) -> Result<String> {
    let id = &words.id;
    let index = catalog.actions.iter().position(|(_, action)| action.id == words.action);
    let index = index.with_context(|| format!("trigger {id} names no action"))?;
    let action = &catalog.actions[index].1;
    let facts = catalog.operation(action.like.as_ref().unwrap_or(&action.id))?;
    let body = match &facts.body {
        Some(body) => types.resolve(&body.schema)?.clone(),
        None => Type::default(),
    };
    let owner = Asked::of(facts).owner;
    let tells_existing = words.existing == Some(true);
    let include = Type { default: Some(tells_existing.into()), ..Type::of(Kind::Boolean) };
    let place = "Location::Body";
    let mut config = Vec::new();
    for name in &words.config {
        let parameter = facts.parameters.iter().find(|parameter| parameter.name == *name);
        let found = match parameter {
            Some(parameter) => Some((&parameter.schema, parameter.required)),
            None => body.properties.get(name).map(|schema| (schema, body.requires(name))),
        };
        let Some((schema, required)) = found else {
            bail!("trigger {id}: the action has no field {name}");
        };
        let keys = vec![format!("{owner}.{name}"), name.clone()];
        config.push(Field { name, schema, required, place, keys });
    }
    if takes_stock {
        let (name, schema) = ("include_existing", &include);
        config.push(Field { name, schema, required: false, place, keys: vec![name.to_owned()] });
    }
    let (config, _) = types.fields(&config, Way::In)?;
    let flow = composed(types, words.flow.as_deref(), None, &words.parameters);
    let sample: Value =
        serde_json::from_str(&words.sample).with_context(|| format!("sample of {id}"))?;
    let when = match &words.when {
        None => "None".to_owned(),
        Some(when) => format!("Some(({:?}, {}))", when.at, texts(&when.is)),
    };
    let memory = match words.cursor {
        None => "Fingerprints",
        Some(Cursor::Own) => "Own",
    };
    Ok(format!(
        "Trigger {{ id: {id:?}, title: {:?}, summary: {:?}, group: {:?}, action: &ACTIONS[{index}], config: {config}, \
         key: {}, time: {}, changed: {}, when: {when}, existing: {tells_existing}, memory: Memory::{memory}, flow: {flow}, sample: {:?} }}",
        words.title,
        words.summary,
        words.group,
        texts(words.key.all()),
        option(words.time.as_deref()),
        texts(&words.changed),
        sample.to_string()
    ))
}

/// A row of `WEBHOOKS`.
fn webhook(catalog: &Catalog, types: &mut Types, words: &Webhook) -> Result<String> {
    let trigger = trigger(catalog, types, &words.as_trigger(), false)?;
    let signatures = serde_json::to_value(&words.signatures)?;
    let signatures = expression("[Signature", &signatures).context("signatures")?;
    let (shared, account) = (words.shared, option(words.account.as_deref()));
    let challenge = match &words.challenge {
        Some(words) => challenge(words).context("challenge")?,
        None => "None".to_owned(),
    };
    let greeting = words.greeting.as_ref().map(|greeting| (&greeting.at, &greeting.is));
    let header = |(name, header): (&String, &String)| (name.clone(), header.to_ascii_lowercase());
    let headers: Vec<_> = words.headers.iter().map(header).collect();
    let receive = composed(types, words.receive.as_deref(), None, &words.parameters);
    Ok(format!(
        "Webhook {{ trigger: {trigger}, shared: {shared}, signatures: || {signatures}, account: {account}, challenge: {challenge}, \
         greeting: {greeting:?}, headers: &{headers:?}, receive: {receive} }},\n"
    ))
}

fn challenge(words: &Challenge) -> Result<String> {
    let header = words.header.as_deref().map(str::to_ascii_lowercase);
    let (body, query) = (words.body.clone(), words.query.clone());
    let places = [("Body", body), ("Query", query), ("Header", header)];
    let mut given = places.into_iter().filter_map(|(place, at)| Some((place, at?)));
    let (Some((place, at)), None) = (given.next(), given.next()) else {
        bail!("one of body, query and header says where the text is");
    };
    let when = words.when.as_ref().map(|when| (&when.at, &when.is));
    let keep = option(words.keep.as_deref());
    Ok(format!("Some(Challenge {{ text: Place::{place}({at:?}), when: {when:?}, keep: {keep} }})"))
}

fn sources(catalog: &Catalog) -> Result<String> {
    let mut source = "pub static SOURCES: &[Source] = &[\n".to_owned();
    for words in &catalog.choices.source {
        let fixed: Vec<_> =
            words.fixed.iter().map(|(name, value)| (name, value.to_string())).collect();
        writeln!(
            source,
            "Source {{ fields: {}, path_only: {}, action: {:?}, value: {:?}, title: {}, needs: {}, may: {}, fixed: &{fixed:?} }},",
            texts(&words.fields),
            words.path_only == Some(true),
            action_id(catalog, &words.action).context("choices.toml")?,
            words.value,
            texts(&words.title),
            texts(&words.needs),
            texts(&words.may),
        )?;
    }
    Ok(source + "];\n")
}

fn resources(catalog: &Catalog, types: &Types) -> Result<String> {
    let mut source = "pub static RESOURCES: &[Resource] = &[\n".to_owned();
    for words in &catalog.resources.resource {
        grows::check(catalog, types, words)?;
        write!(
            source,
            "Resource {{ id: {:?}, title: {:?}, key: {}, parents: {}, analytic: {}, incremental: {}, since: {}",
            words.id,
            words.title,
            texts(&words.key),
            texts(&words.parents),
            words.analytic == Some(true),
            option(words.incremental.as_deref()),
            option(words.since.as_deref()),
        )?;
        for (verb, id) in words.actions() {
            let id = id.map(|id| action_id(catalog, id)).transpose();
            let id = id.with_context(|| format!("resources.toml: {}", words.id))?;
            write!(source, ", {verb}: {id:?}")?;
        }
        source += " },\n";
    }
    Ok(source + "];\n")
}

/// The id, if it is that of an action.
fn action_id<'a>(catalog: &Catalog, id: &'a str) -> Result<&'a str> {
    if !catalog.has_action(id) {
        bail!("{id} is no action");
    }
    Ok(id)
}
