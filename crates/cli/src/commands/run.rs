//! `run`: runs an action, or goes on with one that was interrupted.

use clap::Args;
use connector_durable::{Journal, RunState};
use connector_host::contract::actions::{Description, Shape};
use connector_host::contract::{Context, Outcome};
use connector_host::{
    Call, Connection, Fetch, Look, NoopObserver, Target, link_faults, look_at_links,
};
use connector_records::ReadBack;
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::input::{Input, refused_fields};
use crate::items::Items;
use crate::options::{Options, object};
use crate::state::State;
use crate::{hidden, interrupt, known, output, stream};

const EXAMPLES: &str = r#"Examples:
  connector --emulator run boards.list
  connector run boards.list --limit 10
  connector run boards.create --set name=Recipes
  connector run boards.create --input '{"name": "Recipes"}'
  connector run --resume 01K3"#;

/// Run an action
///
/// Prints the output: JSON, and of a list each item on a line of its own, as it comes. On a terminal
/// a list is a table, and values that are marked as secret are hidden. When it is stopped or killed,
/// or the service is down, `--resume` goes on where it was: a page that was printed is not printed
/// again, but for the one that was being printed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Run {
    /// The id of an action
    #[arg(required_unless_present = "resume", conflicts_with = "resume")]
    action: Option<String>,
    #[command(flatten)]
    input: Input,
    /// Print so many items at most, and ask for no page beyond them
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Look first at what the links of the input lead to, and send nothing when one leads nowhere, or when pictures
    /// of one list have different sizes. stderr says what was found
    #[arg(long, conflicts_with = "resume")]
    check_links: bool,
    /// After a write, read the row until the service shows what was written, for 15 seconds at most. stderr says what
    /// came of it
    #[arg(long, conflicts_with = "resume")]
    read_back: bool,
    /// Have a cluster run it, and wait for the outcome: `restate=` and the URL of the ingress. --connection
    /// names a connection that the cluster has
    #[cfg(feature = "worker")]
    #[arg(long, value_name = "ENGINE=URL", value_parser = crate::via::read, conflicts_with_all = ["resume", "check_links", "read_back"])]
    via: Option<crate::via::Via>,
    /// Go on with an interrupted run; `connector runs` lists them
    #[arg(long, value_name = "ID", conflicts_with_all = ["input", "sets"])]
    resume: Option<String>,
}

impl Run {
    pub async fn run(self, mut options: Options) -> Result<(), Error> {
        #[cfg(feature = "worker")]
        if let (Some(via), Some(action)) = (&self.via, &self.action) {
            return via.run(options, action, &self.input, self.limit).await;
        }
        let journal = State::open(options.state.as_deref())?.journal()?;
        if let Some(id) = &self.resume
            && options.settings.is_none()
        {
            options.settings = Some(object(&journal.run(id)?.settings).map_err(Error::Usage)?);
        }
        let app = App::open(options).await?;
        // A mistyped id is told before anything else that may be missing.
        let described = self.action.as_deref().map(|id| known::action(&app.connector, id));
        let described = described.transpose()?;
        let connection = app.connection_with_named_files()?;
        let name = app.remembered_as(app.entry()?.as_ref());
        let mut read_back = None;
        let (described, turn) = match (self.resume, described) {
            (None, Some(described)) => {
                let input = self.input.read(&described.input)?;
                if self.check_links {
                    check_links(&app, &input).await?;
                }
                if self.read_back {
                    let input = serde_json::from_str(&input).unwrap_or_default();
                    read_back = ReadBack::find(&connection, &described.action.id, &input)?;
                    if read_back.is_none() {
                        let id = &described.action.id;
                        return Err(Error::Usage(format!("nothing reads back what `{id}` writes")));
                    }
                }
                let call = Call::Action { id: described.action.id.clone(), input };
                let context = Context::fresh().wanting(self.limit);
                (described, journal.begin_in(context, &connection, &name, call)?)
            }
            (Some(run), _) => {
                let Call::Action { id, .. } = journal.run(&run)?.call else {
                    return Err(Error::Usage(format!("the run `{run}` is not of an action")));
                };
                (known::action(&app.connector, &id)?, journal.resume(&connection, &name, &run)?)
            }
            (None, None) => return Err(Error::Usage("the id of an action".into())),
        };
        let table = |empty| Items::new(&described.output, empty);
        let mut items = match described.action.shape {
            Shape::Items => stream::printer(app.options.json, "no items", table),
            Shape::Single => Box::new(stream::JsonLines::silent()),
        };
        interrupt::listen(app.stop.clone());
        let run = turn.id().to_owned();
        let outcome =
            stream::run_durably(&connection, turn, self.limit, &mut *items, app.stop.clone());
        let outcome = outcome.await;
        let written = match (read_back, &outcome) {
            (Some(back), Ok(outcome)) => Some((back, outcome.output.clone())),
            _ => None,
        };
        let done = outcome.and_then(|outcome| print(&described, &outcome, app.options.json));
        done.map_err(|error| resumable(&journal, run, app.mendable(error)))?;
        if let Some((back, output)) = written {
            say_read_back(&connection, &back, &output).await;
        }
        Ok(())
    }
}

/// That a write is done does not depend on it.
async fn say_read_back(connection: &Connection, back: &ReadBack, output: &str) {
    let output = serde_json::from_str(output).unwrap_or_default();
    output::note(match back.read(connection, &output, &mut NoopObserver).await {
        Ok(Some(_)) => "read back: the service shows it".to_owned(),
        Ok(None) => {
            "written; the service does not show it yet, so what reads it may miss it".to_owned()
        }
        Err(error) => format!("written; reading it back failed: {error}"),
    });
}

/// Fails with the fields whose links lead nowhere, or to something that does not fit.
async fn check_links(app: &App, input: &str) -> Result<(), Error> {
    // What is no JSON the connector says.
    let input = serde_json::from_str(input).unwrap_or_default();
    let fetch = Fetch { routes: app.routes()?, ..Fetch::default() };
    let looks = look_at_links(&fetch, &input).await;
    for Look { path, found } in &looks {
        if let Ok(Target { len, size }) = found {
            let size = size
                .map_or(String::new(), |(width, height)| format!(", {width} × {height} pixels"));
            output::note(format_args!("{path}: {len} bytes{size}"));
        }
    }
    match link_faults(&looks) {
        faults if faults.is_empty() => Ok(()),
        faults => Err(refused_fields("a link does not lead to what it should", faults)),
    }
}

fn print(described: &Description, outcome: &Outcome, json: bool) -> Result<(), Error> {
    let mut value: Value = serde_json::from_str(&outcome.output)
        .map_err(|error| Error::Unexpected(format!("the output is not JSON: {error}")))?;
    let refused = refused(&value);
    match (described.action.shape, &value) {
        (Shape::Single, _) => {
            if output::is_terminal() && !json {
                let schema = serde_json::from_str(&described.output).unwrap_or_default();
                if hidden::hide(&schema, &mut value) {
                    output::note(hidden::NOTE);
                }
            }
            output::json(&value)?;
        }
        (Shape::Items, Value::Null) => {}
        // About the list as a whole: not an item, so not among them.
        (Shape::Items, value) => output::note(value.to_string()),
    }
    refused.map_or(Ok(()), Err)
}

/// The error of an output that has a result for each of many inputs, when some have failed: `failed`
/// counts them, beside `results` or the number of `items`.
fn refused(output: &Value) -> Option<Error> {
    let rejected = output["failed"].as_u64().filter(|failed| *failed > 0)?;
    let listed = output["results"].as_array().map(|results| results.len() as u64);
    let all = listed.or(output["items"].as_u64())?;
    Some(Error::Rejected { rejected, all, what: "inputs" })
}

/// Says how to go on, if that is possible.
fn resumable(journal: &Journal, run: String, why: Error) -> Error {
    let goes_on = |kept: connector_durable::Run| kept.state == RunState::Interrupted;
    match journal.run(&run).is_ok_and(goes_on) {
        true => Error::Interrupted { run, why: Box::new(why) },
        false => why,
    }
}
