//! `write`: records from stdin.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use connector_records::{self as records, Outcome, Resource, Writing};
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::rows::{AtOnce, Format, Given, Waits};
use crate::source::Source;
use crate::{known, output};

const EXAMPLES: &str = r#"Examples:
  connector write boards < new.jsonl
  connector write boards --mode update --format csv --rejects bad.csv < boards.csv"#;

/// Write records from stdin
///
/// Prints an outcome for each record: `{"index", "ok", "data"}` or `{"index", "ok", "error"}`,
/// `index` counting from 0. One bad record keeps no other from being written. Exits with 1 when a
/// record was rejected.
///
/// Changes are sent several batches at a time where the service takes batches, says what became of each
/// record, and repeating one does no harm; records with the same key stay in their order. All else is
/// sent one after the other.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Write {
    /// The id of a resource
    resource: String,
    #[arg(long, value_enum, default_value = "create")]
    mode: Mode,
    #[command(flatten)]
    given: Given,
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Format,
    /// Put the records that were rejected into a file, as they came, to be mended and run again
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    #[command(flatten)]
    at_once: AtOnce,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mode {
    /// Make a row of each record
    Create,
    /// Change the rows that have the records' keys
    Update,
    /// Update when a record has a key, else create
    Upsert,
    /// Take the rows away
    Delete,
}

impl Mode {
    fn of(self) -> records::Mode {
        match self {
            Mode::Create => records::Mode::Create,
            Mode::Update => records::Mode::Update,
            Mode::Upsert => records::Mode::Upsert,
            Mode::Delete => records::Mode::Delete,
        }
    }

    /// The action whose inputs can be given.
    fn action(self, resource: &Resource) -> Option<&str> {
        let action = match self {
            Mode::Create => &resource.create_action,
            Mode::Update | Mode::Upsert => &resource.update_action,
            Mode::Delete => &resource.delete_action,
        };
        action.as_deref()
    }
}

impl Write {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let resource = known::resource(&app.connector, &self.resource)?;
        let given = match self.mode.action(&resource) {
            Some(action) => self.given.read(&app, action)?,
            None => Default::default(),
        };
        let connection = app.connection()?;
        let writing = Writing::new(&connection, resource, self.mode.of(), given)?;
        let mut writing = writing.at_once(self.at_once.most());
        let mut waits = Waits::default();
        let mut source = Source::open(self.format)?;
        let mut tally = Tally::new(self.rejects, source.head()?)?;
        while let Some(row) = source.next(&writing)? {
            tally.texts.push_back(row.text);
            tally.take(writing.push(row.record, &mut waits).await)?;
        }
        tally.take(writing.flush(&mut waits).await)?;
        match tally.rejected {
            0 => Ok(()),
            rejected => Err(Error::Rejected { rejected, all: tally.all, what: "records" }),
        }
    }
}

/// Counts outcomes, prints them, and puts the rejected records aside.
struct Tally {
    /// Of the records whose outcome is still to come, in their order.
    texts: VecDeque<Vec<u8>>,
    rejects: Option<(File, String)>,
    all: u64,
    rejected: u64,
}

impl Tally {
    fn new(rejects: Option<PathBuf>, head: Vec<u8>) -> Result<Self, Error> {
        let open = |path: PathBuf| -> Result<(File, String), Error> {
            let name = path.display().to_string();
            let mut file = File::create(path).map_err(Error::io(&name))?;
            file.write_all(&head).map_err(Error::io(&name))?;
            Ok((file, name))
        };
        let rejects = rejects.map(open).transpose()?;
        Ok(Tally { texts: VecDeque::new(), rejects, all: 0, rejected: 0 })
    }

    fn take(&mut self, outcomes: Vec<Outcome>) -> Result<(), Error> {
        for outcome in &outcomes {
            let text = self.texts.pop_front().unwrap_or_default();
            self.all += 1;
            if outcome.result.is_ok() {
                continue;
            }
            self.rejected += 1;
            if let Some((file, name)) = &mut self.rejects {
                file.write_all(&text).map_err(Error::io(&*name))?;
            }
        }
        output::lines(outcomes.iter().map(|outcome| json!(outcome).to_string()))
    }
}
