//! Lists as parts of a flow.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Command, Flow, FlowResult, written};
use crate::answer::{delivered, page};
use crate::catalog::Action;
use crate::contract::{Error, Request};
use crate::list::Pagination;

/// A list that is being searched.
#[derive(Serialize, Deserialize)]
struct Search {
    pagination: Pagination,
    found: Vec<Value>,
}

impl Flow {
    /// Reads a list to its end, or until `enough` items are picked. `pick` says what to keep of an
    /// item, if anything. Gives what was kept, in the order of the list.
    ///
    /// # Errors
    ///
    /// Those of the list.
    pub fn search(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        enough: usize,
        pick: impl Fn(&Value) -> Option<Value>,
    ) -> FlowResult<Vec<Value>> {
        self.picked(id, input, enough, &pick)
    }

    fn picked(
        &mut self,
        id: &str,
        mut input: Map<String, Value>,
        enough: usize,
        pick: &dyn Fn(&Value) -> Option<Value>,
    ) -> FlowResult<Vec<Value>> {
        let action = self.action(id)?;
        let found = self.part(id, &mut |flow, state, reply| {
            let Some(reply) = reply else {
                let (request, pagination) = flow.first_page(action, &mut input)?;
                let search = Search { pagination, found: Vec::new() };
                return Err(flow.ask(&search, Command::Send(request)));
            };
            let mut search: Search = written(state)?;
            let service = &flow.catalog.service;
            let response = delivered(service, reply)?;
            flow.note(&response);
            let page = page::read(service, action, &response)?;
            search.found.extend(page.values(service, &response)?.iter().filter_map(pick));
            search.pagination.advance(action, page.bookmark.as_deref());
            search.found.truncate(enough);
            match search.pagination.request(flow.catalog, action)? {
                Some(request) if search.found.len() < enough => {
                    Err(flow.ask(&search, Command::Send(request)))
                }
                _ => Ok(Value::from(search.found)),
            }
        })?;
        Ok(found.as_array().cloned().unwrap_or_default())
    }

    /// The request for the first page of a list, and what follows. The input is checked.
    pub(super) fn first_page(
        &self,
        action: &Action,
        input: &mut Map<String, Value>,
    ) -> Result<(Request, Pagination), Error> {
        self.checked(action, input)?;
        Pagination::begin(self.catalog, action, input, &self.journal.settings, None)
            .map_err(|error| self.blame(action, error))
    }
}
