//! `runs`: the calls that are in progress or can go on.

use clap::{Args, Subcommand};
use connector_durable::{Run, RunState};
use serde_json::{Value, json};

use crate::error::Error;
use crate::options::Options;
use crate::output::{self, Column};
use crate::state::State;
use crate::time_format::time;

const EXAMPLES: &str = r#"Examples:
  connector runs
  connector runs --all
  connector runs forget 01K3"#;

/// List the runs that are in progress or can go on, or forget one
///
/// Lists calls of `run`, oldest first. Values that are marked as secret were not kept.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
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
    pub fn run(self, options: Options) -> Result<(), Error> {
        let journal = State::open(options.state.as_deref())?.journal()?;
        if let Some(What::Forget { run }) = &self.what {
            return Ok(journal.forget(run)?);
        }
        let mut runs = journal.runs()?;
        let open = |run: &Run| matches!(run.state, RunState::Running | RunState::Interrupted);
        runs.retain(|run| self.all || open(run));
        if options.json {
            return output::json(&runs.iter().map(shown).collect());
        }
        if runs.is_empty() {
            output::note(match self.all {
                true => "nothing was run in the last 30 days",
                false => "no run is in progress or can go on; --all lists those that have ended",
            });
        }
        let head = [
            Column::whole("run"),
            Column::whole("state"),
            Column::new("action"),
            Column::new("progress"),
            Column::prose("error"),
        ];
        let rows: Vec<_> = runs.iter().map(row).collect();
        output::lines(match output::is_terminal() {
            // Ids tell the order; the time is the first to go.
            true => {
                let short = |[run, state, _, action, progress, error]: [String; 6]| {
                    [run, state, action, progress, error]
                };
                output::table("", head, &rows.into_iter().map(short).collect::<Vec<_>>())
            }
            false => output::table("", ["", "", "", "", "", ""].map(Column::new), &rows),
        })
    }
}

fn row(run: &Run) -> [String; 6] {
    let next = match (run.state, run.outcome_unknown) {
        (_, true) => format!("next: {}, outcome unknown", run.doing),
        // It has none.
        (RunState::Done | RunState::Failed, false) if output::is_terminal() => String::new(),
        (_, false) => format!("next: {}", run.doing),
    };
    [
        run.id.clone(),
        run.state.word().into(),
        time(run.started),
        run.call.subject().into(),
        match next.is_empty() {
            true => format!("{} items", run.items),
            false => format!("{} items, {next}", run.items),
        },
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
