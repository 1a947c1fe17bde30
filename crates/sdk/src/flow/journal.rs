//! What a flow remembers between two steps.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::checkpoint::other_version;
use crate::contract::{Context, Error};
use crate::list::Events;
use crate::settings::Settings;

/// A flow as its checkpoint holds it.
#[derive(Serialize, Deserialize)]
pub struct Journal {
    /// Of the action or trigger, or `webhook/verb`.
    pub(super) id: String,
    pub(super) input: Map<String, Value>,
    pub(super) settings: Settings,
    /// The results of the finished parts: for each label a list, in their order.
    parts: Map<String, Value>,
    /// The label of the part under way; empty before the first.
    pub(super) under_way: String,
    /// How far that has come, as JSON; empty when it has not begun.
    pub(super) state: String,
    /// The name of the call.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) call: String,
    /// The service's clock at its last answer, RFC 3339 in UTC; before the first, the host's.
    pub(super) clock: String,
    /// What a trigger makes of the items that its flow emits.
    pub(super) events: Option<Events>,
    /// The writes that have been done, for the error of a flow that ends early.
    #[serde(default)]
    pub(super) done: Vec<String>,
}

impl Journal {
    pub(super) fn new(
        id: &str,
        input: Map<String, Value>,
        settings: Settings,
        context: Context,
        events: Option<Events>,
    ) -> Journal {
        Journal {
            id: id.to_owned(),
            input,
            settings,
            parts: Map::new(),
            under_way: String::new(),
            state: String::new(),
            call: context.call,
            clock: context.now,
            events,
            done: Vec::new(),
        }
    }

    /// What the part left that has this label and comes after so many others that have it.
    pub(super) fn part(&self, label: &str, at: usize) -> Option<&Value> {
        self.parts.get(label)?.get(at)
    }

    /// Whether a part may begin or go on: false when another one is under way.
    pub(super) fn begin(&mut self, label: &str) -> bool {
        if self.under_way == label {
            self.under_way.clear();
        }
        self.under_way.is_empty()
    }

    pub(super) fn finish(&mut self, label: &str, value: Value) {
        match self.parts.get_mut(label).and_then(Value::as_array_mut) {
            Some(all) => all.push(value),
            None => drop(self.parts.insert(label.to_owned(), vec![value].into())),
        }
    }

    /// Fails when the flow has come to its end without the part that was under way.
    pub(super) fn is_over(&self) -> Result<(), Error> {
        match self.under_way.is_empty() {
            true => Ok(()),
            false => Err(self.lacks("which this version does not do")),
        }
    }

    /// The error that the flow of this version differs from the one that wrote the journal.
    pub(super) fn lacks(&self, why: &str) -> Error {
        other_version("checkpoint", &format!(": {} had come to {}, {why}", self.id, self.under_way))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Flow, FlowResult, Run, resume, start};
    use super::*;
    use crate::Definition;
    use crate::contract::{ErrorKind, Reply};
    use crate::step::{Command, Progress};
    use crate::testing::{CATALOG, settings};

    /// A connector whose one flow is this.
    fn version(run: Run) -> &'static Definition {
        let flows = Box::leak(Box::new([("flow", run)]));
        Box::leak(Box::new(Definition { catalog: &CATALOG, flows }))
    }

    fn emit(flow: &mut Flow, label: &'static str) -> FlowResult<()> {
        flow.labelled(label).emit(&[json!(label)])
    }

    fn begin(run: Run) -> Box<Journal> {
        match start(
            version(run),
            "things.compose",
            Map::new(),
            settings(),
            crate::testing::context(),
            None,
        ) {
            Ok(Progress::Suspended(_, journal)) => journal,
            _ => panic!("it asks the host"),
        }
    }

    /// Goes on to the end. Gives what was emitted and the output.
    fn go_on(run: Run, journal: Box<Journal>) -> Result<(Vec<String>, String), Error> {
        let (definition, mut emitted) = (version(run), Vec::new());
        let saved = serde_json::to_string(&journal).unwrap();
        let mut journal: Journal = serde_json::from_str(&saved).unwrap();
        loop {
            match resume(definition, journal, Reply::Proceed)? {
                Progress::Done(outcome) => return Ok((emitted, outcome.output)),
                Progress::Suspended(command, next) => {
                    if let Command::Emit { items, .. } = command {
                        emitted.push(items);
                    }
                    journal = *next;
                }
            }
        }
    }

    fn old(flow: &mut Flow) -> FlowResult<Value> {
        let first = flow.once("first", &|| Ok(json!(1)))?;
        emit(flow, "a")?;
        emit(flow, "b")?;
        Ok(first)
    }

    #[test]
    fn the_same_version_goes_on() {
        let (emitted, output) = go_on(old, begin(old)).unwrap();
        assert_eq!((emitted, output.as_str()), (vec![r#"["b"]"#.to_owned()], "1"));
    }

    #[test]
    fn a_newer_version_goes_on_where_it_has_the_part_under_way() {
        let newer: Run = |flow| {
            let new = flow.once("new", &|| Ok(json!(7)))?;
            emit(flow, "a")?;
            emit(flow, "c")?;
            let first = flow.once("first", &|| Ok(json!(2)))?;
            Ok(json!([new, first]))
        };
        let (emitted, output) = go_on(newer, begin(old)).unwrap();
        assert_eq!((emitted, output.as_str()), (vec![r#"["c"]"#.to_owned()], "[7,1]"));
    }

    #[test]
    fn what_it_cannot_go_on_with_is_refused_and_says_why() {
        let asks_before: Run = |flow| {
            emit(flow, "new")?;
            emit(flow, "a")?;
            Ok(Value::Null)
        };
        let without: Run = |_| Ok(Value::Null);
        for (run, why) in [
            (asks_before, "things.compose had come to a, and this version does new before"),
            (without, "things.compose had come to a, which this version does not do"),
        ] {
            let error = go_on(run, begin(old)).unwrap_err();
            assert_eq!(
                (error.kind, error.code.as_str()),
                (ErrorKind::InvalidInput, "other-version")
            );
            assert!(error.message.ends_with(why), "{}", error.message);
        }
    }

    #[test]
    fn parts_of_one_label_are_told_apart_by_their_order() {
        let twice: Run = |flow| {
            let mut all = Vec::new();
            for number in 0..3 {
                all.push(flow.once("number", &|| Ok(json!(number)))?);
                flow.emit(&[json!(number)])?;
            }
            Ok(all.into())
        };
        let (emitted, output) = go_on(twice, begin(twice)).unwrap();
        assert_eq!((emitted.len(), output.as_str()), (2, "[0,1,2]"));
    }
}
