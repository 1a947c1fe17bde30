//! Triggers, webhooks, choices and errors, most of which are copied as they are.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::actions::composed;
use crate::connection::expression;
use crate::load::{Catalog, items, option, text, texts};
use crate::types::{Field, Types, Way, is_required};
use crate::{errors, grows, states};

pub fn write(catalog: &Catalog, types: &mut Types) -> Result<String> {
    let parts = [
        triggers(catalog, types, "trigger")?,
        triggers(catalog, types, "webhook")?,
        sources(catalog)?,
        errors::write(catalog)?,
        states::write(catalog, types)?,
        resources(catalog, types)?,
    ];
    Ok(parts.concat())
}

fn names(value: &Value, name: &str) -> String {
    texts(items(value, name).filter_map(Value::as_str))
}

fn triggers(catalog: &Catalog, types: &mut Types, name: &str) -> Result<String> {
    let is_webhook = name == "webhook";
    let of = if is_webhook { "Webhook" } else { "Trigger" };
    let mut source = format!("pub static {}S: &[{of}] = &[\n", name.to_uppercase());
    for words in items(&catalog.triggers, name) {
        let id = text(words, "id")?;
        let index = catalog.actions.iter().position(|(_, action)| action["id"] == words["action"]);
        let index = index.with_context(|| format!("trigger {id} names no action"))?;
        let action = &catalog.actions[index].1;
        let base = action["like"].as_str().unwrap_or(text(action, "id")?);
        let facts = catalog.operation(base)?;
        let body = types.resolve(&facts["body"]["schema"])?.clone();
        let include = json!({ "type": "boolean", "default": words["existing"] == true });
        let mut config = Vec::new();
        for name in items(words, "config").filter_map(Value::as_str) {
            let parameter = items(facts, "parameters").find(|parameter| parameter["name"] == name);
            let (schema, required) = match parameter {
                Some(parameter) => (&parameter["schema"], parameter["required"] == true),
                None => (&body["properties"][name], is_required(&body, name)),
            };
            if schema.is_null() {
                bail!("trigger {id}: the action has no field {name}");
            }
            let owner = facts["body"]["schema"]["$ref"].as_str().unwrap_or_default();
            let keys = vec![format!("{owner}.{name}"), name.to_owned()];
            config.push(Field { name, schema, required, place: "Location::Body", keys });
        }
        if !is_webhook && words["cursor"].is_null() {
            config.push(Field {
                name: "include_existing",
                schema: &include,
                required: false,
                place: "Location::Body",
                keys: vec!["include_existing".to_owned()],
            });
        }
        let (config, _) = types.fields(&config, Way::In)?;
        let flow = composed(types, words)?;
        let sample: Value = serde_json::from_str(text(words, "sample")?)
            .with_context(|| format!("sample of {id}"))?;
        let (before, after) = if is_webhook { webhook(words)? } else { Default::default() };
        writeln!(
            source,
            "{before}Trigger {{ id: {id:?}, title: {:?}, summary: {:?}, group: {:?}, action: &ACTIONS[{index}], config: {config}, \
             key: {}, time: {}, changed: {}, when: {}, existing: {}, memory: Memory::{}, flow: {flow}, sample: {:?} }}{after},",
            text(words, "title")?,
            text(words, "summary")?,
            text(words, "group")?,
            match words["key"].as_str() {
                Some(one) => texts([one]),
                None => names(words, "key"),
            },
            option(&words["time"]),
            names(words, "changed"),
            match words["when"].is_null() {
                true => "None".to_owned(),
                false => format!(
                    "Some(({:?}, {}))",
                    text(&words["when"], "at")?,
                    names(&words["when"], "is")
                ),
            },
            words["existing"] == true,
            match words["cursor"].as_str() {
                None => "Fingerprints",
                Some("own") => "Own",
                Some(other) => bail!("trigger {id}: unknown cursor {other}"),
            },
            sample.to_string()
        )?;
    }
    Ok(source + "];\n")
}

/// What stands before and behind the trigger in a webhook.
fn webhook(words: &Value) -> Result<(String, String)> {
    let signatures = expression("[Signature", &words["signatures"]).context("signatures")?;
    let (shared, account) = (words["shared"] == true, option(&words["account"]));
    let challenge = challenge(&words["challenge"]).context("challenge")?;
    let after = format!(
        ", shared: {shared}, signatures: || {signatures}, account: {account}, challenge: {challenge} }}"
    );
    Ok(("Webhook { trigger: ".to_owned(), after))
}

fn challenge(words: &Value) -> Result<String> {
    if words.is_null() {
        return Ok("None".to_owned());
    }
    let places = [("body", "Body"), ("query", "Query"), ("header", "Header")];
    let mut given = places.iter().filter(|(name, _)| words[name].is_string());
    let (Some((name, place)), None) = (given.next(), given.next()) else {
        bail!("one of body, query and header says where the text is");
    };
    let mut at = text(words, name)?.to_owned();
    if *name == "header" {
        at.make_ascii_lowercase();
    }
    let when = match &words["when"] {
        Value::Null => "None".to_owned(),
        when => format!("Some(({:?}, {:?}))", text(when, "at")?, text(when, "is")?),
    };
    let keep = option(&words["keep"]);
    Ok(format!("Some(Challenge {{ text: Place::{place}({at:?}), when: {when}, keep: {keep} }})"))
}

fn sources(catalog: &Catalog) -> Result<String> {
    let mut source = "pub static SOURCES: &[Source] = &[
"
    .to_owned();
    for words in items(&catalog.choices, "source") {
        let fixed = words["fixed"].as_object().into_iter().flatten();
        let fixed: Vec<_> = fixed.map(|(name, value)| (name, value.to_string())).collect();
        let value = action_id(catalog, words, "action")?.context("a source without an action")?;
        writeln!(
            source,
            "Source {{ fields: {}, path_only: {}, action: {value:?}, value: {:?}, title: {}, needs: {}, may: {}, fixed: &{fixed:?} }},",
            names(words, "fields"),
            words["path_only"] == true,
            text(words, "value")?,
            names(words, "title"),
            names(words, "needs"),
            names(words, "may"),
        )?;
    }
    Ok(source
        + "];
")
}

fn resources(catalog: &Catalog, types: &Types) -> Result<String> {
    let mut source = "pub static RESOURCES: &[Resource] = &[
"
    .to_owned();
    for facts in items(&catalog.resources, "resource") {
        grows::check(catalog, types, facts)?;
        write!(
            source,
            "Resource {{ id: {:?}, title: {:?}, key: {}, parents: {}, analytic: {}, incremental: {}, since: {}",
            text(facts, "id")?,
            text(facts, "title")?,
            names(facts, "key"),
            names(facts, "parents"),
            facts["analytic"] == true,
            option(&facts["incremental"]),
            option(&facts["since"]),
        )?;
        for verb in ["list", "get", "create", "update", "delete"] {
            write!(source, ", {verb}: {:?}", action_id(catalog, facts, verb)?)?;
        }
        source += " },
";
    }
    Ok(source
        + "];
")
}

/// The member `name`, which must be the id of an action if it is there.
fn action_id<'a>(catalog: &Catalog, facts: &'a Value, name: &str) -> Result<Option<&'a str>> {
    let Some(id) = facts[name].as_str() else { return Ok(None) };
    if !catalog.actions.iter().any(|(_, action)| action["id"] == id) {
        bail!("{id} is no action, in {facts}");
    }
    Ok(Some(id))
}
