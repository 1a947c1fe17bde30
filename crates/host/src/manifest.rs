//! The whole self-description of a connector as JSON, for platforms that read it without running
//! WebAssembly.

mod quotas;

use connector_manifest::{FORMAT, Manifest, Resource};
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use wasmtime::Store;
use wasmtime::component::{Func, Instance, Val};

use crate::connector::Connector;
use crate::contract::{PACKAGE, VERSION, export};
use crate::engine::{Engine, Limits};
use crate::error::Error;
use crate::instance;

/// The fields whose text is JSON (`json` in the contract, where it is an alias of `string`).
const JSON_FIELDS: [&str; 7] = ["config", "data", "form", "input", "output", "sample", "settings"];

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
    let mut manifest =
        typed.map_err(|error| Error::Trap(format!("its description of itself: {error}")))?;
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
