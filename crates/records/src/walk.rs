//! Whose rows are read, in order: all parents that the caller did not name, found through the choices
//! that the connector offers for those fields. Several are asked side by side; what is asked ahead of its
//! turn waits there with one page.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use connector_host::{Call, Connection, Observer};
use serde_json::{Map, Value};
use tokio::task::Id;

use crate::pages::{PageStep, page_step};
use crate::refusal::{is_about_parents, is_gone};
use crate::schema::{self, Action};
use crate::tasks::{Tasks, Telling};
use crate::{Error, Resource};

/// Goes through the parents depth first: the sections of one board before those of the next. In memory
/// are the choices of as many paths as are asked at once.
pub(crate) struct Walk {
    action: String,
    /// The fields to walk, outermost first.
    names: Vec<String>,
    /// What is already filled in.
    given: Map<String, Value>,
    /// All that is still to come, in order.
    line: VecDeque<Node>,
    tasks: Tasks<Result<Found, Error>>,
}

enum Node {
    /// Values of one field, which have not been asked yet, and those of the fields before it.
    Values { above: Vec<Value>, values: VecDeque<Value> },
    /// Of so many fields: all of them have rows, fewer have choices for the next one.
    One(Box<One>),
}

struct One {
    path: Vec<Value>,
    /// Where its rows go on, once that is known.
    start: Option<Start>,
    state: State,
}

enum State {
    Waiting,
    /// `alone`: in its turn, with nothing beside it.
    Running {
        id: Id,
        alone: bool,
    },
    Came(Result<PageStep, Error>),
    /// It failed beside others, of which there may have been too many, or while nobody looked. In its
    /// turn it is asked again, alone: what comes of that is what somebody who asks one after the other
    /// is told.
    Failed,
}

/// What a task comes to.
enum Found {
    Choices(VecDeque<Value>),
    Page(PageStep),
}

/// The call for the next page of somebody's rows.
#[derive(Clone)]
pub(crate) struct Start {
    pub call: Call,
    pub from: From,
}

/// Where in a parent's rows a page begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// Before the first.
    Start,
    /// Where an earlier process stopped, perhaps long ago.
    Stored,
    /// After the page before.
    Page,
}

/// How the rows of a parent are begun; `None` when they have all been given.
pub(crate) type Begin<'a> = &'a (dyn Fn(&[Value]) -> Result<Option<Start>, Error> + Sync);

/// What is next in order.
pub(crate) enum Turn {
    /// A page of the rows of the parent with these values, which are empty when all were given.
    Rows { path: Vec<Value>, from: From, found: Result<PageStep, Error> },
    /// What is below these values cannot be listed.
    Unlisted { path: Vec<Value>, error: Error },
}

impl Walk {
    /// Fails when a parent is needed, not given, and nothing lists its values.
    pub fn new(
        connection: Arc<Connection>,
        resource: &Resource,
        action: &Action,
        given: Map<String, Value>,
    ) -> Result<Self, Error> {
        let open =
            |name: &&String| !given.contains_key(*name) && schema::requires(&action.input, name);
        let names: Vec<String> = resource.parents.iter().filter(open).cloned().collect();
        let fields = schema::properties(&action.input);
        let unknown = |name: &&String| fields.get(*name).is_none_or(|it| it["x-choices"].is_null());
        if let Some(name) = names.iter().find(unknown) {
            return Err(Error::Request(format!(
                "`{name}` has to be given for `{}`: nothing lists its values",
                resource.id
            )));
        }
        let line = VecDeque::from([Node::One(Box::new(One::new(Vec::new())))]);
        let tasks = Tasks::new(connection);
        Ok(Walk { action: action.id.clone(), names, given, line, tasks })
    }

    /// The fields that are walked.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What is next; the same again until [`Walk::advance`] is called. `most`: how many may be asked at
    /// once, and how many may wait for their turn. It may be dropped on the way, and called again.
    pub async fn next(
        &mut self,
        most: usize,
        begin: Begin<'_>,
        observer: &mut dyn Observer,
    ) -> Option<Turn> {
        loop {
            self.ask(most.max(1), true, begin);
            let Some(Node::One(first)) = self.line.front_mut() else { return None };
            match mem::replace(&mut first.state, State::Waiting) {
                State::Came(found) => {
                    let path = first.path.clone();
                    let from = first.start.as_ref().map_or(From::Start, |start| start.from);
                    return Some(match found {
                        Err(error) if path.len() < self.names.len() => {
                            Turn::Unlisted { path, error }
                        }
                        found => Turn::Rows { path, from, found },
                    });
                }
                other => first.state = other,
            }
            match self.tasks.ended(observer).await {
                Some((id, found)) => self.came(id, found),
                None => self.stop(),
            }
        }
    }

    /// The page that came last has been taken: on with the next one of the same parent, or without one
    /// to the next parent.
    pub fn advance(&mut self, next: Option<Call>) {
        match (next, self.line.front_mut()) {
            (Some(call), Some(Node::One(first))) => {
                first.start = Some(Start { call, from: From::Page });
            }
            _ => drop(self.line.pop_front()),
        }
    }

    /// Ends all that is asked. What has come stays.
    pub fn stop(&mut self) {
        self.tasks.stop();
        for node in &mut self.line {
            if let Node::One(one) = node
                && let State::Running { .. } = one.state
            {
                one.state = State::Waiting;
            }
        }
    }

    /// Asks for what is next in order until so many have been asked. `turn`: the first of them is
    /// wanted now.
    pub fn ask(&mut self, most: usize, turn: bool, begin: Begin<'_>) {
        let again =
            |node: &Node| matches!(node, Node::One(one) if matches!(one.state, State::Failed));
        let again = turn && self.line.front().is_some_and(again);
        if again {
            self.stop();
        }
        let alone = again || (turn && most == 1 && self.tasks.is_empty());
        let (mut running, mut waiting) = (0, 0);
        for node in &self.line {
            let Node::One(one) = node else { continue };
            running += usize::from(matches!(one.state, State::Running { .. }));
            waiting += usize::from(matches!(one.state, State::Came(_)));
        }
        let mut at = 0;
        loop {
            // Whoever is first does not wait for those who wait for it.
            let room = running + if at == 0 { 0 } else { waiting } < most;
            let one = match self.line.get_mut(at) {
                None => break,
                Some(Node::Values { .. }) if !room => break,
                Some(Node::Values { above, values }) => {
                    match values.pop_front() {
                        None => drop(self.line.remove(at)),
                        Some(value) => {
                            let path = above.iter().cloned().chain([value]).collect();
                            self.line.insert(at, Node::One(Box::new(One::new(path))));
                        }
                    }
                    continue;
                }
                Some(Node::One(one)) => one,
            };
            match one.state {
                State::Waiting if room => {}
                State::Failed if again => {}
                State::Waiting => break,
                // Nobody is asked beyond what did not go well.
                State::Failed | State::Running { alone: true, .. } => break,
                State::Running { .. } | State::Came(_) => {
                    at += 1;
                    continue;
                }
            }
            if one.path.len() < self.names.len() {
                let mut input = self.given.clone();
                input.extend(self.names.iter().cloned().zip(one.path.iter().cloned()));
                let call = Call::ActionChoices {
                    id: self.action.clone(),
                    field: self.names[one.path.len()].clone(),
                    input: Value::Object(input).to_string(),
                    query: None,
                };
                let id = self.tasks.begin(|connection, telling| choices(connection, call, telling));
                one.state = State::Running { id, alone };
            } else {
                if one.start.is_none() {
                    match begin(&one.path) {
                        Ok(None) => {
                            self.line.remove(at);
                            continue;
                        }
                        Ok(start) => one.start = start,
                        Err(error) if alone => one.state = State::Came(Err(error)),
                        Err(_) => one.state = State::Failed,
                    }
                }
                // Without one it has just failed.
                let Some(Start { call, .. }) = one.start.clone() else { break };
                let id = self.tasks.begin(|connection, telling| page(connection, call, telling));
                one.state = State::Running { id, alone };
            }
            if alone {
                break;
            }
            (at, running) = (at + 1, running + 1);
        }
    }

    /// A task has ended. Choices take the place of what they were asked for.
    fn came(&mut self, ended: Id, found: Option<Result<Found, Error>>) {
        for node in &mut self.line {
            let Node::One(one) = node else { continue };
            let State::Running { id, alone } = one.state else { continue };
            if id != ended {
                continue;
            }
            let refused = |error: &Error| is_about_parents(error) || is_gone(error);
            one.state = match found {
                Some(Ok(Found::Choices(values))) => {
                    *node = Node::Values { above: mem::take(&mut one.path), values };
                    return;
                }
                Some(Ok(Found::Page(page))) => State::Came(Ok(page)),
                Some(Err(error)) if !alone && !refused(&error) => State::Failed,
                Some(Err(error)) => State::Came(Err(error)),
                None => State::Waiting,
            };
            return;
        }
    }
}

impl One {
    fn new(path: Vec<Value>) -> Self {
        One { path, start: None, state: State::Waiting }
    }
}

async fn page(
    connection: Arc<Connection>,
    call: Call,
    mut telling: Telling,
) -> Result<Found, Error> {
    Ok(Found::Page(page_step(&connection, call, &mut telling).await?))
}

/// All values of the next field.
async fn choices(
    connection: Arc<Connection>,
    mut call: Call,
    mut telling: Telling,
) -> Result<Found, Error> {
    let mut values = VecDeque::new();
    while let PageStep::Page { items, next } = page_step(&connection, call, &mut telling).await? {
        values.extend(items.into_iter().map(|mut item| item["value"].take()));
        call = Call::Resume { checkpoint: next };
    }
    Ok(Found::Choices(values))
}
