//! `schemas.d.ts`: the types of everything that goes into a connector's calls and comes out.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Result, ensure};
use serde_json::Value;

use super::typescript::{note, type_of, union};
use crate::typed::{Call, Kind, Things, calls, pascal};
use crate::values::list;

/// The text of the file. Fails when two ids would give one name.
pub fn schemas(manifest: &Value) -> Result<String> {
    let things = Things::new(manifest);
    let mut names = Names::new(&things)?;
    let connector = &manifest["connector"];
    let credentials = |pairs: bool| {
        let all = list(&connector["credentials"]);
        let wanted = all.filter(|it| !pairs || it["source"].get("pair").is_some());
        union(wanted.map(|it| it["id"].to_string()))
    };
    let (mut actions, mut triggers, mut webhooks) = (String::new(), String::new(), String::new());
    for call in calls(manifest) {
        match call.kind {
            Kind::Single => actions += &names.entry(&call, ["input", "output"])?,
            Kind::Items => actions += &names.entry(&call, ["input", "item"])?,
            Kind::Trigger => triggers += &names.entry(&call, ["config", "data"])?,
            Kind::Webhook => webhooks += &names.entry(&call, ["config", "data"])?,
        }
    }
    let settings = type_of(&connector["settings"], &things, "");
    Ok(format!(
        "/**\n * What each action takes and gives, and each trigger. Made from the connector's schemas. A number\n \
         * that JavaScript does not hold exactly comes as a text.\n */\n\n\
         export type CredentialId = {};\n\n\
         /** Those of them that are two values. */\nexport type PairId = {};\n\n\
         export type Settings = {settings};\n\n\
         export interface Actions {{\n{actions}}}\n\n\
         export interface Triggers {{\n{triggers}}}\n\n\
         /** Triggers for which the service calls. */\nexport interface Webhooks {{\n{webhooks}}}\n\n{}",
        credentials(false),
        credentials(true),
        names.declarations.join("\n")
    ))
}

/// Types by name: things first, by the names of what they are. One that is as another is called by
/// both names and written once.
struct Names<'a> {
    declarations: Vec<String>,
    /// Names by the types' text.
    written: HashMap<String, String>,
    taken: BTreeSet<String>,
    things: &'a Things<'a>,
}

impl<'a> Names<'a> {
    fn new(things: &'a Things<'a>) -> Result<Self> {
        let (declarations, written) = Default::default();
        let mut names = Names { declarations, written, taken: BTreeSet::new(), things };
        for (name, schema) in &things.all {
            names.declare(name.clone(), schema)?;
        }
        Ok(names)
    }

    /// The member of a call, of which `labels` are what it takes and what it gives.
    fn entry(&mut self, call: &Call, labels: [&str; 2]) -> Result<String> {
        let [taken, given] = labels.map(|label| format!("{}{}", pascal(call.id), pascal(label)));
        let input = self.declare(taken, &call.input)?;
        let output = match self.things.name_of(call.output) {
            Some(thing) => self.alias(given, thing.to_owned())?,
            None => self.declare(given, &self.things.given(call.id, call.output))?,
        };
        let choices = union(call.choices.iter().map(|path| field(path)));
        let [to, from] = labels;
        Ok(format!(
            "{}  {}: {{ {to}: {input}; {from}: {output}; choices: {choices} }};\n",
            note(&call.words, "  "),
            Value::from(call.id),
        ))
    }

    fn declare(&mut self, name: String, schema: &Value) -> Result<String> {
        let text = type_of(schema, self.things, "");
        if let Some(same) = self.written.get(&text) {
            return self.alias(name, same.clone());
        }
        self.take(&name)?;
        // Alternatives are no interface, also where the first one is an object.
        let is_object = schema["type"] == "object"
            && ["oneOf", "anyOf"].iter().all(|kind| schema.get(kind).is_none());
        self.declarations.push(match is_object && text.starts_with("{\n") {
            true => format!("export interface {name} {text}\n"),
            false => format!("export type {name} = {text};\n"),
        });
        self.written.insert(text, name.clone());
        Ok(name)
    }

    fn alias(&mut self, name: String, of: String) -> Result<String> {
        self.take(&name)?;
        self.declarations.push(format!("export type {name} = {of};\n"));
        Ok(name)
    }

    fn take(&mut self, name: &str) -> Result<()> {
        ensure!(self.taken.insert(name.to_owned()), "two ids give the type {name}");
        Ok(())
    }
}

/// The path of a field; of items of a list by their numbers.
fn field(path: &str) -> String {
    match path.contains("[]") {
        true => format!("`{}`", path.replace("[]", "[${number}]")),
        false => Value::from(path).to_string(),
    }
}
