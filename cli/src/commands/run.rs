//! `run`: runs an action, or goes on with one that was interrupted.

use clap::Args;
use connector_host::contract::Outcome;
use connector_host::contract::actions::Shape;
use connector_host::{Call, Journal, RunState};
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::options::{Input, Options, object};
use crate::state::State;
use crate::{interrupt, output, stream};

/// Prints the output; of a list each item on a line of its own, as it comes. When it is stopped or
/// killed, or the service is down, `--resume` goes on where it was: a page that was printed is not
/// printed again, but for the one that was being printed.
#[derive(Args)]
pub struct Run {
    /// The id of an action
    #[arg(required_unless_present = "resume", conflicts_with = "resume")]
    action: Option<String>,
    #[command(flatten)]
    input: Input,
    /// Print so many items at most, and ask for no page beyond them
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Go on with an interrupted run; `connector runs` lists them
    #[arg(long, value_name = "ID", conflicts_with = "input")]
    resume: Option<String>,
}

impl Run {
    pub async fn run(self, mut options: Options) -> Result<(), Error> {
        let journal = State::open(options.state.as_deref())?.journal()?;
        if let Some(id) = &self.resume
            && options.settings.is_none()
        {
            options.settings = Some(object(&journal.run(id)?.settings).map_err(Error::Usage)?);
        }
        let app = App::open(options).await?;
        let connection = app.connection_with_named_files()?;
        let name = app.remembered_as(app.entry()?.as_ref());
        let (id, turn) = match (self.resume, self.action) {
            (None, Some(id)) => {
                let call = Call::Action { id: id.clone(), input: self.input.read()? };
                (id, journal.begin(&connection, &name, call)?)
            }
            (Some(run), _) => {
                let Call::Action { id, .. } = journal.run(&run)?.call else {
                    return Err(Error::Usage(format!("the run `{run}` is not of an action")));
                };
                (id, journal.resume(&connection, &name, &run)?)
            }
            (None, None) => return Err(Error::Usage("the id of an action".into())),
        };
        let shape = app.connector.instantiate()?.action(&id)?.action.shape;
        interrupt::listen(app.stop.clone());
        let run = turn.id().to_owned();
        let outcome =
            stream::run_durably(&connection, turn, self.limit, output::one_line, app.stop.clone());
        let printed = outcome.await.and_then(|outcome| print(shape, &outcome));
        printed.map_err(|error| resumable(&journal, run, error))
    }
}

fn print(shape: Shape, outcome: &Outcome) -> Result<(), Error> {
    let value: Value = serde_json::from_str(&outcome.output)
        .map_err(|error| Error::Unexpected(format!("the output is not JSON: {error}")))?;
    match (shape, value) {
        (Shape::Single, value) => output::json(&value),
        (Shape::Items, Value::Null) => Ok(()),
        // About the list as a whole: not an item, so not among them.
        (Shape::Items, value) => {
            output::note(value);
            Ok(())
        }
    }
}

/// Says how to go on, if that is possible.
fn resumable(journal: &Journal, run: String, why: Error) -> Error {
    let goes_on = |kept: connector_host::Run| kept.state == RunState::Interrupted;
    match journal.run(&run).is_ok_and(goes_on) {
        true => Error::Interrupted { run, why: Box::new(why) },
        false => why,
    }
}
