//! The whole self-description of a connector as JSON, for platforms that read it without running
//! WebAssembly.

mod quotas;

use std::time::Duration;

use connector_manifest::{FORMAT, Manifest, Resource};
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use wasmtime::Store;
use wasmtime::component::{Func, Instance, Val};

use crate::connector::Connector;
use crate::contract::{PACKAGE, VERSION, export};
use crate::engine::{self, Engine};
use crate::error::Error;
use crate::guest_state::GuestState;
use crate::instance;
use crate::places::Place;

/// The fields whose text is JSON (`json` in the contract, where it is an alias of `string`).
const JSON_FIELDS: [&str; 7] = ["config", "data", "form", "input", "output", "sample", "settings"];

/// Lists that are left out when they are empty.
const OPTIONAL: [&str; 5] =
    ["authorize-parameters", "extensions", "implies", "requires", "settings"];

/// A manifest as the component gives it, for [`Manifest`] to read.
#[derive(Serialize)]
struct Said {
    format: u32,
    contract: String,
    connector: Json,
    actions: Vec<Json>,
    triggers: Vec<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhooks: Option<Vec<Json>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<Vec<Json>>,
}

/// Reads everything that the component says about itself, and which rate limits its actions count
/// against, which their first requests tell.
pub fn manifest(connector: &Connector) -> Result<Manifest, Error> {
    let mut reader = Reader::new(connector)?;
    let said = Said {
        format: FORMAT,
        contract: format!("{PACKAGE}@{VERSION}"),
        connector: Json(reader.ask("connection", "describe", &[])?),
        actions: reader.describe_all("actions")?,
        triggers: reader.describe_all("triggers")?,
        webhooks: reader.webhooks()?,
        resources: reader.resources()?,
    };
    let typed = serde_json::to_string(&said).and_then(|text| text.parse());
    // Its place is needed by what follows.
    drop(reader);
    let mut manifest =
        typed.map_err(|error| Error::trap(format!("its description of itself: {error}")))?;
    quotas::add(&mut manifest, connector)?;
    Ok(manifest)
}

/// The data model alone, as in the manifest; none when the connector exports none.
pub fn resources(connector: &Connector) -> Result<Option<Vec<Resource>>, Error> {
    let Some(resources) = Reader::new(connector)?.resources()? else { return Ok(None) };
    let typed = serde_json::to_string(&resources).and_then(|text| serde_json::from_str(&text));
    typed.map(Some).map_err(|_| surprise("data", "resources"))
}

/// Calls functions without knowing the types of their results, so a new field in the contract
/// reaches the manifest by itself.
struct Reader<'a> {
    engine: &'a Engine,
    store: Store<GuestState>,
    instance: Instance,
    /// How long the next call may take.
    deadline: Duration,
    _place: Place,
}

impl<'a> Reader<'a> {
    fn new(connector: &'a Connector) -> Result<Self, Error> {
        let (store, instance, place) = connector.untyped()?;
        let engine = connector.engine();
        let deadline = engine.options.first_deadline;
        Ok(Reader { engine, store, instance, deadline, _place: place })
    }

    fn describe_all(&mut self, interface: &str) -> Result<Vec<Json>, Error> {
        let list = self.list(interface)?;
        let describe = |item: &Val| match self.ask(interface, "describe", &[id(item)])? {
            Val::Result(Ok(Some(description))) => Ok(Json(*description)),
            _ => Err(surprise(interface, "describe")),
        };
        list.iter().map(describe).collect()
    }

    /// All that there is of actions, triggers or webhooks.
    fn list(&mut self, interface: &str) -> Result<Vec<Val>, Error> {
        let name = format!("list-{interface}");
        match self.ask(interface, &name, &[])? {
            Val::List(list) => Ok(list),
            _ => Err(surprise(interface, &name)),
        }
    }

    /// What lists say of each, and then what describes it.
    fn webhooks(&mut self) -> Result<Option<Vec<Json>>, Error> {
        if self.function("webhooks", "list-webhooks").is_none() {
            return Ok(None);
        }
        let list = self.list("webhooks")?;
        let mut describe = |item: Val| {
            let Val::Record(mut fields) = item else { return Err(surprise("webhooks", "list")) };
            let trigger = fields.iter().find(|(name, _)| name == "trigger");
            let id = trigger.map_or(Val::String(String::new()), |(_, trigger)| id(trigger));
            let description = match self.ask("webhooks", "describe", &[id])? {
                Val::Result(Ok(Some(description))) => *description,
                _ => return Err(surprise("webhooks", "describe")),
            };
            if let Val::Record(described) = description {
                fields.extend(described.into_iter().filter(|(name, _)| name != "trigger"));
            }
            Ok(Json(Val::Record(fields)))
        };
        list.into_iter().map(&mut describe).collect::<Result<_, _>>().map(Some)
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
        let steps = self.engine.options.deadline;
        let deadline = std::mem::replace(&mut self.deadline, steps);
        self.store.set_epoch_deadline(engine::ticks(deadline));
        let mut results = [Val::Bool(false)];
        function
            .call(&mut self.store, arguments, &mut results)
            .map_err(|error| instance::failure(error, self.engine, &mut self.store))?;
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
    Error::trap(format!("`{interface}.{name}` does not answer as the contract says"))
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
            Val::Tuple(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(&Borrowed(value))?;
                }
                list.end()
            }
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
                let is_extension = fields.len() == 2 && fields[1].0 == "value";
                for (name, value) in fields {
                    let key = name.replace('-', "_");
                    match value {
                        Val::Option(None) => {}
                        Val::List(none) if none.is_empty() && OPTIONAL.contains(&name.as_str()) => {
                        }
                        Val::String(text)
                            if JSON_FIELDS.contains(&name.as_str())
                                || (is_extension && name == "value") =>
                        {
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
