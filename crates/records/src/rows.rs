//! The rows of one resource: how they are asked for, and which of a page are still to be given.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector_host::Call;
use connector_host::contract::actions::Shape;
use serde_json::Value;

use crate::resource::VALUE;
use crate::schema::Action;
use crate::since::Since;
use crate::walk::{From, Start};
use crate::{Cursor, Error, Record, Request, Resource, time};

pub(crate) struct Rows {
    pub resource: Resource,
    pub action: Action,
    pub request: Request,
    pub since: Since,
    /// The parents that are walked.
    pub walked: Vec<String>,
}

impl Rows {
    /// How the rows of a parent are begun, or gone on with; `None` when all have been given.
    pub fn begin(&self, cursor: &Cursor, values: &[Value]) -> Result<Option<Start>, Error> {
        let parent = name(values);
        if cursor.is_done(&parent) {
            return Ok(None);
        }
        let at = cursor.run.as_ref().and_then(|run| run.at.as_ref());
        if let Some(place) = at.filter(|place| place.parent == parent) {
            let checkpoint = STANDARD
                .decode(&place.checkpoint)
                .map_err(|_| Error::Cursor("its checkpoint is damaged".into()))?;
            return Ok(Some(Start { call: Call::Resume { checkpoint }, from: From::Stored }));
        }
        let mut input = self.request.input.clone();
        input.extend(self.parents(values));
        let mark = cursor.mark_of(&parent);
        self.since.ask(mark, &mut input);
        if let Some(run) =
            cursor.run.as_ref().filter(|_| self.request.incremental || mark.is_some())
        {
            self.since.ask_figures(mark, cursor.is_first(), run.began, &mut input);
        }
        let input = Value::Object(input).to_string();
        let call = Call::Action { id: self.action.id.clone(), input };
        Ok(Some(Start { call, from: From::Start }))
    }

    /// What a call that lists nothing answers with, as rows.
    pub fn only_row(&self, output: Value) -> Vec<Value> {
        match (self.action.shape, output) {
            // About the list as a whole.
            (Shape::Items, _) | (_, Value::Null) => Vec::new(),
            (Shape::Single, Value::Array(rows)) => rows,
            (Shape::Single, row) => vec![row],
        }
    }

    /// The rows that are still to be given, with their parents in them, and whether these are all
    /// of the page.
    pub fn sift(
        &self,
        cursor: &mut Cursor,
        rows: Vec<Value>,
        parents: &[Value],
        limit: usize,
    ) -> Result<(Vec<Record>, bool), Error> {
        let mut records = Vec::new();
        let parent = name(parents);
        for row in rows {
            let mut row = match row {
                Value::Object(row) => row,
                Value::Array(_) | Value::Null => {
                    let message = format!("a row of `{}` is no object", self.resource.id);
                    return Err(Error::Unexpected(message));
                }
                value => Record::from_iter([(VALUE.to_owned(), value)]),
            };
            let changed = self.since.changed().and_then(|field| time::of(row.get(field)?));
            let wanted = match self.identity(&row, parents).filter(|_| !self.since.is_restated()) {
                None => !cursor.is_before_mark(changed, &parent),
                Some(id) => {
                    let wanted = cursor.wants(&id, changed, &parent);
                    if !wanted || records.len() < limit {
                        self.count(cursor, id, changed, wanted, &parent);
                    }
                    wanted
                }
            };
            if !wanted {
                continue;
            }
            if records.len() == limit {
                return Ok((records, false));
            }
            for (field, value) in self.parents(parents) {
                row.entry(field).or_insert(value);
            }
            records.push(row);
        }
        Ok((records, true))
    }

    fn count(
        &self,
        cursor: &mut Cursor,
        id: String,
        changed: Option<i64>,
        given: bool,
        parent: &str,
    ) {
        if let Some(run) = cursor.run.as_mut().filter(|_| given) {
            run.remember(id.clone(), changed);
        }
        if self.request.incremental {
            cursor.count(id, changed, parent);
        }
    }

    /// All parents, given and walked.
    fn parents(&self, walked: &[Value]) -> Vec<(String, Value)> {
        let names = &self.walked;
        let given = |name: &String| Some((name.clone(), self.request.input.get(name)?.clone()));
        let given = self.resource.parents.iter().filter_map(given);
        given.chain(names.iter().cloned().zip(walked.iter().cloned())).collect()
    }

    /// What tells a row from all others of the read, if anything does.
    fn identity(&self, row: &Record, parents: &[Value]) -> Option<String> {
        let part = |path: &String| {
            let mut steps = path.split('.');
            let first = steps.next().and_then(|step| row.get(step));
            steps.fold(first, |value, step| value?.get(step)).cloned().unwrap_or_default()
        };
        let key = &self.resource.key;
        let parts = parents.iter().cloned().chain(key.iter().map(part));
        (!key.is_empty()).then(|| name(&parts.collect::<Vec<_>>()))
    }
}

/// Values as one text.
pub(crate) fn name(values: &[Value]) -> String {
    Value::from(values).to_string()
}
