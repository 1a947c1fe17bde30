//! The trial: things that the connector names are made, read, and taken away again.

use std::collections::BTreeMap;

use connector_host::{CancellationToken, Connection};
use connector_records as records;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::shape::Shape;
use crate::{Error, Failure, Seen, fill};

/// The extension of the descriptor.
const NAME: &str = "trial";

/// What the connector names for a trial.
#[derive(Clone, Debug, Deserialize)]
pub struct Trial {
    /// One after the other; they are taken away in the other order.
    pub steps: Vec<Step>,
}

/// One thing that is made.
#[derive(Clone, Debug, Deserialize)]
pub struct Step {
    /// What it is, for people.
    pub title: String,
    /// How it is made.
    pub make: Ask,
    /// What later inputs need of the output: a JSON pointer, by the name that stands for it in braces.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
    /// How it is read.
    pub read: Option<Ask>,
    /// How it is taken away.
    pub undo: Ask,
}

/// An action and its input.
#[derive(Clone, Debug, Deserialize)]
pub struct Ask {
    /// The action.
    pub action: String,
    /// Its input. In texts `{run}` stands for a word that no other run has, `{picture}` for a file with a picture, and
    /// what was kept for its value.
    pub input: Map<String, Value>,
}

/// What the host gives a trial.
#[derive(Clone, Debug)]
pub struct Given {
    /// A word that no other run has.
    pub run: String,
    /// The path of a PNG file among those that the connection may read.
    pub picture: String,
}

/// What came of one call of a trial.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// What it is about.
    pub title: String,
    /// The action.
    pub action: String,
    /// What came of it.
    #[serde(flatten)]
    pub seen: Seen,
}

/// What is still there, or may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// What it is.
    pub title: String,
    /// Nobody knows whether it is there.
    pub unknown: bool,
    /// The action that takes it away, with its input; none where the answer did not tell what was made.
    pub undo: Option<(String, Value)>,
}

impl Trial {
    /// The trial that the connector names; none if it names none.
    ///
    /// # Errors
    ///
    /// When the extension is not as the contract lists it.
    pub fn of(connection: &Connection) -> Result<Option<Self>, Error> {
        let extensions = &connection.connector().descriptor().extensions;
        let found = extensions.iter().find(|extension| extension.name == NAME);
        let parsed = found.map(|extension| serde_json::from_str(&extension.value)).transpose();
        parsed.map_err(|error| Error::Connector(format!("the extension `{NAME}`: {error}")))
    }

    /// Makes each thing, reads it, and takes all of them away again, also after a failure and when `stop` says so.
    /// What could not be taken away is told beside what came of the calls.
    ///
    /// # Errors
    ///
    /// When an action is not there, or its schema is none. Nothing was made then.
    pub async fn run(
        &self,
        connection: &Connection,
        given: &Given,
        stop: &CancellationToken,
    ) -> Result<(Vec<Tried>, Vec<Left>), Error> {
        let mut run = Run {
            connection,
            shapes: BTreeMap::new(),
            known: [("run", &given.run), ("picture", &given.picture)]
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .into(),
            tried: Vec::new(),
            left: Vec::new(),
        };
        for step in &self.steps {
            for ask in
                [Some(&step.make), step.read.as_ref(), Some(&step.undo)].into_iter().flatten()
            {
                run.describe(&ask.action)?;
            }
        }
        let mut made = Vec::new();
        for step in &self.steps {
            if stop.is_cancelled() || !run.make(step).await {
                break;
            }
            made.push(step);
        }
        for step in made.into_iter().rev() {
            run.undo(step).await;
        }
        Ok((run.tried, run.left))
    }
}

/// A trial under way.
struct Run<'a> {
    connection: &'a Connection,
    shapes: BTreeMap<String, Shape>,
    known: BTreeMap<String, String>,
    tried: Vec<Tried>,
    left: Vec<Left>,
}

impl Run<'_> {
    fn describe(&mut self, action: &str) -> Result<(), Error> {
        let found = self.connection.connector().action(action).map_err(records::Error::from)?;
        self.shapes.insert(action.to_owned(), Shape::new(action, &found.output)?);
        Ok(())
    }

    async fn call(&mut self, title: &str, ask: &Ask) -> Result<Value, Failure> {
        let input = fill::placed(&Value::Object(ask.input.clone()), &self.known);
        let output = self.connection.action(&ask.action).input(input).run().await;
        let output = output.map_err(|error| Failure::from(&error));
        let seen = match &output {
            Ok(value) => {
                let mut found = BTreeMap::new();
                self.shapes[&ask.action].look(value, &mut found);
                Seen::of(1, found)
            }
            Err(failure) => Seen::Refused(failure.clone()),
        };
        self.tried.push(Tried { title: title.to_owned(), action: ask.action.clone(), seen });
        output
    }

    /// Whether it was made, and can be taken away.
    async fn make(&mut self, step: &Step) -> bool {
        let output = match self.call(&step.title, &step.make).await {
            Ok(output) => output,
            Err(failure) => {
                if failure.is_unknown() {
                    self.leave(step, true, None);
                }
                return false;
            }
        };
        for (name, pointer) in &step.keep {
            let value = match output.pointer(pointer) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                _ => {
                    self.leave(step, false, None);
                    return false;
                }
            };
            self.known.insert(name.clone(), value);
        }
        if let Some(read) = &step.read {
            drop(self.call(&step.title, read).await);
        }
        true
    }

    async fn undo(&mut self, step: &Step) {
        if let Err(failure) = self.call(&step.title, &step.undo).await
            && !failure.is_gone()
        {
            let input = fill::placed(&Value::Object(step.undo.input.clone()), &self.known);
            self.leave(step, failure.is_unknown(), Some((step.undo.action.clone(), input)));
        }
    }

    fn leave(&mut self, step: &Step, unknown: bool, undo: Option<(String, Value)>) {
        self.left.push(Left { title: step.title.clone(), unknown, undo });
    }
}
