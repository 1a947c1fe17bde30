//! Lists as parts of a flow.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Ask, Flow, Part, written};
use crate::answer::{delivered, page};
use crate::run::action;
use crate::run::course::Course;

/// A list being searched.
#[derive(Serialize, Deserialize)]
struct Search {
    course: Course,
    found: Vec<Value>,
}

impl Flow {
    /// Reads a list to its end, or until `enough` items were picked. `pick` says what to keep of an
    /// item, if anything; what was found comes in the order of the list.
    pub fn search(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        enough: usize,
        pick: impl Fn(&Value) -> Option<Value>,
    ) -> Part<Vec<Value>> {
        self.picked(id, input, enough, &pick)
    }

    fn picked(
        &mut self,
        id: &str,
        mut input: Map<String, Value>,
        enough: usize,
        pick: &dyn Fn(&Value) -> Option<Value>,
    ) -> Part<Vec<Value>> {
        let action = action(id)?;
        let found = self.part(&mut |flow, state, reply| {
            let Some(reply) = reply else {
                flow.checked(action, &mut input)?;
                let (request, course) = Course::begin(action, &input, &flow.settings)
                    .map_err(|error| flow.blame(action, error))?;
                let search = Search { course, found: Vec::new() };
                return Err(flow.ask(&search, Ask::Send(request)));
            };
            let mut search: Search = written(state)?;
            let response = delivered(reply)?;
            flow.note(&response);
            let page = page::read(action, &response)?;
            search.found.extend(page.values(&response)?.iter().filter_map(pick));
            search.course.turn(page.bookmark.as_deref());
            search.found.truncate(enough);
            match search.course.request(action)? {
                Some(request) if search.found.len() < enough => {
                    Err(flow.ask(&search, Ask::Send(request)))
                }
                _ => Ok(Value::from(search.found)),
            }
        })?;
        Ok(found.as_array().cloned().unwrap_or_default())
    }
}
