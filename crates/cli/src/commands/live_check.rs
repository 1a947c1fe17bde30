//! `live-check`: tries the connector with somebody's account, and writes a report for an issue.

use std::path::PathBuf;

use clap::Args;
use connector_host::CancellationToken;
use connector_live::{Given, Left, Report, Tour, Trial};
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::{interrupt, output, prompt};

const EXAMPLES: &str = r#"Examples:
  connector live-check --connection work --out report.md
  connector live-check --sandbox --write
  connector --emulator live-check --write"#;

/// Width and height of the picture, in pixels.
const SIZE: (u64, u64) = (600, 900);

/// Try the connector with your account, and write a report
///
/// Reads a few rows of each resource. Where the connector names a trial, and you agree, it also makes what the trial
/// says and takes it away again, also after a failure or Ctrl-C. What comes back is held against the schemas.
///
/// The report tells actions, fields, kinds of values, statuses and codes, and nothing of your account: no ids, names,
/// texts or addresses. The exit code is 1 when an answer contradicts its schema; new fields do not.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct LiveCheck {
    /// Take a connection of the environment `sandbox`: as --settings '{"environment": "sandbox"}'
    #[arg(long)]
    sandbox: bool,
    /// Make and take away what the trial says without asking; without a terminal nobody is asked, and nothing is made
    #[arg(long, conflicts_with = "no_write")]
    write: bool,
    /// Only read
    #[arg(long)]
    no_write: bool,
    /// Rows of each resource, at most
    #[arg(long, value_name = "N", default_value_t = Tour::default().rows as u64, value_parser = clap::value_parser!(u64).range(1..=100))]
    rows: u64,
    /// Requests for reading, at most
    #[arg(long, value_name = "N", default_value_t = Tour::default().requests, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    requests: u32,
    /// Write the report to a file; JSON with --json [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl LiveCheck {
    pub async fn run(self, mut options: Options) -> Result<(), Error> {
        if self.sandbox {
            let settings = options.settings.get_or_insert_default();
            settings.insert("environment".into(), "sandbox".into());
        }
        let folder = tempfile::tempdir().map_err(Error::io("a folder for the picture"))?;
        options.files.push(folder.path().to_owned());
        let app = App::open(options).await?;
        let connection = app.connection()?;
        let trial = Trial::of(&connection).map_err(unexpected)?;
        let trial = trial.filter(|_| !self.no_write);
        let agreed = trial.as_ref().map(|trial| self.agreed(trial)).transpose()?.unwrap_or(false);
        // That of the application would also stop what takes things away again.
        let stop = CancellationToken::new();
        interrupt::listen(stop.clone());
        let tour = Tour { rows: self.rows as usize, requests: self.requests };
        let mut told = |resource: &str| output::note(format_args!("reads {resource}"));
        let tables = tour.read(&connection, &stop, &mut told).await.map_err(unexpected)?;
        let (tried, left) = match trial.filter(|_| agreed) {
            Some(trial) => {
                let picture = folder.path().join("picture.png");
                let drawn = connector_emulator::picture(1, Some(SIZE));
                std::fs::write(&picture, drawn).map_err(Error::io("the picture"))?;
                let run = format!("{:08x}", std::process::id());
                let given = Given { run, picture: picture.display().to_string() };
                trial.run(&connection, &given, &stop).await.map_err(unexpected)?
            }
            None => Default::default(),
        };
        let report = Report::new(&connection, tables, tried);
        self.print(&report, app.options.json)?;
        for left in &left {
            output::note(there(left));
        }
        match (left.len(), report.differing()) {
            (0, 0) => Ok(()),
            (0, differing) => Err(Error::Unexpected(format!(
                "{differing} answers are otherwise than their schemas say"
            ))),
            (left, _) => Err(Error::Unexpected(format!("{left} things are not taken away"))),
        }
    }

    /// Whether things may be made.
    fn agreed(&self, trial: &Trial) -> Result<bool, Error> {
        if self.write {
            return Ok(true);
        }
        let titles: Vec<_> = trial.steps.iter().map(|step| step.title.as_str()).collect();
        let question = format!("Make and take away again: {}?", titles.join(", "));
        let agreed = prompt::agreed(&question)?;
        if agreed.is_none() {
            output::note("nothing is made: --write allows it");
        }
        Ok(agreed.unwrap_or(false))
    }

    fn print(&self, report: &Report, json: bool) -> Result<(), Error> {
        let Some(out) = &self.out else {
            return match json {
                true => output::json(&json!(report)),
                false => output::lines(report.to_string().lines().map(str::to_owned)),
            };
        };
        let text = if json { format!("{:#}\n", json!(report)) } else { report.to_string() };
        std::fs::write(out, text).map_err(Error::io(out.display().to_string()))?;
        output::note(format_args!("{}; the report is in {}", report.counts(), out.display()));
        Ok(())
    }
}

/// What is still there, for the person alone: the report has no ids.
fn there(left: &Left) -> String {
    let Left { title, unknown, undo } = left;
    let is = if *unknown { "may be there still" } else { "is there still" };
    match undo {
        Some((action, input)) => {
            format!("{title} {is}: connector run {action} --input '{input}'")
        }
        None => format!("{title} {is}; its id is not known: look for it at the service"),
    }
}

fn unexpected(error: connector_live::Error) -> Error {
    Error::Unexpected(error.to_string())
}
