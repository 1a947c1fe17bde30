//! The whole self-description of a connector as JSON, for platforms that read it without running
//! WebAssembly.

use std::fmt;

use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;
use wasmtime::Store;
use wasmtime::component::{Func, Instance, Val};

use crate::connector::Connector;
use crate::contract::{PACKAGE, VERSION, export};
use crate::engine::{Engine, Limits};
use crate::error::Error;
use crate::instance;

/// The fields whose text is JSON (`json` in the contract, where it is an alias of `string`).
const JSON_FIELDS: [&str; 7] = ["config", "data", "form", "input", "output", "sample", "settings"];

/// Serializes with stable keys in the order of the contract. Kebab-case names become snake case,
/// absent options are left out, a case with a value is an object with one key, and the JSON in
/// schemas and samples keeps the order of its keys.
#[derive(Serialize)]
pub struct Manifest {
    /// The version of this format.
    format: u32,
    /// The contract that the component exports.
    contract: String,
    connector: Json,
    actions: Vec<Json>,
    triggers: Vec<Json>,
    /// The webhooks, of connectors that export them.
    #[serde(skip_serializing_if = "Option::is_none")]
    webhooks: Option<Vec<Json>>,
    /// The data model, of connectors that export one.
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<Vec<Json>>,
}

/// Reads everything that the component says about itself, and nothing else.
pub fn manifest(connector: &Connector) -> Result<Manifest, Error> {
    let mut reader = Reader::new(connector)?;
    Ok(Manifest {
        format: 1,
        contract: format!("{PACKAGE}@{VERSION}"),
        connector: Json(reader.ask("connection", "describe", &[])?),
        actions: reader.describe_all("actions")?,
        triggers: reader.describe_all("triggers")?,
        webhooks: reader.webhooks()?,
        resources: reader.resources()?,
    })
}

/// The data model alone, as in the manifest; none when the connector exports none.
pub fn resources(connector: &Connector) -> Result<Option<Value>, Error> {
    let resources = Reader::new(connector)?.resources()?;
    resources.map(serde_json::to_value).transpose().map_err(|_| surprise("data", "resources"))
}

impl Manifest {
    /// The manifest as JSON with a line for each entry of its lists, so that a change is a short
    /// difference and the file a third of an indented one.
    pub fn text(&self) -> serde_json::Result<String> {
        let line = |(name, value): (&str, String)| format!("{}: {value}", Value::from(name));
        let list = |name, items: &[Json]| -> serde_json::Result<(&str, String)> {
            let items: Vec<_> =
                items.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
            Ok((name, format!("[\n{}\n]", items.join(",\n"))))
        };
        let mut members = vec![
            ("format", self.format.to_string()),
            ("contract", serde_json::to_string(&self.contract)?),
            ("connector", serde_json::to_string(&self.connector)?),
            list("actions", &self.actions)?,
            list("triggers", &self.triggers)?,
        ];
        for (name, items) in [("webhooks", &self.webhooks), ("resources", &self.resources)] {
            if let Some(items) = items {
                members.push(list(name, items)?);
            }
        }
        let members: Vec<_> = members.into_iter().map(line).collect();
        Ok(format!("{{\n{}\n}}", members.join(",\n")))
    }
}

/// Calls functions without knowing the types of their results, so a new field in the contract
/// reaches the manifest by itself.
struct Reader<'a> {
    engine: &'a Engine,
    store: Store<Limits>,
    instance: Instance,
}

impl<'a> Reader<'a> {
    fn new(connector: &'a Connector) -> Result<Self, Error> {
        let (store, instance) = connector.untyped()?;
        Ok(Reader { engine: connector.engine(), store, instance })
    }

    fn describe_all(&mut self, interface: &str) -> Result<Vec<Json>, Error> {
        let Val::List(list) = self.ask(interface, "list", &[])? else {
            return Err(surprise(interface, "list"));
        };
        let describe = |item: &Val| match self.ask(interface, "describe", &[id(item)])? {
            Val::Result(Ok(Some(description))) => Ok(Json(*description)),
            _ => Err(surprise(interface, "describe")),
        };
        list.iter().map(describe).collect()
    }

    fn webhooks(&mut self) -> Result<Option<Vec<Json>>, Error> {
        match self.function("webhooks", "list") {
            Some(_) => self.describe_all("webhooks").map(Some),
            None => Ok(None),
        }
    }

    fn resources(&mut self) -> Result<Option<Vec<Json>>, Error> {
        if self.function("data", "resources").is_none() {
            return Ok(None);
        }
        match self.ask("data", "resources", &[])? {
            Val::List(list) => Ok(Some(list.into_iter().map(Json).collect())),
            _ => Err(surprise("data", "resources")),
        }
    }

    fn ask(&mut self, interface: &str, name: &str, arguments: &[Val]) -> Result<Val, Error> {
        let function = self.function(interface, name).ok_or_else(|| surprise(interface, name))?;
        self.store.set_epoch_deadline(self.engine.deadline_ticks());
        let mut results = [Val::Bool(false)];
        function
            .call(&mut self.store, arguments, &mut results)
            .map_err(|error| instance::failure(error, self.engine))?;
        let [result] = results;
        Ok(result)
    }

    fn function(&mut self, interface: &str, name: &str) -> Option<Func> {
        let path = export(interface);
        let interface = self.instance.get_export_index(&mut self.store, None, &path)?;
        let index = self.instance.get_export_index(&mut self.store, Some(&interface), name)?;
        self.instance.get_func(&mut self.store, index)
    }
}

fn id(item: &Val) -> Val {
    let fields = match item {
        Val::Record(fields) => fields.as_slice(),
        _ => &[],
    };
    let id = fields.iter().find(|(name, _)| name == "id");
    id.map_or(Val::String(String::new()), |(_, id)| id.clone())
}

fn surprise(interface: &str, name: &str) -> Error {
    Error::Trap(format!("`{interface}.{name}` does not answer as the contract says"))
}

/// A value of the contract as JSON.
struct Json(Val);

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Borrowed(&self.0).serialize(serializer)
    }
}

struct Borrowed<'a>(&'a Val);

impl Serialize for Borrowed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Val::Bool(value) => serializer.serialize_bool(*value),
            Val::U16(value) => serializer.serialize_u16(*value),
            Val::U32(value) => serializer.serialize_u32(*value),
            Val::String(text) | Val::Enum(text) | Val::Variant(text, None) => {
                serializer.serialize_str(text)
            }
            Val::Option(Some(value)) => Borrowed(value).serialize(serializer),
            Val::Option(None) => serializer.serialize_none(),
            Val::Variant(case, Some(value)) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(case, &Borrowed(value))?;
                map.end()
            }
            Val::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Borrowed(item))?;
                }
                list.end()
            }
            Val::Record(fields) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in fields {
                    let key = name.replace('-', "_");
                    match value {
                        Val::Option(None) => {}
                        Val::String(text) if JSON_FIELDS.contains(&name.as_str()) => {
                            map.serialize_entry(&key, &Embedded(text))?;
                        }
                        _ => map.serialize_entry(&key, &Borrowed(value))?,
                    }
                }
                map.end()
            }
            other => Err(S::Error::custom(format!("the contract has no {other:?}"))),
        }
    }
}

/// JSON inside a text.
struct Embedded<'a>(&'a str);

impl Serialize for Embedded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = serde_json::Deserializer::from_str(self.0);
        serde_transcode::transcode(&mut text, serializer)
    }
}

impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manifest")
            .field("contract", &self.contract)
            .field("actions", &self.actions.len())
            .finish_non_exhaustive()
    }
}
