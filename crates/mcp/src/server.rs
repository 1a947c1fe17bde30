//! What is served: the same for every client, and for both transports.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use connector_host::contract::actions::{Action, Description};
use connector_host::contract::triggers;
use connector_host::{Connection, Error as HostError, Shown};
use rmcp::model::{CallToolResult, JsonObject, Tool};
use serde_json::{Value, json};

use crate::address;
use crate::answer::{self, Invalid};
use crate::call::{self, Ran};
use crate::collect::Progress;
use crate::meta;
use crate::offer::{Error, Tools, allows};
use crate::tool;
use crate::watch::{Watch, Watches};

/// Bytes of tools in one message, about; some clients take no message above 1 MiB.
const PAGE: usize = 512 << 10;

/// What a server is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which actions are listed.
    pub tools: Tools,
    /// Between two polls of a trigger that a client subscribed to.
    pub interval: Duration,
    /// Whether answers show what tells of persons, such as e-mail addresses.
    pub personal: bool,
}

/// A connection, ready to be served. Cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    connection: Connection,
    interval: Duration,
    personal: bool,
    actions: Vec<Named>,
    tools: Vec<Tool>,
    triggers: Vec<triggers::Description>,
    watches: Watches,
}

/// An action, and its name as a tool.
struct Named {
    name: String,
    action: Action,
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
        let all: Vec<Action> = actions.iter().map(|named| named.action.clone()).collect();
        let listed = options.tools.listed(connection.connector().descriptor(), &all)?;
        let mut tools = match options.tools {
            Tools::All => Vec::new(),
            _ => meta::tools().into(),
        };
        for (named, _) in actions.iter().zip(listed).filter(|(_, listed)| *listed) {
            if allows(&connection, &named.action) {
                let described = connection.connector().action(&named.action.id)?;
                tools.push(tool::tool(&named.name, &described));
            }
        }
        let mut triggers = Vec::new();
        for trigger in instance.triggers()? {
            if connection.lacking(&trigger.scopes).is_empty() {
                triggers.push(instance.trigger(&trigger.id)?);
            }
        }
        let watches = Watches::default();
        let Options { interval, personal, .. } = options;
        let inner = Inner { connection, interval, personal, actions, tools, triggers, watches };
        Ok(Server(Arc::new(inner)))
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.0.connection
    }

    pub(crate) fn interval(&self) -> Duration {
        self.0.interval
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

    /// Calls a tool, listed or not; None when there is none of that name.
    pub(crate) async fn call(
        &self,
        name: &str,
        arguments: JsonObject,
        progress: Progress,
    ) -> Option<CallToolResult> {
        match name {
            meta::FIND => Some(match meta::wanted(&arguments) {
                Ok((query, limit)) => self.find(query, limit),
                Err(invalid) => invalid.into(),
            }),
            meta::CALL => Some(match meta::called(arguments) {
                Ok((name, arguments)) => {
                    let unknown = || Invalid::new("name", "is no tool; find_tools gives the names");
                    let ran = self.run(&name, arguments, progress).await;
                    ran.unwrap_or_else(|| unknown().into())
                }
                Err(invalid) => invalid.into(),
            }),
            action => self.run(action, arguments, progress).await,
        }
    }

    async fn run(
        &self,
        name: &str,
        arguments: JsonObject,
        progress: Progress,
    ) -> Option<CallToolResult> {
        let is_meant = |named: &&Named| named.name == name || named.action.id == name;
        let action = &self.0.actions.iter().find(is_meant)?.action;
        // Nothing is sent for an action that the service would refuse; what a request does is looked
        // at again when it is sent.
        let lacking = self.0.connection.lacking(&action.scopes);
        if !lacking.is_empty() {
            return Some(refused(action, &lacking));
        }
        Some(match self.describe(&action.id) {
            Ok(description) => self.ran(&description, arguments, progress).await,
            Err(failure) => answer::failure(&failure),
        })
    }

    /// Runs an action, and answers with what a client may see of what came of it.
    async fn ran(
        &self,
        description: &Description,
        arguments: JsonObject,
        progress: Progress,
    ) -> CallToolResult {
        let ran = call::run(&self.0.connection, description, arguments, progress).await;
        let Ran { ended, sent, given } = match ran {
            Ok(ran) => ran,
            Err(invalid) => return invalid.into(),
        };
        let shown = match self.shown(description, &sent) {
            Ok(shown) => shown,
            Err(failure) => return answer::failure(&failure),
        };
        match ended {
            Ok(ended) => answer::success(description, &shown, ended),
            Err(failure) => answer::masked_failure(&failure, &given, &shown),
        }
    }

    fn describe(&self, id: &str) -> Result<Arc<Description>, HostError> {
        self.0.connection.connector().action(id)
    }

    /// What a client may see of an action's answer. Where the action's own schema says nothing, what
    /// the requests were is asked: the schemas of their operations tell.
    fn shown(
        &self,
        description: &Description,
        sent: &BTreeSet<Option<String>>,
    ) -> Result<Shown, HostError> {
        let shown = Shown::new(&description.output).with_personal(self.0.personal);
        if description.action.operation_id.is_some() || sent.is_empty() {
            return Ok(shown);
        }
        let unnamed = sent.contains(&None);
        let is_sent = |action: &Action| {
            action.operation_id.is_some() && (unnamed || sent.contains(&action.operation_id))
        };
        let actions = self.0.actions.iter().map(|named| &named.action);
        actions.filter(|action| is_sent(action)).try_fold(shown, |shown, action| {
            Ok(shown.and_names_of(&self.describe(&action.id)?.output))
        })
    }

    /// What a client may see of a trigger's events.
    pub(crate) fn shown_event(&self, trigger: &str) -> Shown {
        let found = self.0.triggers.iter().find(|it| it.trigger.id == trigger);
        let schema = found.map_or("", |description| &description.data);
        Shown::new(schema).with_personal(self.0.personal)
    }

    fn find(&self, query: &str, limit: usize) -> CallToolResult {
        let connection = &self.0.connection;
        let allowed = self.0.actions.iter().filter(|it| allows(connection, &it.action));
        let found = meta::search(allowed.map(|named| &named.action), query);
        let mut tools = Vec::new();
        for action in found.iter().take(limit) {
            match self.found(&action.id) {
                Ok(tool) => tools.push(tool),
                Err(failure) => return answer::failure(&failure),
            }
        }
        let more = found.len() - tools.len();
        CallToolResult::structured(json!({"tools": tools, "more": more}))
    }

    /// A tool without its output schema, which a model does not need to call it.
    fn found(&self, id: &str) -> Result<Value, HostError> {
        let named = self.0.actions.iter().find(|named| named.action.id == id);
        let name = named.map_or(id, |named| &named.name);
        let described = self.describe(id)?;
        let mut tool = tool::tool(name, &described);
        tool.output_schema = None;
        serde_json::to_value(tool).map_err(|error| HostError::trap(error.to_string()))
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

fn refused(action: &Action, lacking: &[String]) -> CallToolResult {
    answer::refusal(json!({
        "kind": "forbidden",
        "code": "missing-scope",
        "message": format!("`{}` needs scopes that this connection does not have", action.id),
        "advice": "ask the person to connect again and to grant these scopes, or to allow them here",
        "scopes": lacking,
    }))
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}
