//! What is listed as tools, within the room that a list has.

use connector_host::Connector;
use rmcp::model::Tool;

use crate::account::{self, Account};
use crate::does::{self, Does};
use crate::meta;
use crate::more::MoreTool;
use crate::offer::{Error, Tools, allows};
use crate::options::Options;
use crate::outline::Measure;
use crate::tool::{self, Named};
use crate::vocabulary::{Costs, Vocabulary};

/// Bytes of tools in one message, about; some clients take no message above 1 MiB.
pub const PAGE: usize = 512 << 10;
/// Bytes of the tools of daily work, about: a model reads all of them at the beginning of each talk.
const LIST: usize = 33_000;
/// Of the schema of one of them, and of any other.
const SCHEMA: Measure = Measure { bytes: 1_100, brief: true };
const WHOLE_SCHEMA: Measure = Measure { bytes: 16_000, brief: false };

/// What there is to be listed.
pub struct All<'a> {
    pub connector: &'a Connector,
    pub accounts: &'a [Account],
    pub actions: &'a [Named],
    pub options: &'a Options,
    pub costs: &'a Costs,
    /// Whether things have pictures.
    pub pictures: bool,
}

impl All<'_> {
    /// The listed tools, each once, whoever may use them.
    pub fn tools(&self, vocabulary: &Vocabulary) -> Result<Vec<Tool>, Error> {
        let descriptor = self.connector.descriptor();
        let actions: Vec<_> = self.actions.iter().map(|named| named.action.clone()).collect();
        let listed = self.options.tools.listed(descriptor, &actions, vocabulary)?;
        let service = &descriptor.title;
        let (measure, mut left) = match self.options.tools {
            Tools::Daily => (SCHEMA, LIST),
            Tools::All | Tools::Named(_) => (WHOLE_SCHEMA, usize::MAX),
        };
        let mut tools = match self.options.tools {
            Tools::All => Vec::new(),
            _ => {
                let show = self.pictures.then(|| meta::show(service));
                meta::tools(service).into_iter().chain(show).collect()
            }
        };
        let more = self.options.more.iter().flat_map(|more| more.tools());
        tools.extend(more.map(MoreTool::listed));
        if self.accounts.len() > 1 {
            for tool in &mut tools {
                let is_local = matches!(tool.name.as_ref(), meta::FIND | meta::DESCRIBE);
                account::add(tool, self.accounts, !is_local);
            }
        }
        for named in listed.into_iter().map(|at| &self.actions[at]) {
            if self.is_offered(named) {
                let described = self.connector.action(&named.action.id)?;
                let does = Does::of(&named.action, self.costs);
                let mut tool = tool::tool(&named.name, service, &described, does, measure);
                let size = serde_json::to_string(&tool).map_or(0, |text| text.len());
                if size > left {
                    break;
                }
                left -= size;
                if self.accounts.len() > 1 {
                    account::add(&mut tool, self.accounts, true);
                }
                tools.push(tool);
            }
        }
        Ok(tools)
    }

    fn is_offered(&self, Named { action, .. }: &Named) -> bool {
        self.accounts.iter().any(|account| allows(&account.connection, action))
            && (self.options.raw || !does::is_raw(action))
            && !(self.options.no_spend && Does::of(action, self.costs) == Does::Spend)
    }
}
