//! `read`: records, each once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use connector_records::{self as records, Cursor, Reading, Refusal, Request, Resource};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::cursor::CursorFile;
use crate::error::Error;
use crate::options::Options;
use crate::rows::{AtOnce, Format, Given, Waits};
use crate::sink::Sink;
use crate::{known, output};

const EXAMPLES: &str = r#"Examples:
  connector read boards
  connector read pins --since 2026-01-01 --out pins.jsonl
  connector read boards --format csv --fields id,name"#;

/// Read records, each once
///
/// Prints each record on a line. The parents that are not named are walked, and each record
/// carries its own. With --since or --cursor the next run gives what came since, and a run that was
/// interrupted is gone on with by the same command.
///
/// The cursor moves when a page has been written. After an interruption at that very moment
/// stdout gets that one page again; a file of --out is cut back first, so it holds each record
/// once.
///
/// Figures by day may change for some days after it. With --since or --cursor they are asked for up to today, and those
/// of the last days are read again with each run, so that a record replaces the one of its day.
///
/// Several parents are asked at the same time, and the next page while the last one is written, within
/// the service's rate limits; --at-once 1 asks one after the other. What is printed is the same, in the
/// same order, and so is what the cursor goes on from.
///
/// Where the service refuses the rows of one parent, stderr says so and all others are read; the
/// exit code is 5. The next run with the same cursor asks for them again.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Read {
    /// The id of a resource
    resource: String,
    #[command(flatten)]
    given: Given,
    /// Only what was made or changed at this time or later: RFC 3339, or a date [UTC]
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<i64>,
    /// Where to keep how far it came [default with --since: in the state folder, by everything
    /// that says what is read]
    #[arg(long, value_name = "FILE")]
    cursor: Option<PathBuf>,
    /// Forget the cursor first: read all again
    #[arg(long)]
    reset: bool,
    /// Only these fields, in this order; `owner.name` is a field of an object
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    fields: Option<Vec<String>>,
    /// The form of the records [default: jsonl, and a table on a terminal]
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// Write to a file; a cursor that goes on with it appends, else it begins anew
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Stop after so many records
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    #[command(flatten)]
    at_once: AtOnce,
}

/// The form of records that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A JSON object on each line
    Jsonl,
    /// A line with the names of the fields, then a line for each record; lists and objects as JSON
    Csv,
    /// A Parquet file with the columns of the table in SQL, made anew by each run
    Parquet,
}

/// What the cursor file holds.
#[derive(Deserialize, Serialize)]
struct Kept {
    /// The connector's id; absent in files of earlier releases.
    connector: Option<String>,
    cursor: Cursor,
    out: Option<Out>,
}

/// How much of the output file belongs to the cursor.
#[derive(Clone, Deserialize, Serialize)]
struct Out {
    path: PathBuf,
    length: u64,
}

impl Read {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let resource = known::resource(&app.connector, &self.resource)?;
        let columns = self.columns(&app, &resource)?;
        let input = self.given.read(&app, resource.reader()?)?;
        let file = self.cursor_file(&app, &Value::from(input.clone()))?;
        let kept = match &file {
            Some(file) if !self.reset => kept(&app, file)?,
            _ => None,
        };
        let out = self.out.as_deref().map(std::path::absolute).transpose();
        let out = out.map_err(Error::io("--out"))?;
        let json = app.options.json;
        let mut sink = match self.is_parquet() {
            true => Sink::parquet(&app.connector, &resource, columns.as_deref(), out.as_deref())?,
            false => self.sink(kept.as_ref(), out.as_deref(), columns, &resource, json)?,
        };
        let request = Request { input, since: self.since, incremental: file.is_some() };
        let connection = app.connection()?;
        let now = jiff::Timestamp::now().as_microsecond();
        let cursor = kept.map(|kept| kept.cursor);
        let goes_on = cursor.as_ref().is_some_and(Cursor::is_under_way);
        let mut reading = Reading::new(&connection, resource, request, cursor, now)?;
        reading = reading.at_once(self.at_once.most());
        if file.is_some() {
            let word = if goes_on { "goes on where it was interrupted; " } else { "" };
            output::note(format_args!("{word}{}", reading.how()));
        }
        if !reading.walked().is_empty() {
            let walked = reading.walked().join(", ");
            output::note(format_args!("walks all values of {walked}"));
        }
        let mut left = self.limit.unwrap_or(u64::MAX);
        let mut refusals = Vec::new();
        let mut waits = Waits::default();
        let mut all = 0;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX);
            let records = reading.next(most, &mut waits).await;
            let records = records.map_err(|error| app.mendable(error.into()))?;
            let over = records.is_none();
            let records = records.unwrap_or_default();
            left -= records.len() as u64;
            all += records.len() as u64;
            let length = sink.write(&records)?;
            if let Some(file) = &file {
                let out = out.clone().zip(length).map(|(path, length)| Out { path, length });
                store(&app, file, reading.cursor().clone(), out)?;
            }
            for refusal in reading.refusals() {
                output::note(format_args!("not read: {}", said(&refusal)));
                refusals.push(refusal.failure);
            }
            if over {
                break;
            }
        }
        sink.end()?;
        if all == 0 && refusals.is_empty() && !json {
            output::note(if file.is_some() { "nothing new" } else { "no records" });
        }
        let refused = refusals.len() as u64;
        match (refusals.into_iter().next(), reading.read()) {
            (None, _) => Ok(()),
            // There is nothing else to tell.
            (Some(failure), 0) => Err(app.mendable(failure.into())),
            (Some(_), read) => Err(Error::Partly(format!(
                "the rows of {refused} of {} could not be read; all others were",
                refused + read
            ))),
        }
    }

    fn format(&self) -> Format {
        match self.format {
            Some(Form::Csv) => Format::Csv,
            _ => Format::Jsonl,
        }
    }

    fn is_parquet(&self) -> bool {
        self.format == Some(Form::Parquet)
    }

    /// The fields to print, if not all that come. An unknown one is an error.
    fn columns(&self, app: &App, resource: &Resource) -> Result<Option<Vec<String>>, Error> {
        let known = records::fields(&app.connector, resource)?;
        let known = known.into_iter().filter(|field| field.readable).map(|field| field.name);
        let known: Vec<String> = known.collect();
        let Some(wanted) = &self.fields else {
            return Ok((self.format() == Format::Csv).then(|| sorted(resource, known)));
        };
        let first = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        match wanted.iter().find(|name| !known.contains(&first(name))) {
            Some(name) => Err(Error::Usage(format!(
                "--fields: `{}` has no field `{name}`; it has {}",
                resource.id,
                known.join(", ")
            ))),
            None => Ok(Some(wanted.clone())),
        }
    }

    /// None when nothing is to be remembered.
    fn cursor_file(&self, app: &App, input: &Value) -> Result<Option<CursorFile>, Error> {
        if self.is_parquet() && self.cursor.is_some() {
            return Err(Error::Usage(
                "--cursor: a Parquet file cannot be gone on with; take --since, or another --format"
                    .into(),
            ));
        }
        let path = match (&self.cursor, self.since) {
            (Some(path), _) => path.clone(),
            (None, _) if self.is_parquet() => return Ok(None),
            (None, None) => return Ok(None),
            (None, Some(since)) => {
                let config = json!({"input": input, "since": since});
                CursorFile::default_path(app, &self.resource, config)?
            }
        };
        CursorFile::open(path).map(Some)
    }

    /// Goes on in the file that the cursor counts on; any other begins anew.
    fn sink(
        &self,
        kept: Option<&Kept>,
        out: Option<&Path>,
        columns: Option<Vec<String>>,
        resource: &Resource,
        json: bool,
    ) -> Result<Sink, Error> {
        let before = kept.and_then(|kept| kept.out.as_ref());
        if let (Some(kept), Some(before)) = (kept, before)
            && kept.cursor.is_under_way()
            && out != Some(&*before.path)
        {
            let path = before.path.display();
            let message =
                format!("the run under way writes to {path}: say --out {path}, or --reset");
            return Err(Error::Usage(message));
        }
        let times = times(resource);
        let Some(path) = out else {
            let looks_on = output::is_terminal() && self.format.is_none() && !json;
            return Ok(match looks_on {
                true => Sink::table(columns, &times),
                false => Sink::stdout(self.format(), columns, times),
            });
        };
        let length = before.filter(|before| before.path == path).map_or(0, |before| before.length);
        Sink::file(path, length, self.format(), columns, times)
    }
}

/// Whose rows were refused, and why.
fn said(refusal: &Refusal) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let parents = refusal.parents.iter().map(|(name, value)| format!("{name}={}", text(value)));
    format!("{}: {}", parents.collect::<Vec<_>>().join(", "), refusal.failure)
}

/// What tells rows apart, then whose they are, then the rest.
fn sorted(resource: &Resource, known: Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = resource.key.iter().chain(&resource.parents).cloned().collect();
    names.extend(known);
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// The fields that are times.
fn times(resource: &Resource) -> Vec<String> {
    let times = resource.fields.iter().filter(|field| field.kind == "time");
    times.map(|field| field.name.clone()).collect()
}

fn kept(app: &App, file: &CursorFile) -> Result<Option<Kept>, Error> {
    let Some(text) = file.read()? else { return Ok(None) };
    let kept: Kept = serde_json::from_str(&text)
        .map_err(|error| Error::Usage(format!("the cursor file is damaged: {error}")))?;
    match &kept.connector {
        Some(other) if *other != app.connector.descriptor().id => Err(Error::Usage(format!(
            "--cursor: the file belongs to the connector `{other}`; take another file, or --reset"
        ))),
        _ => Ok(Some(kept)),
    }
}

fn store(app: &App, file: &CursorFile, cursor: Cursor, out: Option<Out>) -> Result<(), Error> {
    let connector = Some(app.connector.descriptor().id.clone());
    let text = serde_json::to_string(&Kept { connector, cursor, out })
        .map_err(|error| Error::Unexpected(format!("the cursor is not JSON: {error}")))?;
    file.write(&text)
}

fn time(text: &str) -> Result<i64, String> {
    records::instant(text).ok_or_else(|| "a time such as 2026-01-31T08:00:00Z".into())
}
