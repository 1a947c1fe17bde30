//! `sync`: a local copy for heavy questions.

use std::path::PathBuf;

use clap::Args;
use connector_sql::Copied;

use super::sql::database;
use crate::app::App;
use crate::error::Error;
use crate::failed::failed;
use crate::options::Options;
use crate::output;

const EXAMPLES: &str = r#"Examples:
  connector sync --to copy
  connector sync --to copy boards board_pins
  connector sql --local copy "SELECT board_id, count(*) FROM board_pins GROUP BY 1""#;

/// Copy tables into Parquet files for `sql --local`, which asks no service
///
/// All rows are read each time, so those that are gone are gone from the copy too. Where the service can be asked for
/// what changed since the last time, only that is read, and rows that are gone stay until --full. Of figures the days
/// are read again that may still change, and those before stay. A table that cannot be read is told, and keeps the
/// copy that it had.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Sync {
    /// The folder
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Read all rows of all tables
    #[arg(long)]
    full: bool,
    /// The tables [default: all that need no value to be read, without figures]
    tables: Vec<String>,
}

impl Sync {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let session = database(&app, None, false, false)?.session().map_err(failed)?;
        std::fs::create_dir_all(&self.to).map_err(Error::io(self.to.display()))?;
        let tables = match self.tables.is_empty() {
            true => session.whole_tables(),
            false => self.tables,
        };
        let (all, mut wrong) = (tables.len(), 0);
        for table in tables {
            match session.copy(&table, &self.to, self.full).await {
                Ok(copied) => output::line(said(&table, &copied))?,
                Err(error) => {
                    wrong += 1;
                    output::note(format_args!("{table}: {}", failed(error)));
                }
            }
        }
        match wrong {
            0 => Ok(()),
            wrong => Err(Error::Partly(format!("{wrong} of {all} tables were not copied"))),
        }
    }
}

fn said(table: &str, copied: &Copied) -> String {
    let mut said = format!("{table}: {} rows", copied.rows);
    if let Some((new, gone)) = copied.changed {
        said += &match copied.may_be_gone {
            true => format!(", {new} new; those that are gone stay until --full"),
            false => format!(", {new} new, {gone} gone"),
        };
    }
    if let Some(since) = &copied.since {
        said += &format!(", read from {since} on");
    }
    said
}
