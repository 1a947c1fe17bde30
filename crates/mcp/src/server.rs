//! What is served: the same for every client, and for both transports.

use std::fmt;
use std::sync::{Arc, OnceLock};

use connector_host::contract::Descriptor;
use connector_host::contract::actions::{Action, Description};
use connector_host::contract::triggers;
use connector_host::{Connection, Error as HostError, Shown};
use rmcp::model::Tool;
use serde_json::Value;

use crate::account::{Account, Held};
use crate::address;
use crate::confirm::Confirmations;
use crate::find::Finder;
use crate::listing::{self, PAGE};
use crate::names::Names;
use crate::offer::{Error, allows};
use crate::options::Options;
use crate::patterns::Patterns;
use crate::tool::{self, Named};
use crate::vocabulary::{self, Costs, Pictures, Vocabulary};
use crate::watch::{Watch, Watches};

/// A connection, or several of one connector, ready to be served. Cheap to clone.
#[derive(Clone)]
pub struct Server {
    shared: Arc<Shared>,
    /// Whose the call is; None while nobody has said it.
    at: Option<usize>,
}

struct Shared {
    options: Options,
    vocabulary: Vocabulary,
    costs: Costs,
    pictures: Option<Pictures>,
    finder: OnceLock<Finder>,
    patterns: Patterns,
    actions: Vec<Named>,
    tools: Vec<Tool>,
    held: Vec<Held>,
}

impl Server {
    /// Serves one connection. Fails when the options name what does not exist.
    pub fn new(connection: Connection, options: Options) -> Result<Self, Error> {
        Server::several(vec![Account { name: String::new(), owner: None, connection }], options)
    }

    /// Serves several connections of one connector: each call says by `connection` whose it is. Fails as
    /// [`Server::new`] does, and when there is none, two have one name, or another connector.
    pub fn several(accounts: Vec<Account>, options: Options) -> Result<Self, Error> {
        let Some(Account { connection, .. }) = accounts.first() else {
            return Err(Error::Connections("there is no connection".into()));
        };
        let connector = connection.connector().clone();
        for (at, Account { name, connection, .. }) in accounts.iter().enumerate() {
            if accounts[..at].iter().any(|other| other.name == *name) {
                return Err(Error::Connections(format!("there are two connections `{name}`")));
            }
            let (one, other) =
                (&connector.descriptor().id, &connection.connector().descriptor().id);
            if one != other {
                return Err(Error::Connections(format!("`{name}` is of {other}, not of {one}")));
            }
        }
        let mut instance = connector.instantiate()?;
        let actions = tool::named(instance.actions()?);
        let (vocabulary, costs) = vocabulary::read(connector.descriptor())?;
        let pictures = vocabulary::pictures(connector.descriptor())?;
        let pictures = pictures.filter(|_| options.pictures.is_some());
        let all = listing::All {
            connector: &connector,
            accounts: &accounts,
            actions: &actions,
            options: &options,
            costs: &costs,
            pictures: pictures.is_some(),
        };
        let tools = all.tools(&vocabulary)?;
        let mut held = Vec::new();
        for account in accounts {
            let mut triggers = Vec::new();
            for trigger in instance.triggers()? {
                if account.connection.lacking(&trigger.scopes).is_empty() {
                    triggers.push(instance.trigger(&trigger.id)?);
                }
            }
            held.push(Held {
                account,
                confirmations: Confirmations::default(),
                names: Names::default(),
                triggers,
                watches: Watches::default(),
            });
        }
        let at = (held.len() == 1).then_some(0);
        let finder = OnceLock::new();
        let patterns = Patterns::default();
        let shared =
            Shared { options, vocabulary, costs, pictures, finder, patterns, actions, tools, held };
        Ok(Server { shared: Arc::new(shared), at })
    }

    /// The same for calls of the connection of this name.
    pub(crate) fn of(&self, name: &str) -> Option<Server> {
        let at = self.shared.held.iter().position(|held| held.account.name == name)?;
        Some(Server { shared: self.shared.clone(), at: Some(at) })
    }

    /// The same for calls of each connection.
    pub(crate) fn each(&self) -> impl Iterator<Item = Server> {
        (0..self.shared.held.len()).map(|at| Server { shared: self.shared.clone(), at: Some(at) })
    }

    /// All accounts.
    pub(crate) fn accounts(&self) -> impl ExactSizeIterator<Item = &Account> {
        self.shared.held.iter().map(|held| &held.account)
    }

    /// The name that addresses have to say; None where there is but one connection.
    pub(crate) fn said(&self) -> Option<&str> {
        (self.shared.held.len() > 1).then(|| self.held().account.name.as_str())
    }

    /// Whether it is known whose the call is.
    pub(crate) fn is_known(&self) -> bool {
        self.at.is_some()
    }

    /// While nobody has said whose the call is, the first.
    fn held(&self) -> &Held {
        &self.shared.held[self.at.unwrap_or(0)]
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.held().account.connection
    }

    /// What clients call it.
    pub(crate) fn connection_name(&self) -> &str {
        &self.held().account.name
    }

    pub(crate) fn descriptor(&self) -> &Descriptor {
        self.connection().connector().descriptor()
    }

    /// Whether an action is worth being offered: to whom the call is for, or to anybody.
    pub(crate) fn allows(&self, action: &Action) -> bool {
        match self.at {
            Some(_) => allows(self.connection(), action),
            None => self.accounts().any(|account| allows(&account.connection, action)),
        }
    }

    /// The names of those who may, where nobody has said whose the call is and not all may.
    pub(crate) fn who_may(&self, action: &Action) -> Option<Vec<&str>> {
        let may = self.accounts().filter(|account| allows(&account.connection, action));
        let names: Vec<&str> = may.map(|account| account.name.as_str()).collect();
        (!self.is_known() && names.len() < self.accounts().len()).then_some(names)
    }

    pub(crate) fn options(&self) -> &Options {
        &self.shared.options
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.shared.vocabulary
    }

    pub(crate) fn costs(&self) -> &Costs {
        &self.shared.costs
    }

    pub(crate) fn where_pictures_are(&self) -> Option<&Pictures> {
        self.shared.pictures.as_ref()
    }

    pub(crate) fn confirmations(&self) -> &Confirmations {
        &self.held().confirmations
    }

    pub(crate) fn known_names(&self) -> &Names {
        &self.held().names
    }

    pub(crate) fn finder_cell(&self) -> &OnceLock<Finder> {
        &self.shared.finder
    }

    pub(crate) fn patterns(&self) -> &Patterns {
        &self.shared.patterns
    }

    pub(crate) fn actions(&self) -> impl Iterator<Item = &Action> {
        self.shared.actions.iter().map(|named| &named.action)
    }

    /// The names of all actions as tools.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.shared.actions.iter().map(|named| named.name.as_str())
    }

    /// The action of this id, or with this name as a tool.
    pub(crate) fn named(&self, name: &str) -> Option<&Named> {
        self.shared.actions.iter().find(|named| named.name == name || named.action.id == name)
    }

    pub(crate) fn describe(&self, id: &str) -> Result<Arc<Description>, HostError> {
        self.connection().connector().action(id)
    }

    /// The listed tools from the one at `start`, and where those begin that are too many for one
    /// message.
    pub(crate) fn tools(&self, start: usize) -> (&[Tool], Option<usize>) {
        let rest = self.shared.tools.get(start..).unwrap_or_default();
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
        &self.held().triggers
    }

    /// What a client may see of a trigger's events.
    pub(crate) fn shown_event(&self, trigger: &str) -> Shown {
        let found = self.triggers().iter().find(|it| it.trigger.id == trigger);
        let schema = found.map_or("", |description| &description.data);
        Shown::new(schema).with_personal(self.options().personal)
    }

    /// The watch of an address, and whose it is; None when there is no such trigger, or no room.
    pub(crate) fn watch(&self, address: &str) -> Option<(Server, Arc<Watch>)> {
        let (id, mut query) = address::parse(&self.descriptor().id, address)?;
        let server = match self.at {
            Some(_) => self.clone(),
            None => self.of(&address::take_connection(&mut query)?)?,
        };
        let found = server.triggers().iter().find(|description| description.trigger.id == id)?;
        let schema = serde_json::from_str(&found.config).unwrap_or_default();
        let config = Value::Object(address::config(query, &schema)).to_string();
        let watch = server.held().watches.get(address, &id, &config)?;
        Some((server, watch))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}
