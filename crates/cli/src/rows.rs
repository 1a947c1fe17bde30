//! What `read` and `write` share: the form of records, the inputs that name parents, and waits.

use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use connector_host::Observer;
use connector_records as records;
use serde_json::{Map, Value};

use crate::app::App;
use crate::error::Error;
use crate::input::Input;
use crate::options::object;
use crate::{known, output};

/// The form of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A JSON object on each line
    Jsonl,
    /// A line with the names of the fields, then a line for each record; lists and objects as JSON
    Csv,
}

/// What is filled in beside the records.
#[derive(Args, Clone, Debug)]
pub struct Given {
    /// A field that says whose rows are meant (may be repeated)
    #[arg(long = "parent", value_name = "NAME=VALUE", value_parser = pair)]
    parents: Vec<(String, String)>,
    /// Other inputs of the actions that are used
    #[command(flatten)]
    input: Input,
}

/// How many calls are under way at the same time.
#[derive(Args, Clone, Copy, Debug)]
pub struct AtOnce {
    /// How many calls may be under way at the same time, within the service's rate limits
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u16).range(1..=64))]
    at_once: u16,
}

impl AtOnce {
    pub fn most(self) -> usize {
        self.at_once.into()
    }
}

impl Given {
    /// All of it, with the types that the inputs of an action want. A name that it does not have
    /// is an error.
    pub fn read(&self, app: &App, action: &str) -> Result<Map<String, Value>, Error> {
        let described = app.connector.action(action)?;
        let schema: Value = serde_json::from_str(&described.input)
            .map_err(|error| Error::Unexpected(format!("a schema is not JSON: {error}")))?;
        let mut given = object(&self.input.read(&described.input)?)
            .map_err(|error| Error::Usage(format!("--input: {error}")))?;
        for (name, value) in &self.parents {
            let Some(field) = schema["properties"].get(name) else {
                let known = schema["properties"].as_object().into_iter().flatten();
                let question = known::did_you_mean(name, known.map(|(known, _)| known.as_str()));
                let question = question.map_or(String::new(), |it| format!("; {it}"));
                let message = format!("--parent: `{action}` has no input `{name}`{question}");
                return Err(Error::Usage(message));
            };
            given.insert(name.clone(), records::typed(value, field));
        }
        Ok(given)
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a name, `=` and a value")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Says what is waited for, on stderr, when it is long. Of several calls that wait for the same it says
/// it once.
#[derive(Default)]
pub struct Waits {
    /// What was said, and until when that is.
    said: Option<(String, Instant)>,
}

impl Observer for Waits {
    fn waiting(&mut self, time: Duration, reason: &str) {
        const LONG: Duration = Duration::from_secs(2);
        let until = Instant::now() + time;
        let known = |(said, then): &(String, Instant)| said == reason && *then + LONG > until;
        if time > LONG && !self.said.as_ref().is_some_and(known) {
            output::note(format_args!("waiting {:.0} s: {reason}", time.as_secs_f64()));
            self.said = Some((reason.to_owned(), until));
        }
    }
}
