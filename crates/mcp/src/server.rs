//! What is served: the same for every client, and for both transports.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use connector_host::contract::actions::{Action, Description};
use connector_host::contract::triggers;
use connector_host::{Connection, Error as HostError, Shown};
use rmcp::model::Tool;
use serde_json::Value;

use crate::address;
use crate::confirm::Confirmations;
use crate::does::{self, Does};
use crate::find::Finder;
use crate::meta;
use crate::names::Names;
use crate::offer::{Error, Tools, allows};
use crate::outline::Measure;
use crate::tool;
use crate::vocabulary::{self, Costs, Vocabulary};
use crate::watch::{Watch, Watches};

/// Bytes of tools in one message, about; some clients take no message above 1 MiB.
const PAGE: usize = 512 << 10;
/// Bytes of the tools of daily work, about: a model reads all of them at the beginning of each talk.
const LIST: usize = 32_000;
/// Of the schema of one of them, and of any other.
const SCHEMA: Measure = Measure { bytes: 1_100, brief: true };
const WHOLE_SCHEMA: Measure = Measure { bytes: 16_000, brief: false };

/// What a server is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which actions are listed.
    pub tools: Tools,
    /// Between two polls of a trigger that a client subscribed to.
    pub interval: Duration,
    /// Whether answers show what tells of persons, such as e-mail addresses.
    pub personal: bool,
    /// Whether requests may be sent that are none of the connector's actions.
    pub raw: bool,
    /// Whether nothing may be done that costs money.
    pub no_spend: bool,
}

/// The tools of daily work, a poll a minute, and none of the rest.
impl Default for Options {
    fn default() -> Self {
        Options {
            tools: Tools::default(),
            interval: Duration::from_secs(60),
            personal: false,
            raw: false,
            no_spend: false,
        }
    }
}

/// A connection, ready to be served. Cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    connection: Connection,
    options: Options,
    vocabulary: Vocabulary,
    costs: Costs,
    confirmations: Confirmations,
    names: Names,
    finder: OnceLock<Finder>,
    actions: Vec<Named>,
    tools: Vec<Tool>,
    triggers: Vec<triggers::Description>,
    watches: Watches,
}

/// An action, and its name as a tool.
pub(crate) struct Named {
    pub name: String,
    pub action: Action,
}

impl Server {
    /// Fails when the options name what does not exist.
    pub fn new(connection: Connection, options: Options) -> Result<Self, Error> {
        let mut instance = connection.connector().instantiate()?;
        let mut actions: Vec<Named> = Vec::new();
        for action in instance.actions()? {
            let name = tool::name(&action.id, actions.iter().map(|other| other.name.as_str()));
            actions.push(Named { name, action });
        }
        let descriptor = connection.connector().descriptor();
        let (vocabulary, costs) = vocabulary::read(descriptor)?;
        let is_offered = |action: &Action| {
            allows(&connection, action)
                && (options.raw || !does::is_raw(action))
                && !(options.no_spend && Does::of(action, &costs) == Does::Spend)
        };
        let all: Vec<Action> = actions.iter().map(|named| named.action.clone()).collect();
        let listed = options.tools.listed(descriptor, &all, &vocabulary)?;
        let service = &descriptor.title;
        let (measure, mut left) = match options.tools {
            Tools::Daily => (SCHEMA, LIST),
            Tools::All | Tools::Named(_) => (WHOLE_SCHEMA, usize::MAX),
        };
        let mut tools = match options.tools {
            Tools::All => Vec::new(),
            _ => meta::tools(service),
        };
        for named in listed.into_iter().map(|at| &actions[at]) {
            if is_offered(&named.action) {
                let described = connection.connector().action(&named.action.id)?;
                let does = Does::of(&named.action, &costs);
                let tool = tool::tool(&named.name, service, &described, does, measure);
                let size = serde_json::to_string(&tool).map_or(0, |text| text.len());
                if size > left {
                    break;
                }
                left -= size;
                tools.push(tool);
            }
        }
        let mut triggers = Vec::new();
        for trigger in instance.triggers()? {
            if connection.lacking(&trigger.scopes).is_empty() {
                triggers.push(instance.trigger(&trigger.id)?);
            }
        }
        let watches = Watches::default();
        let inner = Inner {
            connection,
            options,
            vocabulary,
            costs,
            confirmations: Confirmations::default(),
            names: Names::default(),
            finder: OnceLock::new(),
            actions,
            tools,
            triggers,
            watches,
        };
        Ok(Server(Arc::new(inner)))
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.0.connection
    }

    pub(crate) fn interval(&self) -> Duration {
        self.0.options.interval
    }

    pub(crate) fn personal(&self) -> bool {
        self.0.options.personal
    }

    pub(crate) fn raw(&self) -> bool {
        self.0.options.raw
    }

    pub(crate) fn no_spend(&self) -> bool {
        self.0.options.no_spend
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.0.vocabulary
    }

    pub(crate) fn costs(&self) -> &Costs {
        &self.0.costs
    }

    pub(crate) fn confirmations(&self) -> &Confirmations {
        &self.0.confirmations
    }

    pub(crate) fn known_names(&self) -> &Names {
        &self.0.names
    }

    pub(crate) fn finder_cell(&self) -> &OnceLock<Finder> {
        &self.0.finder
    }

    pub(crate) fn actions(&self) -> impl Iterator<Item = &Action> {
        self.0.actions.iter().map(|named| &named.action)
    }

    /// The names of all actions as tools.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.actions.iter().map(|named| named.name.as_str())
    }

    /// The action of this id, or with this name as a tool.
    pub(crate) fn named(&self, name: &str) -> Option<&Named> {
        self.0.actions.iter().find(|named| named.name == name || named.action.id == name)
    }

    pub(crate) fn describe(&self, id: &str) -> Result<Arc<Description>, HostError> {
        self.0.connection.connector().action(id)
    }

    /// The listed tools from the one at `start`, and where those begin that are too many for one
    /// message.
    pub(crate) fn tools(&self, start: usize) -> (&[Tool], Option<usize>) {
        let rest = self.0.tools.get(start..).unwrap_or_default();
        let mut bytes = 0;
        let page = rest.iter().take_while(|tool| {
            let first = bytes == 0;
            bytes += serde_json::to_string(tool).map_or(0, |text| text.len());
            first || bytes <= PAGE
        });
        let count = page.count();
        (&rest[..count], (count < rest.len()).then_some(start + count))
    }

    pub(crate) fn triggers(&self) -> &[triggers::Description] {
        &self.0.triggers
    }

    /// What a client may see of a trigger's events.
    pub(crate) fn shown_event(&self, trigger: &str) -> Shown {
        let found = self.0.triggers.iter().find(|it| it.trigger.id == trigger);
        let schema = found.map_or("", |description| &description.data);
        Shown::new(schema).with_personal(self.personal())
    }

    /// The watch of an address; None when there is no such trigger, or no room.
    pub(crate) fn watch(&self, address: &str) -> Option<Arc<Watch>> {
        let connector = &self.0.connection.connector().descriptor().id;
        let (id, query) = address::parse(connector, address)?;
        let found = self.0.triggers.iter().find(|description| description.trigger.id == id)?;
        let schema = serde_json::from_str(&found.config).unwrap_or_default();
        let config = Value::Object(address::config(query, &schema)).to_string();
        self.0.watches.get(address, &id, &config)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}
