//! Makes a local copy: all rows of a table, in a file that takes the place of the one before.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{Array, Int64Array};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use futures_util::StreamExt;

use crate::column::Source;
use crate::copy;
use crate::described::Described;
use crate::error::plan;
use crate::{Error, Session};

/// What became of a table's copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// All that there are now.
    pub rows: u64,
    /// Those that the copy before did not have, and those that only it had; none where nothing tells rows apart.
    pub changed: Option<(u64, u64)>,
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

    /// Reads all rows of a table into a Parquet file of the folder. The file before stays until the new one is
    /// whole. Rows that are gone at the service are gone from the copy, for all rows are read each time.
    pub async fn copy(&self, table: &str, folder: &Path) -> Result<Copied, Error> {
        let known = self.tables().iter().find(|known| known.resource.id == table);
        let known = known.ok_or_else(|| plan(format!("there is no table `{table}`")))?;
        let is_kept = |column: &&crate::column::Column| {
            column.readable && matches!(column.source, Source::Field(_))
        };
        let columns = known.columns.iter().filter(is_kept).map(|column| quoted(&column.name));
        let columns: Vec<String> = columns.collect();
        let frame =
            self.sql(&format!("SELECT {} FROM {}", columns.join(", "), quoted(table))).await?;
        let schema = Arc::clone(frame.schema().inner());
        let path = copy::file(folder, table);
        let part = path.with_extension("part");
        let mut writer = ArrowWriter::try_new(File::create(&part)?, schema, None)?;
        let mut rows = frame.execute_stream().await?;
        let mut copied = Copied::default();
        while let Some(batch) = rows.next().await {
            let batch = batch?;
            copied.rows += batch.num_rows() as u64;
            writer.write(&batch)?;
        }
        writer.close()?;
        let keys = known.columns.iter().filter(|column| column.key || column.parent);
        let keys: Vec<String> = keys.map(|column| quoted(&column.name)).collect();
        if path.exists() && known.columns.iter().any(|column| column.key) {
            copied.changed = Some(changed(&path, &part, &keys).await?);
        }
        std::fs::rename(&part, &path)?;
        Ok(copied)
    }
}

/// How many rows are only in the second file, and how many only in the first.
async fn changed(before: &Path, now: &Path, keys: &[String]) -> Result<(u64, u64), Error> {
    let context = SessionContext::new();
    for (name, path) in [("before", before), ("now", now)] {
        let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        let options = ParquetReadOptions { file_extension: &ending, ..Default::default() };
        context.register_parquet(name, path.to_string_lossy(), options).await?;
    }
    let same = keys.iter().map(|key| format!("a.{key} IS NOT DISTINCT FROM b.{key}"));
    let same = same.collect::<Vec<_>>().join(" AND ");
    let only = async |one: &str, other: &str| -> Result<u64, Error> {
        let sql = format!("SELECT count(*) FROM {one} a LEFT ANTI JOIN {other} b ON {same}");
        let batches = context.sql(&sql).await?.collect().await?;
        let count = batches.iter().filter_map(|batch| {
            batch.column(0).as_any().downcast_ref::<Int64Array>().filter(|it| !it.is_empty())
        });
        Ok(count.map(|counts| counts.value(0).unsigned_abs()).sum())
    };
    Ok((only("now", "before").await?, only("before", "now").await?))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
