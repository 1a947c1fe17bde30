//! Lists that a flow emits page by page.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Command, Flow, FlowResult, written};
use crate::answer::{delivered, page};
use crate::contract::{Error, Reply};
use crate::json_array::JsonArray;
use crate::list::Pagination;

/// What becomes of the items of a page: the items to emit, what to remember, and whether to read the
/// next page.
pub type Taken = Result<(Vec<Value>, Value, bool), Error>;

/// A list that is being read.
#[derive(Serialize, Deserialize)]
struct Reading {
    pagination: Pagination,
    memory: Value,
    ended: bool,
}

impl Flow {
    /// Reads a list and emits what `take` makes of the items of each page. `take` also gets what it
    /// remembers of the pages before, at first `memory`, and says what to remember and whether to read
    /// on. Gives the last of that.
    ///
    /// # Errors
    ///
    /// Those of the list, and those of `take`.
    pub fn emit_pages(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        memory: Value,
        take: impl Fn(Vec<Value>, &Value) -> Taken,
    ) -> FlowResult<Value> {
        self.passed_on(id, input, memory, &take)
    }

    fn passed_on(
        &mut self,
        id: &str,
        mut input: Map<String, Value>,
        memory: Value,
        take: &dyn Fn(Vec<Value>, &Value) -> Taken,
    ) -> FlowResult<Value> {
        let action = self.action(id)?;
        self.part(id, &mut |flow, state, reply| {
            let reading: Reading = match reply {
                None => {
                    let (request, pagination) = flow.first_page(action, &mut input)?;
                    let reading = Reading { pagination, memory: memory.clone(), ended: false };
                    return Err(flow.ask(&reading, Command::Send(request)));
                }
                Some(Reply::Proceed) => written(state)?,
                Some(reply) => {
                    let mut reading: Reading = written(state)?;
                    let service = &flow.catalog.service;
                    let response = delivered(service, reply)?;
                    flow.note(&response);
                    let page = page::read(service, action, &response)?;
                    let items = page.values(service, &response)?;
                    let (emitted, memory, goes_on) = take(items, &reading.memory)?;
                    reading.pagination.advance(action, page.bookmark.as_deref());
                    reading.memory = memory;
                    reading.ended = !goes_on;
                    let mut array = JsonArray::default();
                    emitted.iter().for_each(|item| array.slot().push_str(&item.to_string()));
                    if let Some(page) = flow.page(array)? {
                        return Err(flow.ask(&reading, page));
                    }
                    reading
                }
            };
            match reading.pagination.request(flow.catalog, action)? {
                Some(request) if !reading.ended => Err(flow.ask(&reading, Command::Send(request))),
                _ => Ok(reading.memory),
            }
        })
    }
}
