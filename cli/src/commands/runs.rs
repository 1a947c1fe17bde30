//! `runs`: the calls that are in progress or can go on.

use clap::{Args, Subcommand};
use connector_host::{Run, RunState};
use serde_json::{Value, json};

use crate::error::Error;
use crate::options::Options;
use crate::output;
use crate::state::State;
use crate::words::time;

/// Lists calls of `run`, oldest first. Values that are marked as secret were not kept.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Runs {
    /// Those as well that have ended in the last 30 days
    #[arg(long)]
    all: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Forget a call; it cannot go on then
    Forget {
        /// The id of a run
        #[arg(value_name = "ID")]
        run: String,
    },
}

impl Runs {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let journal = State::open(options.state.as_deref())?.journal()?;
        if let Some(What::Forget { run }) = &self.what {
            return Ok(journal.forget(run)?);
        }
        let mut runs = journal.runs()?;
        let open = |run: &Run| matches!(run.state, RunState::Running | RunState::Interrupted);
        runs.retain(|run| self.all || open(run));
        match options.json {
            true => output::json(&runs.iter().map(shown).collect()),
            false => output::lines(output::table("", &runs.iter().map(row).collect::<Vec<_>>())),
        }
    }
}

fn row(run: &Run) -> [String; 6] {
    let next = match run.outcome_unknown {
        true => format!("{}, outcome unknown", run.doing),
        false => run.doing.clone(),
    };
    [
        run.id.clone(),
        run.state.word().into(),
        time(run.started),
        run.call.subject().into(),
        format!("{} items, next: {next}", run.items),
        run.error.clone().unwrap_or_default(),
    ]
}

fn shown(run: &Run) -> Value {
    let input: Value = serde_json::from_str(run.call.json()).unwrap_or_default();
    json!({
        "id": run.id,
        "state": run.state.word(),
        "action": run.call.subject(),
        "input": input,
        "connector": run.connector,
        "version": run.version,
        "connection": run.connection,
        "settings": serde_json::from_str::<Value>(&run.settings).unwrap_or_default(),
        "started": time(run.started),
        "changed": time(run.changed),
        "next": run.doing,
        "outcome_unknown": run.outcome_unknown,
        "items": run.items,
        "requests": run.requests,
        "error": run.error,
    })
}
