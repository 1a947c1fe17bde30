//! Makes a local copy: the rows of a table, in a file that takes the place of the one before.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use connector_records::restated_days;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::dataframe::DataFrame;
use datafusion::parquet::arrow::ArrowWriter;
use futures_util::StreamExt;

use crate::column::{Column, Source};
use crate::copy;
use crate::described::Described;
use crate::error::{external, plan};
use crate::kind::Kind;
use crate::merge::{Before, quoted};
use crate::{Error, Session};

/// Rows may come into a list so long after they were made: 5 minutes, in microseconds.
const LAG: i64 = 300_000_000;

/// What became of a table's copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// All that there are now.
    pub rows: u64,
    /// Those that the copy before did not have, and those that only it had; none where nothing tells rows apart.
    pub changed: Option<(u64, u64)>,
    /// From when on rows were read, where the others are those of the copy before: a day or a time.
    pub since: Option<String>,
    /// Whether rows that are gone at the service may still be in the copy.
    pub may_be_gone: bool,
}

/// Rows that are read, by what they have at least.
struct Since {
    column: String,
    /// As SQL.
    value: String,
    /// Whether they replace those from then on, and not those with the same keys.
    days: bool,
}

impl Session {
    /// The tables that can be copied as a whole: those that need no value to be read, and are no figures.
    pub fn whole_tables(&self) -> Vec<String> {
        let whole = |table: &&Arc<Described>| {
            !table.resource.analytic
                && table.resource.reader().is_ok()
                && !table.columns.iter().any(|column| column.required)
        };
        self.tables().iter().filter(whole).map(|table| table.resource.id.clone()).collect()
    }

    /// Reads the rows of a table into a Parquet file of the folder. The file before stays until the new one is
    /// whole. All rows are read, so that those that are gone are gone from the copy, but where there is a copy and
    /// the service can be asked for what came since; `whole` reads all of these, too. Of figures the days are read
    /// again that may still change, and those before stay.
    pub async fn copy(&self, table: &str, folder: &Path, whole: bool) -> Result<Copied, Error> {
        let known = self.tables().iter().find(|known| known.resource.id == table);
        let known = known.ok_or_else(|| plan(format!("there is no table `{table}`")))?;
        let is_kept =
            |column: &&Column| column.readable && matches!(column.source, Source::Field(_));
        let columns: Vec<&Column> = known.columns.iter().filter(is_kept).collect();
        let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let path = copy::file(folder, table);
        let before = match path.exists() {
            true => Some(Before::open(&path).await?),
            false => None,
        };
        let since = match &before {
            Some(before) if !whole && before.has(&columns).await? => {
                self.since(known, before).await?
            }
            _ => None,
        };
        let only = since.as_ref().map_or(String::new(), |since| {
            format!(" WHERE {} >= {}", quoted(&since.column), since.value)
        });
        let sql = format!("SELECT {} FROM {}{only}", names.join(", "), quoted(table));
        let frame = self.sql(&sql).await?;
        let part = path.with_extension("part");
        let mut rows = written(frame, &part).await?;
        let keys = known.columns.iter().filter(|column| column.key || column.parent);
        let keys: Vec<String> = keys.map(|column| quoted(&column.name)).collect();
        let mut copied = Copied::default();
        if let Some(before) = &before {
            before.beside(&part).await?;
            if known.columns.iter().any(|column| column.key) {
                let new = before.only_now(&keys).await?;
                let gone = if since.is_some() { 0 } else { before.only_before(&keys).await? };
                copied.changed = Some((new, gone));
            }
            if let Some(since) = &since {
                let kept = match since.days {
                    true => format!("{} < {}", quoted(&since.column), since.value),
                    false => before.not_replaced(&keys),
                };
                let all = path.with_extension("all");
                rows = written(before.merged(&names, &kept).await?, &all).await?;
                std::fs::rename(&all, &part)?;
            }
        }
        std::fs::rename(&part, &path)?;
        copied.rows = rows;
        copied.may_be_gone = since.as_ref().is_some_and(|since| !since.days);
        copied.since = since.map(|since| since.value);
        Ok(copied)
    }

    /// From when on rows are to be read, if the service can be asked for them.
    async fn since(&self, table: &Described, before: &Before) -> Result<Option<Since>, Error> {
        let resource = &table.resource;
        if let Some(days) = restated_days(self.connector()?, resource).map_err(external)? {
            let mut dates = table.columns.iter().filter(|column| {
                column.readable && column.kind == Kind::Date && column.field().is_some()
            });
            let (Some(date), None) = (dates.next(), dates.next()) else { return Ok(None) };
            let sql = format!(
                "SELECT CAST(max({0}) - INTERVAL '{days} days' AS DATE) FROM before",
                quoted(&date.name)
            );
            let day = before.text(&sql).await?;
            let value = |day| format!("DATE '{day}'");
            let column = date.name.clone();
            return Ok(day.map(|day| Since { column, value: value(day), days: true }));
        }
        let changed = resource.changed().filter(|_| resource.since.is_some());
        let is_it = |column: &&Column| changed.is_some() && column.field() == changed;
        let has_key = table.columns.iter().any(|column| column.key);
        let Some(column) = table.columns.iter().find(is_it).filter(|_| has_key) else {
            return Ok(None);
        };
        let lag = LAG / 1_000_000;
        let sql =
            format!("SELECT max({}) - INTERVAL '{lag} seconds' FROM before", quoted(&column.name));
        let time = before.text(&sql).await?;
        let value = |time| format!("TIMESTAMP '{time}'");
        let column = column.name.clone();
        Ok(time.map(|time| Since { column, value: value(time), days: false }))
    }
}

/// Writes the rows to a file as they come. Gives their count.
async fn written(frame: DataFrame, path: &Path) -> Result<u64, Error> {
    let schema: SchemaRef = Arc::clone(frame.schema().inner());
    let mut writer = ArrowWriter::try_new(File::create(path)?, schema, None)?;
    let mut rows = frame.execute_stream().await?;
    let mut count = 0;
    while let Some(batch) = rows.next().await {
        let batch = batch?;
        count += batch.num_rows() as u64;
        writer.write(&batch)?;
    }
    writer.close()?;
    Ok(count)
}
